"""The automatic checks: what they answer, and that no personal value leaves with the answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.pbg_tables import pbg_check, pbg_number, pbg_warning
from penaemas.casefiles.tables import case_file
from penaemas.licensing.legal_values import HouseholdStatus
from tests.offices import OfficeClock
from tests.pbg import done, opened

DAY = date(2026, 2, 2)
# Permen PKP 5/2025, zone 1, typed in from the regulation.
ZONE_1 = {
    HouseholdStatus.UNMARRIED: 8_500_000,
    HouseholdStatus.MARRIED: 10_000_000,
    HouseholdStatus.TAPERA: 10_000_000,
}


def warnings_of(office: Office, case_id: str) -> set[str]:
    with office.database.reading() as connection:
        return set(connection.execute(select(pbg_warning.c.rule).where(pbg_warning.c.case_id == case_id)).scalars())


@pytest.mark.parametrize(
    ("household", "within"),
    [
        ({"household_status": "TIDAK_KAWIN", "own_income_idr": 8_500_000, "partner_income_idr": 0}, True),
        ({"household_status": "TIDAK_KAWIN", "own_income_idr": 8_500_001, "partner_income_idr": 0}, False),
        ({"household_status": "KAWIN", "own_income_idr": 6_000_000, "partner_income_idr": 4_000_000}, True),
        ({"household_status": "KAWIN", "own_income_idr": 6_000_000, "partner_income_idr": 4_000_001}, False),
        ({"household_status": "TAPERA", "own_income_idr": 10_000_000, "partner_income_idr": 9_000_000}, True),
    ],
)
async def test_the_income_is_compared_with_the_households_column(
    office: Office, household: dict[str, Any], within: bool
) -> None:
    case_id = await opened(office, **household)

    assert await office.pbg.checks.compare_income(case_id, ZONE_1) is within
    with office.database.reading() as connection:
        basis = connection.execute(select(pbg_check.c.basis).where(pbg_check.c.case_id == case_id)).scalar_one()
    assert basis == "Permen PKP 5/2025, berlaku 22 April 2025"


async def test_without_a_table_no_income_is_within_it_until_one_is_entered(office: Office) -> None:
    case_id = await opened(office)

    assert await office.pbg.checks.compare_income(case_id, None) is False
    assert await office.pbg.checks.compare_income(case_id, ZONE_1) is True


async def test_the_facts_of_a_revision_are_pinned_once(office: Office) -> None:
    case_id = await opened(office)

    first = await office.pbg.opening.gather_facts(case_id, DAY)

    assert await office.pbg.opening.gather_facts(case_id, DAY) == first
    assert (first.house_kind, first.prototype_code, first.storeys) == ("SWADAYA", "T36-1", 1)


@pytest.mark.parametrize(
    ("change", "fact", "value"),
    [
        ({"land_area_m2": "35.99"}, "land_covers_house", False),
        ({"land_area_m2": "18.00", "storeys": 2}, "land_covers_house", True),
        ({"prototype_code": "T99-9"}, "prototype_known", False),
        ({"prototype_code": "NONE"}, "prototype_known", True),
        ({"land_holder_name": "Ani Contoh", "land_holder_is_owner": False}, "land_holder_is_owner", False),
    ],
)
async def test_a_fact_follows_from_the_application(
    office: Office, change: dict[str, Any], fact: str, value: bool
) -> None:
    facts = await office.pbg.opening.gather_facts(await opened(office, **change), DAY)

    assert getattr(facts, fact) is value


async def test_a_design_is_unknown_before_its_decree(office: Office) -> None:
    case_id = await opened(office)

    assert (await office.pbg.opening.gather_facts(case_id, date(2024, 10, 17))).prototype_known is False
    assert (await office.pbg.opening.gather_facts(case_id, date(2024, 10, 18))).prototype_known is True


async def test_what_is_odd_is_a_warning_and_decides_nothing(office: Office) -> None:
    case_id = await opened(office, applicant_nik="1801040202909991", owns_a_house=True, latitude=-5.7, longitude=105.6)

    await office.pbg.opening.gather_facts(case_id, DAY)
    assert await office.pbg.checks.locate_building(case_id) is True

    assert warnings_of(office, case_id) == {"nik_outside_regency", "owns_a_house", "outside_bounding_box"}


async def test_a_building_in_another_regency_is_found_by_its_code(office: Office) -> None:
    assert await office.pbg.checks.locate_building(await opened(office, sub_district_code="180104")) is False


async def test_of_two_applications_for_the_same_land_and_owner_the_later_is_the_duplicate(
    office: Office, clock: OfficeClock
) -> None:
    earlier = await opened(office)
    clock.let_pass(timedelta(minutes=1))
    later = await opened(office, land_right_number="0 0123", applicant_name="Budi  REKAAN")

    assert await office.pbg.checks.find_duplicate(later) is True
    assert await office.pbg.checks.find_duplicate(earlier) is False


@pytest.mark.parametrize(
    "change", [{"land_right_number": "00124"}, {"applicant_nik": "3211020202909999"}, {"sub_district_code": "321103"}]
)
async def test_other_land_or_another_owner_is_no_duplicate(
    office: Office, clock: OfficeClock, change: dict[str, Any]
) -> None:
    await opened(office)
    clock.let_pass(timedelta(minutes=1))

    assert await office.pbg.checks.find_duplicate(await opened(office, **change)) is False


async def test_a_withdrawn_or_closed_case_is_no_duplicate_and_an_issued_permit_is_a_warning(
    office: Office, clock: OfficeClock
) -> None:
    withdrawn, issued = await opened(office), await opened(office)
    await office.pbg.submission.withdraw(withdrawn, reason="", by="pemohon")
    await office.pbg.register.assign_permit_number(issued, simbg_registration=False)
    with office.database.transaction() as connection:
        in_force = update(pbg_number).where(pbg_number.c.case_id == issued)
        connection.execute(in_force.values(state="in_force"))
        connection.execute(update(case_file).where(case_file.c.case_id == issued).values(closed_at=clock.now()))
    clock.let_pass(timedelta(minutes=1))

    case_id = await opened(office)

    assert await office.pbg.checks.find_duplicate(case_id) is False
    assert warnings_of(office, case_id) == {"permit_issued_before"}


async def test_a_registrys_good_answer_stands_and_an_unknown_one_is_asked_again(office: Office) -> None:
    case_id, checks = await opened(office), office.pbg.checks

    assert await checks.keep_answer(case_id, "identity_check", "unknown", "tabel") == "unknown"
    assert await checks.standing_answer(case_id, "identity_check") is None
    assert await checks.keep_answer(case_id, "identity_check", "verified", "tabel") == "verified"
    assert await checks.keep_answer(case_id, "identity_check", "mismatch", "tabel") == "verified"
    assert await checks.standing_answer(case_id, "identity_check") == "verified"


async def test_an_officers_confirmation_by_hand_stands_for_both_checks(office: Office) -> None:
    case_id = await opened(office)

    await done(office, case_id, "Task_VerifyManually")

    assert await office.pbg.checks.standing_answer(case_id, "identity_check") == "verified"
    assert await office.pbg.checks.standing_answer(case_id, "land_check") == "matched"
