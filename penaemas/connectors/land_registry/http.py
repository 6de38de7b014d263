"""A land registry behind the interface of `openapi.yaml`. It was never tried against the one of ATR/BPN."""

from __future__ import annotations

from penaemas.connectors.calling.caller import Caller, ReadAnswer
from penaemas.connectors.land_registry.port import CERTIFIED_RIGHTS, LandAnswer, LandClaim, LandMatch


class _Match(ReadAnswer):
    answer: LandAnswer
    tax_number_differs: bool = False


class HttpLandRegistry:
    """Asks over the network."""

    source = "registrasi tanah lewat jaringan · the land registry, over the network"

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def match(self, claim: LandClaim) -> LandMatch:
        """See the port. Of rights without a certificate the registry is not even asked."""
        if claim.right not in CERTIFIED_RIGHTS:
            return LandMatch(LandAnswer.UNKNOWN)
        about = {
            "right": claim.right,
            "number": claim.number,
            "sub_district": claim.sub_district,
            "holder_name": claim.holder_name,
            "area_m2": str(claim.area_m2),
            "property_tax_number": claim.property_tax_number,
        }
        found = await self._caller.ask("/matches", _Match, about=about)
        return LandMatch(found.answer, found.tax_number_differs)
