"""The job handlers of PBG MBR: what the process learns, and what becomes an incident."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.pbg_tables import pbg_check, pbg_warning
from penaemas.connectors.bootstrap import wire
from penaemas.connectors.faults import Cause, SystemUnavailable
from penaemas.connectors.land_registry.port import LandAnswer, LandClaim, LandMatch
from penaemas.connectors.population_registry.port import IdentityAnswer
from penaemas.connectors.property_tax.port import TaxAnswer, TaxClaim, TaxMatch
from penaemas.connectors.serving import Serving
from penaemas.connectors.simbg.port import SimbgAnswer, SimbgNumbers
from penaemas.connectors.spatial_plan.port import PlaceAndUse, PlanAnswer, PlanFit
from penaemas.licensing.identifiers import Nik
from penaemas.licensing.outside_systems import OutsideSystem
from penaemas.zeebe.job_contract import ContractViolation, JobInput, JobWorker
from tests.offices import OfficeClock
from tests.pbg import OWNER_NIK, PERSONAL, done, opened, submitted
from workers.registry import JOBS

OF_PBG = (
    *("applications", "eligibility", "regions", "numbering", "population_registry", "land_registry", "retribution"),
    *("corrections", "letters", "permits", "notices", "surveys", "archive"),
)
WORKERS = {worker.job_type: worker for worker in JOBS if worker.job_type.split(".")[0] in OF_PBG}
WHY_IT_WAS_LATE = {
    "breach_reason_code": "BEBAN_LOKET",
    "breach_reason": "Antrean panjang.",
    "breach_remedy": "Loket kedua dibuka.",
}
CEILING = {"unmarried_idr": 8_500_000, "married_idr": 10_000_000, "tapera_idr": 10_000_000}


class Residents:
    """A population registry that knows what it is told."""

    source = "test"

    def __init__(self, answers: dict[str, IdentityAnswer] | None = None) -> None:
        self._answers = answers
        self.asked = 0

    async def compare(self, nik: Nik, full_name: str) -> IdentityAnswer:
        self.asked += 1
        if self._answers is None:
            raise SystemUnavailable(OutsideSystem.POPULATION_REGISTRY, Cause.TIMED_OUT)
        return self._answers.get(nik.reveal(), IdentityAnswer.VERIFIED)


class Plots:
    """A land registry with one answer, or with none."""

    source = "test"

    def __init__(self, match: LandMatch | None = None) -> None:
        self._match = match

    async def match(self, claim: LandClaim) -> LandMatch:
        if self._match is None:
            raise SystemUnavailable(OutsideSystem.LAND_REGISTRY, Cause.CUT_OFF)
        return self._match


class TaxObjects:
    """A property tax with one answer, or with none."""

    source = "test"

    def __init__(self, match: TaxMatch | None) -> None:
        self._match = match

    async def match(self, claim: TaxClaim) -> TaxMatch:
        if self._match is None:
            raise SystemUnavailable(OutsideSystem.PROPERTY_TAX, Cause.SERVER_ERROR)
        return self._match


class Plan:
    """A spatial plan with one answer, or with none."""

    source = "test"

    def __init__(self, answer: PlanAnswer | None) -> None:
        self._answer = answer

    async def assess(self, place: PlaceAndUse) -> PlanFit:
        if self._answer is None:
            raise SystemUnavailable(OutsideSystem.SPATIAL_PLAN, Cause.OVERLOADED)
        return PlanFit(self._answer)


class Numbers:
    """A SIMBG with one answer, or with none."""

    source = "test"

    def __init__(self, answer: SimbgAnswer | None) -> None:
        self._answer = answer
        self.asked: list[SimbgNumbers] = []

    async def compare(self, numbers: SimbgNumbers) -> SimbgAnswer:
        self.asked.append(numbers)
        if self._answer is None:
            raise SystemUnavailable(OutsideSystem.SIMBG, Cause.UNREADABLE)
        return self._answer


async def run(
    office: Office,
    job_type: str,
    *,
    registry: object = None,
    answering: dict[OutsideSystem, object] | None = None,
    **variables: Any,
) -> dict[str, Any]:
    """What the runtime does: typed input, collaborators by name, the output as process variables.

    Args:
        registry: answers for the population or the land in the place of the office's own tables.
        answering: the same for any system.
    """
    worker: JobWorker = WORKERS[job_type]
    job: JobInput = worker.signature.input_model.model_validate({"region_code": "32.11", **variables})  # type: ignore[assignment]
    both = (OutsideSystem.POPULATION_REGISTRY, OutsideSystem.LAND_REGISTRY)
    instead = dict.fromkeys(both, registry) if registry is not None else {}
    wired = office.pbg.collaborators() | wire(office.database, office.vault.blind, office.regions).collaborators()
    wired |= {
        "watched_outages": office.watched_outages,
        "clock": office.clock,
        "escalations": office.deadlines.escalations,
    }
    wired |= {
        system.value: Serving(system, office.regions, other) for system, other in (instead | (answering or {})).items()
    }
    output = await worker.handler(job, **worker.signature.choose(wired))
    return output.model_dump(mode="json") if output else {}


def warnings_of(office: Office, case_id: str) -> set[str]:
    """What officers are warned of."""
    with office.database.reading() as connection:
        wanted = select(pbg_warning.c.rule).where(pbg_warning.c.case_id == case_id)
        return set(connection.execute(wanted).scalars())


async def test_opening_a_case_tells_number_day_switches_and_openings(office: Office) -> None:
    case_id = (await submitted(office)).case_id

    facts = await run(office, "applications.open_case", case_id=case_id)

    assert facts["case_number"] == "PENA-SMD-2026-00001"
    assert facts["application_date"] == "2026-02-02"
    assert (facts["late_entry"], facts["pre_check_passed"], facts["income_zone"]) == (False, False, 1)
    # The back office is open from 07.30 to 12.00; it is 09.00.
    assert facts["back_office"][0] == {
        "from": "2026-02-02T00:30:00Z",
        "to": "2026-02-02T05:00:00Z",
        "before_s": 0,
        "seconds": 16_200,
    }
    assert len({window["from"][:10] for window in facts["back_office"]}) >= 30


async def test_every_job_runs_twice_with_one_answer(office: Office) -> None:
    case_id = await opened(office)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("applications.gather_facts", {"application_date": "2026-02-02"}),
        ("eligibility.compare_income", {"income_ceiling": CEILING}),
        ("applications.find_duplicate", {}),
        ("regions.locate_building", {}),
        ("numbering.assign_registration_number", {}),
        ("retribution.calculate", {"retribution_exemption": True}),
        ("retribution.issue_zero_assessment", {}),
        ("letters.draft_permit", {}),
        ("numbering.assign_permit_number", {"simbg_registration": False}),
        ("letters.render_permit", {"simbg_registration": False}),
        ("permits.publish", {}),
        ("notices.send", {"notice_kind": "permit_issued"}),
        ("surveys.invite", {}),
        ("applications.hand_over", {"eligibility": {"way": "ORDINARY_PBG", "faults": ["income_above_ceiling"]}}),
        ("corrections.open_round", {}),
        ("archive.close_case", {"case_outcome": "issued"}),
    ]
    for job_type, variables in steps:
        if job_type == "permits.publish":
            await done(office, case_id, "Task_SignPermit")
        first = await run(office, job_type, case_id=case_id, **variables)

        assert await run(office, job_type, case_id=case_id, **variables) == first, job_type
        assert [value for value in PERSONAL if value in str(first)] == [], job_type


async def test_without_an_income_table_nobody_is_within_it(office: Office) -> None:
    case_id = await opened(office)

    assert await run(office, "eligibility.compare_income", case_id=case_id, income_ceiling=None) == {
        "income_table_found": False,
        "income_within_ceiling": False,
    }


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({}, "verified"),
        ({OWNER_NIK: IdentityAnswer.UNKNOWN}, "unknown"),
        ({OWNER_NIK: IdentityAnswer.MISMATCH}, "mismatch"),
        (None, "unknown"),
    ],
    ids=["both known", "owner unknown", "owner differs", "registry down"],
)
async def test_identity_is_verified_only_if_everybody_is(
    office: Office, answers: dict[str, IdentityAnswer] | None, told: str
) -> None:
    owner = {"owner_nik": OWNER_NIK, "owner_name": "Ani Contoh", "land_holder_name": "Ani Contoh"}
    case_id = await opened(office, **owner)

    answer = await run(office, "population_registry.verify_identity", registry=Residents(answers), case_id=case_id)

    assert answer == {"identity_check": told}


async def test_a_system_that_gives_no_answer_is_an_outage_on_record_once(office: Office) -> None:
    case_id = await opened(office)

    for _ in range(2):
        await run(office, "population_registry.verify_identity", registry=Residents(None), case_id=case_id)
    await run(office, "land_registry.match_land", registry=Plots(None), case_id=case_id)

    land, population = sorted(await office.outages.all_of("32.11"), key=lambda one: one.system)
    # Nobody holds the post of the head of division here, so the head of the office answers for it.
    assert (population.system, population.supervisor) == ("population_registry", "KADIS")
    assert population.reference == "OTOMATIS/population_registry/20260202-0900"
    assert (land.system, land.ended_at, land.pauses_clock) == ("land_registry", None, False)
    with office.database.reading() as connection:
        bases = dict(connection.execute(select(pbg_check.c.subject, pbg_check.c.basis)).all())
    assert population.reference in bases["identity_check"]
    assert land.reference in bases["land_check"]


@pytest.mark.parametrize(
    ("answering", "job_type", "warned", "outage"),
    [
        (
            {OutsideSystem.PROPERTY_TAX: TaxObjects(TaxMatch(TaxAnswer.MISMATCH, paid=False))},
            "land_registry.match_land",
            {"property_tax_differs", "property_tax_owed"},
            [],
        ),
        ({OutsideSystem.PROPERTY_TAX: TaxObjects(None)}, "land_registry.match_land", set(), ["property_tax"]),
        (
            {OutsideSystem.SPATIAL_PLAN: Plan(PlanAnswer.NOT_ALLOWED)},
            "regions.locate_building",
            {"plan_forbids_the_use"},
            [],
        ),
        ({OutsideSystem.SPATIAL_PLAN: Plan(PlanAnswer.UNKNOWN)}, "regions.locate_building", set(), []),
        ({OutsideSystem.SPATIAL_PLAN: Plan(None)}, "regions.locate_building", set(), ["spatial_plan"]),
    ],
    ids=["tax differs and is owed", "tax is down", "plan forbids", "plan does not know", "plan is down"],
)
async def test_what_tax_and_plan_say_is_a_warning_and_what_they_do_not_say_an_outage(
    office: Office,
    answering: dict[OutsideSystem, object],
    job_type: str,
    warned: set[str],
    outage: list[str],
) -> None:
    case_id = await opened(office, latitude=-6.85, longitude=107.92, land_tax_number="321102000100200030")

    await run(office, job_type, answering=answering, case_id=case_id)

    assert warnings_of(office, case_id) == warned
    assert [one.system for one in await office.outages.all_of("32.11")] == outage


@pytest.mark.parametrize(
    ("answer", "warned", "outage"),
    [
        (SimbgAnswer.ISSUED, set(), []),
        (SimbgAnswer.MISMATCH, {"simbg_has_another_number"}, []),
        (None, set(), ["simbg"]),
    ],
    ids=["the same", "another number", "SIMBG is down"],
)
async def test_the_numbers_that_officers_copied_are_shown_to_simbg(
    office: Office, answer: SimbgAnswer | None, warned: set[str], outage: list[str]
) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_RecordSimbgRegistration")
    await done(office, case_id, "Task_RecordSimbgPermitNumber")
    numbers = Numbers(answer)

    await run(
        office,
        "numbering.assign_permit_number",
        answering={OutsideSystem.SIMBG: numbers},
        case_id=case_id,
        simbg_registration=True,
    )

    assert [(asked.registration[:4], (asked.permit or "")[:7]) for asked in numbers.asked] == [("PBG-", "SK-PBG-")]
    assert warnings_of(office, case_id) == warned
    assert [one.system for one in await office.outages.all_of("32.11")] == outage


async def test_what_an_officer_confirmed_by_hand_is_not_asked_again(office: Office) -> None:
    case_id, registry = await opened(office), Residents(None)
    await done(office, case_id, "Task_VerifyManually")

    answer = await run(office, "population_registry.verify_identity", registry=registry, case_id=case_id)

    assert (answer, registry.asked) == ({"identity_check": "verified"}, 0)


@pytest.mark.parametrize(
    ("match", "told"),
    [
        (LandMatch(LandAnswer.MATCHED, tax_number_differs=True), "matched"),
        (LandMatch(LandAnswer.MISMATCH), "mismatch"),
        (None, "unknown"),
    ],
    ids=["matched", "differs", "registry down"],
)
async def test_land_is_matched_only_if_the_registry_says_so(office: Office, match: LandMatch | None, told: str) -> None:
    case_id = await opened(office)

    assert await run(office, "land_registry.match_land", registry=Plots(match), case_id=case_id) == {"land_check": told}


async def test_a_correction_goes_round_through_the_handlers(office: Office) -> None:
    case_id = await opened(office)
    await done(office, case_id, "Task_RegisterApplication")
    asks = {"correction_subjects": ["DATA_LOKASI"], "spatial_note": "Alamat belum lengkap"}
    await done(office, case_id, "Task_ReviewSpatialFit", spatial_review_result="correction_needed", **asks)
    opened_round = await run(office, "corrections.open_round", case_id=case_id)
    changes = {"building_address": "Blok Rekaan 8, Jatinunggal"}
    await office.pbg.corrections.submit(case_id, changes, {}, explanations={}, by="pemohon")

    standing = await run(office, "corrections.receive_round", case_id=case_id, correction_round=1)

    assert (opened_round["correction_round"], opened_round["correction_allowed"]) == (1, True)
    assert (standing["registration_result"], standing["spatial_review_result"]) == ("accepted", "reopened")
    assert len(standing["clock_commitments"]) == 1


async def test_a_rejection_is_rendered_once_its_reasons_are_written(office: Office) -> None:
    case_id = await opened(office)
    with pytest.raises(ContractViolation, match="earlier step"):
        await run(office, "letters.render_rejection", case_id=case_id)
    await done(office, case_id, "Task_DecideRejection")

    assert len((await run(office, "letters.render_rejection", case_id=case_id))["case_file_commitment"]) == 64


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn", "expired", "handed_over"])
@pytest.mark.parametrize(("minutes", "missing"), [(180, False), (181, True)])
async def test_a_case_that_closes_after_its_promise_has_an_apology_and_lacks_a_reason(
    office: Office, clock: OfficeClock, outcome: str, minutes: int, missing: bool
) -> None:
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, "32.11")
    clock.let_pass(timedelta(hours=1) * (minutes > 180))  # 12.00 to 13.00 is no office time
    clock.let_pass(timedelta(minutes=minutes))

    first = await run(office, "archive.close_case", case_id=case_id, case_outcome=outcome)
    again = await run(office, "archive.close_case", case_id=case_id, case_outcome=outcome)

    assert first["breach_reason_missing"] is missing
    assert again == first
    with office.database.reading() as connection:
        wanted = select(outgoing_message.c.kind).where(outgoing_message.c.case_id == case_id)
        assert list(connection.execute(wanted).scalars()) == ["promise_broken"] * missing


async def test_whoever_has_stated_the_reason_is_not_asked_again_when_the_case_closes(
    office: Office, clock: OfficeClock
) -> None:
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, "32.11")
    clock.let_pass(timedelta(hours=5))
    await run(office, "archive.close_case", case_id=case_id, case_outcome="withdrawn")
    await done(office, case_id, "Task_StateBreachReason", **WHY_IT_WAS_LATE)

    closed = await run(office, "archive.close_case", case_id=case_id, case_outcome="withdrawn")

    assert closed["breach_reason_missing"] is False


@pytest.mark.parametrize("job_type", sorted(WORKERS))
async def test_an_unknown_case_is_an_incident_at_once(office: Office, job_type: str) -> None:
    variables: dict[str, Any] = {
        "application_date": date(2026, 2, 2),
        "income_ceiling": None,
        "retribution_exemption": None,
        "simbg_registration": False,
        "notice_kind": "permit_issued",
        "case_outcome": "issued",
        "correction_round": 1,
    }

    with pytest.raises(ContractViolation, match="no case file"):
        await run(office, job_type, registry=Residents({}), case_id="no-such-case", **variables)
