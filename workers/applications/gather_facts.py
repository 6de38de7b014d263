"""Job `applications.gather_facts`: what of the application routes, and nothing that is personal.

Used by:  pbg_mbr_3_jam, Task_GatherFacts
Asks:     the case file, the office calendars
Effects:  one commitment for each revision; warnings to officers; safe to run twice
"""

from __future__ import annotations

from datetime import date

from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.opening import Opening
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class GatherFactsInput(JobInput):
    """Which case."""

    case_id: str
    region_code: str


class GatherFactsOutput(JobOutput):
    """Routing facts of the latest revision. `case_file_commitment` pins the revision without containing it.

    `application_date` is told again: of a late entry that was not confirmed it is the day of entry.
    """

    application_date: date
    house_kind: str
    building_form: str
    floor_area_m2: float  # two decimals at most, so the JSON number is exact
    storeys: int
    prototype_code: str
    applicant_is_owner: bool
    land_holder_is_owner: bool
    identifiers_valid: bool
    consent_given: bool
    measures_valid: bool
    prototype_known: bool
    land_covers_house: bool
    case_file_commitment: str
    office: tuple[dict[str, str | int], ...]  # from, to: instants; before_s, seconds: office seconds
    back_office: tuple[dict[str, str | int], ...]


async def gather_facts(job: GatherFactsInput, *, pbg_cases: Desk, pbg_opening: Opening) -> GatherFactsOutput:
    """State the facts of the latest revision."""
    with case_file_failures():
        application_date = await pbg_opening.application_date(job.case_id)
        facts = await pbg_opening.gather_facts(job.case_id, application_date)
    office, back_office = pbg_cases.windows(job.region_code)
    return GatherFactsOutput(
        application_date=application_date,
        house_kind=facts.house_kind,
        building_form=facts.building_form,
        floor_area_m2=facts.floor_area_m2,
        storeys=facts.storeys,
        prototype_code=facts.prototype_code,
        applicant_is_owner=facts.applicant_is_owner,
        land_holder_is_owner=facts.land_holder_is_owner,
        identifiers_valid=facts.identifiers_valid,
        consent_given=facts.consent_given,
        measures_valid=facts.measures_valid,
        prototype_known=facts.prototype_known,
        land_covers_house=facts.land_covers_house,
        case_file_commitment=facts.commitment,
        office=tuple(window.as_variable() for window in office),
        back_office=tuple(window.as_variable() for window in back_office),
    )
