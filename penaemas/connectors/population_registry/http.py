"""A population registry behind the interface of `openapi.yaml`. It was never tried against Dukcapil's own."""

from __future__ import annotations

from penaemas.connectors.calling.caller import Caller, ReadAnswer
from penaemas.connectors.population_registry.port import IdentityAnswer
from penaemas.licensing.identifiers import Nik


class _Comparison(ReadAnswer):
    answer: IdentityAnswer


class HttpPopulationRegistry:
    """Asks over the network."""

    source = "registrasi penduduk lewat jaringan · the population registry, over the network"

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def compare(self, nik: Nik, full_name: str) -> IdentityAnswer:
        """See the port."""
        about = {"nik": nik.reveal(), "full_name": full_name}
        return (await self._caller.ask("/comparisons", _Comparison, about=about)).answer
