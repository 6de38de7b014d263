"""Numbers of the register: none twice, none missing, over processes, midnight and failures."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, RowMapping, insert, select

from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.pbg.register import PERMIT, REGISTRATION, Register
from penaemas.casefiles.pbg_tables import pbg_number
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.tables import counter
from penaemas.storage.database import Database
from tests.offices import MASTER_KEY, MONDAY_NINE, OfficeClock
from tests.pbg import done, opened

PREFIX = "PENA-SMD-SK-PBG-321102-02022026"


class InterruptedRegister(Register):
    """Fails in each third transaction after the number was drawn and written."""

    drawn = 0

    def give_own(self, connection: Connection, case: RowMapping, kind: str) -> str:
        number = super().give_own(connection, case, kind)
        self.drawn += 1
        if self.drawn % 3 == 0:
            raise InterruptedError
        return number


def number_permits(url: str, files: Path, case_ids: Sequence[str]) -> None:
    """One process of several; it tries again after each failure, like a job."""
    with Database.open(url) as database:
        office = wire(database, PersonVault(MASTER_KEY), OfficeClock(), files=files)
        register = InterruptedRegister(office.pbg.desk)
        for case_id in case_ids:
            while True:
                try:
                    asyncio.run(register.assign_permit_number(case_id, simbg_registration=False))
                    break
                except InterruptedError:
                    continue


def numbers_of(office: Office, kind: str) -> list[str]:
    with office.database.reading() as connection:
        return list(connection.execute(select(pbg_number.c.number).where(pbg_number.c.kind == kind)).scalars())


async def test_a_hundred_permits_over_four_processes_with_failures_get_consecutive_numbers(
    office: Office, office_url: str, tmp_path: Path
) -> None:
    case_ids = [await opened(office) for _ in range(100)]
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=number_permits, args=(office_url, tmp_path / "files", case_ids[start::4]))
        for start in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        await asyncio.to_thread(process.join, 120)

    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert sorted(numbers_of(office, PERMIT)) == [f"{PREFIX}-{count:03d}" for count in range(1, 101)]


@pytest.mark.parametrize(
    ("given_before", "registration", "permit"),
    [
        (98, "PENA-SMD-PBG-321102-02022026-99", f"{PREFIX}-099"),
        (99, "PENA-SMD-PBG-321102-02022026-100", f"{PREFIX}-100"),
        (999, "PENA-SMD-PBG-321102-02022026-1000", f"{PREFIX}-1000"),
    ],
)
async def test_the_99th_100th_and_1000th_of_a_day(
    office: Office, given_before: int, registration: str, permit: str
) -> None:
    case_id = await opened(office)
    with office.database.transaction() as connection:
        for name in ("PENA-SMD-PBG-321102-02022026", PREFIX):
            connection.execute(insert(counter).values(name=name, value=given_before))

    assert await office.pbg.register.assign_registration_number(case_id) == registration
    assert await office.pbg.register.assign_permit_number(case_id, simbg_registration=False) == permit


async def test_each_sub_district_and_each_wib_day_counts_for_itself(office: Office, clock: OfficeClock) -> None:
    clock.let_pass(datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC) - MONDAY_NINE)
    cases = [await opened(office), await opened(office, sub_district_code="321115"), await opened(office)]
    register = office.pbg.register
    before = [await register.assign_registration_number(case_id) for case_id in cases[:2]]
    clock.let_pass(timedelta(seconds=1))

    assert before == ["PENA-SMD-PBG-321102-31122026-01", "PENA-SMD-PBG-321115-31122026-01"]
    assert await register.assign_registration_number(cases[2]) == "PENA-SMD-PBG-321102-01012027-01"
    assert await register.assign_registration_number(cases[0]) == before[0]


async def test_simbgs_number_is_recorded_and_never_drawn(office: Office) -> None:
    case_id = await opened(office)
    with pytest.raises(StepMissing):
        await office.pbg.register.assign_permit_number(case_id, simbg_registration=True)
    await done(office, case_id, "Task_RecordSimbgPermitNumber")

    assert await office.pbg.register.assign_permit_number(case_id, simbg_registration=True) == (
        "SK-PBG-321102-02022026-001"
    )


async def test_a_number_of_simbg_that_was_mistyped_stays_listed_as_void(office: Office) -> None:
    case_id = await opened(office)
    for number in ("SK-PBG-321102-02022026-007", "SK-PBG-321102-02022026-001"):
        await done(office, case_id, "Task_RecordSimbgPermitNumber", simbg_permit_number=number)
        await office.pbg.register.assign_permit_number(case_id, simbg_registration=True)

    with office.database.reading() as connection:
        rows = connection.execute(select(pbg_number.c.number, pbg_number.c.state))
        states = {number: state for number, state in rows}  # rows are no pairs to a type checker
    assert states == {"SK-PBG-321102-02022026-007": "void", "SK-PBG-321102-02022026-001": "given"}


async def test_of_two_cases_that_enter_one_number_of_simbg_at_once_one_is_refused_at_the_field(office: Office) -> None:
    case_ids = [await opened(office) for _ in range(12)]
    pairs = [(f"SK-PBG-321102-02022026-{turn + 1:03d}", case_ids[2 * turn : 2 * turn + 2]) for turn in range(6)]

    for number, pair in pairs:
        entries = (done(office, case, "Task_RecordSimbgPermitNumber", simbg_permit_number=number) for case in pair)
        answers = await asyncio.gather(*entries, return_exceptions=True)

        refused = [answer for answer in answers if isinstance(answer, BaseException)]
        assert [(type(one), one.faults[0].field) for one in refused if isinstance(one, EntryFaulty)] == [
            (EntryFaulty, "simbg_permit_number")
        ]
        assert len(refused) == 1


async def test_numbers_of_a_case_that_ends_without_a_permit_are_void_and_listed(office: Office) -> None:
    case_id = await opened(office)
    await office.pbg.register.assign_registration_number(case_id)

    first = await office.pbg.closing.close_case(case_id, "rejected")

    assert await office.pbg.closing.close_case(case_id, "rejected") == first
    assert numbers_of(office, REGISTRATION) == ["PENA-SMD-PBG-321102-02022026-01"]
    assert await office.pbg.register.number_of(case_id, REGISTRATION) is None


async def test_an_unsigned_permit_is_not_published(office: Office) -> None:
    case_id = await opened(office)
    await office.pbg.register.assign_registration_number(case_id)
    await office.pbg.retribution.calculate(case_id, exempt=True)
    await office.pbg.register.assign_permit_number(case_id, simbg_registration=False)
    await office.pbg.papers.render_permit(case_id, simbg_registration=False)
    with pytest.raises(StepMissing):
        await office.pbg.register.publish_permit(case_id)

    await done(office, case_id, "Task_SignPermit")

    first = await office.pbg.register.publish_permit(case_id)
    assert await office.pbg.register.publish_permit(case_id) == first


@pytest.mark.parametrize(
    ("step", "field", "number"),
    [
        ("Task_RecordSimbgPermitNumber", "simbg_permit_number", "SK-PBG-321102-02022026-007"),
        ("Task_RecordSimbgRegistration", "simbg_registration_number", "PBG-321102-02022026-07"),
    ],
)
async def test_a_number_of_simbg_that_another_case_has_is_refused_at_its_field_and_nothing_is_stored(
    office: Office, step: str, field: str, number: str
) -> None:
    first, second = await opened(office), await opened(office, land_right_number="00777")
    await done(office, first, step, **{field: number})

    with pytest.raises(EntryFaulty, match=r"is recorded for case PENA-SMD-2026-00001 already") as refused:
        await done(office, second, step, **{field: number})

    assert [fault.field for fault in refused.value.faults] == [field]
    assert await office.pbg.steps.entry_of(second, step) == {}


async def test_a_number_of_simbg_that_was_only_mistyped_elsewhere_goes_to_the_case_that_has_it(office: Office) -> None:
    first, second = await opened(office), await opened(office, land_right_number="00777")
    register = office.pbg.register
    for number in ("SK-PBG-321102-02022026-007", "SK-PBG-321102-02022026-001", "SK-PBG-321102-02022026-001"):
        await done(office, first, "Task_RecordSimbgPermitNumber", simbg_permit_number=number)
        await register.assign_permit_number(first, simbg_registration=True)

    await done(office, second, "Task_RecordSimbgPermitNumber", simbg_permit_number="SK-PBG-321102-02022026-007")

    assert await register.assign_permit_number(second, simbg_registration=True) == "SK-PBG-321102-02022026-007"
    assert await register.number_of(first, PERMIT) == "SK-PBG-321102-02022026-001"


async def test_a_number_of_simbg_that_was_right_after_all_can_be_entered_again(office: Office) -> None:
    case_id = await opened(office)
    for number in ("SK-PBG-321102-02022026-001", "SK-PBG-321102-02022026-007", "SK-PBG-321102-02022026-001"):
        await done(office, case_id, "Task_RecordSimbgPermitNumber", simbg_permit_number=number)
        await office.pbg.register.assign_permit_number(case_id, simbg_registration=True)

    assert await office.pbg.register.number_of(case_id, PERMIT) == "SK-PBG-321102-02022026-001"
