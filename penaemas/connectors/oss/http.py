"""OSS behind the interface of `openapi.yaml`. It was never tried against the ministry's own."""

from __future__ import annotations

from penaemas.connectors.calling.caller import Caller, ReadAnswer
from penaemas.connectors.oss.port import BusinessAnswer
from penaemas.licensing.identifiers import Nib


class _Standing(ReadAnswer):
    answer: BusinessAnswer


class HttpOss:
    """Asks over the network."""

    source = "OSS lewat jaringan · OSS, over the network"

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def standing(self, nib: Nib) -> BusinessAnswer:
        """See the port."""
        return (await self._caller.ask("/standings", _Standing, about={"nib": nib.reveal()})).answer
