"""The property tax behind the interface of `openapi.yaml`. It was never tried against a Bapenda's own."""

from __future__ import annotations

from penaemas.connectors.calling.caller import Caller, ReadAnswer
from penaemas.connectors.property_tax.port import TaxAnswer, TaxClaim, TaxMatch


class _Match(ReadAnswer):
    answer: TaxAnswer
    paid: bool | None = None


class HttpPropertyTax:
    """Asks over the network."""

    source = "pajak bumi dan bangunan lewat jaringan · the property tax, over the network"

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def match(self, claim: TaxClaim) -> TaxMatch:
        """See the port."""
        about = {
            "property_tax_number": claim.number.reveal(),
            "holder_name": claim.holder_name,
            "year": claim.year,
        }
        found = await self._caller.ask("/matches", _Match, about=about)
        return TaxMatch(found.answer, found.paid)
