"""The spatial plan behind the interface of `openapi.yaml`. It was never tried against a ministry's or region's own."""

from __future__ import annotations

from penaemas.connectors.calling.caller import Caller, ReadAnswer
from penaemas.connectors.spatial_plan.port import PlaceAndUse, PlanAnswer, PlanFit


class _Fit(ReadAnswer):
    answer: PlanAnswer
    zone: str = ""
    basis: str = ""


class HttpSpatialPlan:
    """Asks over the network."""

    source = "rencana tata ruang lewat jaringan · the spatial plan, over the network"

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def assess(self, place: PlaceAndUse) -> PlanFit:
        """See the port."""
        about = {
            "region_code": place.region_code,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "use": place.use,
        }
        found = await self._caller.ask("/assessments", _Fit, about=about)
        return PlanFit(found.answer, found.zone, found.basis)
