"""SIMBG behind the interface of `openapi.yaml`. SIMBG publishes none; this was never tried against it."""

from __future__ import annotations

from penaemas.connectors.calling.caller import Caller, ReadAnswer
from penaemas.connectors.simbg.port import SimbgAnswer, SimbgNumbers


class _Comparison(ReadAnswer):
    answer: SimbgAnswer


class HttpSimbg:
    """Asks over the network."""

    source = "SIMBG lewat jaringan · SIMBG, over the network"

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def compare(self, numbers: SimbgNumbers) -> SimbgAnswer:
        """See the port."""
        about = {"registration_number": numbers.registration, "permit_number": numbers.permit}
        return (await self._caller.ask("/comparisons", _Comparison, about=about)).answer
