"""Job `land_registry.match_land`: does the land belong to whom the application says, and is it as large?

Used by:  pbg_mbr_3_jam, Task_MatchLand
Asks:     the case file, the land registry (connectors/land_registry), the property tax (connectors/property_tax)
Effects:  the answer in the case file, warnings if the land tax differs or is owed, an outage if a system gave none;
          safe to run twice
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from penaemas.casefiles.pbg.checks import Checks
from penaemas.casefiles.pbg.records import Plot
from penaemas.casefiles.watched_outages import WatchedOutages
from penaemas.connectors.faults import ConnectorFault
from penaemas.connectors.land_registry.port import LandAnswer, LandClaim, LandMatch, LandRegistry
from penaemas.connectors.property_tax.port import PropertyTax, TaxAnswer, TaxClaim
from penaemas.connectors.serving import Serving
from penaemas.licensing.clock import Clock
from penaemas.licensing.identifiers import IdentifierInvalid, Nop
from penaemas.licensing.instants import wib_date
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures
from workers.no_answer import basis_without_answer

TAX_FIELD = "land_tax_number"


class MatchLandInput(JobInput):
    """Which case of which region."""

    case_id: str
    region_code: str


class MatchLandOutput(JobOutput):
    """`unknown` is never a pass: an officer looks it up by hand."""

    land_check: Literal["matched", "mismatch", "unknown"]


async def match_land(
    job: MatchLandInput,
    *,
    pbg_checks: Checks,
    land_registry: Serving[LandRegistry],
    property_tax: Serving[PropertyTax],
    watched_outages: WatchedOutages,
    clock: Clock,
) -> MatchLandOutput:
    """Ask, unless a good answer still stands."""
    with case_file_failures():
        answer = await pbg_checks.standing_answer(job.case_id, "land_check")
        if answer is None:
            plot = await pbg_checks.plot_to_match(job.case_id)
            registry = land_registry.of(job.region_code)
            try:
                match, basis = await registry.match(_claim(plot)), registry.source
            except ConnectorFault as fault:
                match = LandMatch(LandAnswer.UNKNOWN)
                basis = await basis_without_answer(watched_outages, job.region_code, fault)
            warnings = {"property_tax_differs": TAX_FIELD} if match.tax_number_differs else {}
            try:
                tax = property_tax.of(job.region_code)
                warnings |= await _tax_warnings(tax, plot, wib_date(clock.now()).year - 1)
            except ConnectorFault as fault:
                # A warning that could not be looked up stops nobody; that it could not be is on record.
                await watched_outages.begin(job.region_code, fault.system, fault.cause.value)
            answer = await pbg_checks.keep_answer(job.case_id, "land_check", match.answer, basis, warnings=warnings)
    return MatchLandOutput(land_check=LandAnswer(answer).value)


def _claim(plot: Plot) -> LandClaim:
    return LandClaim(
        plot.land_right,
        plot.land_right_number,
        plot.sub_district,
        plot.holder_name,
        Decimal(plot.area_m2),
        plot.property_tax_number,
    )


async def _tax_warnings(tax: PropertyTax, plot: Plot, year: int) -> dict[str, str]:
    """Rule → field. Args: year: the last one whose tax is due for certain."""
    try:
        number = Nop.parse(plot.property_tax_number or "", field=TAX_FIELD)
    except IdentifierInvalid:
        return {}  # none was given, or one that no tax office has
    found = await tax.match(TaxClaim(number, plot.holder_name, year))
    differs = {"property_tax_differs": TAX_FIELD} if found.answer is TaxAnswer.MISMATCH else {}
    return differs | ({"property_tax_owed": TAX_FIELD} if found.paid is False else {})
