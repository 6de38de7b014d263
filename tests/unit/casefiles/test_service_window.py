"""The clocks of a case: when they start, pause, stop, and what they show."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.clock_ledger import CaseClock, Ground, correction_reference
from penaemas.casefiles.clock_tables import clock_entry, outage
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.ladders import ClockNotStarted
from penaemas.casefiles.pbg_tables import pbg_correction_round
from penaemas.casefiles.service_window import ClockReading
from penaemas.casefiles.tables import commitment
from penaemas.licensing.calendar_rules import CalendarRules
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.service_clock import ClockEntriesInvalid
from penaemas.storage.errors import StorageConflict
from tests.deadlines import wib
from tests.offices import SUMEDANG, OfficeClock
from tests.pbg import opened

MINUTE = timedelta(minutes=1)


async def reading(office: Office, case_id: str, which: CaseClock = CaseClock.PROMISE) -> ClockReading:
    return next(one for one in await office.deadlines.service_window.readings(case_id) if one.which is which)


def entries_of(office: Office, case_id: str) -> list[tuple[str, str, str]]:
    wanted = select(clock_entry).where(clock_entry.c.case_id == case_id).order_by(clock_entry.c.number)
    with office.database.reading() as connection:
        return [(row.clock, row.kind, row.reference) for row in connection.execute(wanted)]


def pause(office: Office, case_id: str, clock: OfficeClock, correction_round: int = 1) -> None:
    ground = Ground("menunggu pemohon", "petugas.1", "SKB", correction_reference(correction_round))
    with office.database.transaction() as connection:
        office.clocks.pause(connection, case_id, clock.now(), ground)


async def declare(office: Office, reference: str, began: str, system: str = "SIMBG") -> None:
    await office.outages.declare(
        SUMEDANG, reference, system=system, began_at=wib(began), reason="SIMBG tidak menjawab", supervisor="kabid.1"
    )


async def test_the_promise_starts_when_the_pre_check_is_passed(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    clock.let_pass(12 * MINUTE)

    window = await office.deadlines.service_window.open(case_id, SUMEDANG)

    assert entries_of(office, case_id) == [
        ("pre_check", "start", ""),
        ("pre_check", "stop", ""),
        ("promise", "start", ""),
    ]
    # Monday 09.12 and 180 counter minutes, over the break from 12 to 13.
    assert window.alarms.due_at == wib("2026-02-02 13:12")
    assert window.alarms.warning_at == wib("2026-02-02 11:42")
    assert window.alarms.breach_at == window.alarms.due_at
    assert (await reading(office, case_id, CaseClock.PRE_CHECK)).net_s == 12 * 60


@pytest.mark.parametrize(
    ("passed_at", "due"),
    [
        ("2026-02-02 10:59:00", "2026-02-02 14:59:00"),
        ("2026-02-02 11:00:00", "2026-02-02 15:00:00"),
        ("2026-02-02 11:01:00", "2026-02-03 08:01:00"),
        ("2026-02-06 10:30:00", "2026-02-06 15:00:00"),  # Friday
        ("2026-02-06 10:31:00", "2026-02-09 08:01:00"),
        ("2026-02-13 14:00:00", "2026-02-18 10:00:00"),  # weekend, joint leave, holiday; Ramadan is not begun
        ("2026-02-23 13:00:00", "2026-02-24 10:00:00"),  # Ramadan: until 14.00
        ("2026-12-31 14:00:00", "2027-01-04 10:00:00"),  # 1 January is a Friday
    ],
)
async def test_the_promise_is_due_in_counter_hours(
    office: Office, clock: OfficeClock, passed_at: str, due: str
) -> None:
    case_id = await opened(office)
    clock.let_pass(wib(passed_at) - clock.now())

    assert (await office.deadlines.service_window.open(case_id, SUMEDANG)).alarms.due_at == wib(due)


async def test_thirty_working_days_are_in_sight_on_both_calendars(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)

    window = await office.deadlines.service_window.open(case_id, SUMEDANG)

    for openings in (window.office, window.back_office):
        assert len({opening.opens_at.date() for opening in openings}) >= 30
        assert openings[0].before_s == 0
        assert openings[0].opens_at < clock.now() < openings[0].closes_at


async def test_a_window_that_is_opened_twice_keeps_its_start_and_its_commitment(
    office: Office, clock: OfficeClock
) -> None:
    case_id = await opened(office)
    first = await office.deadlines.service_window.open(case_id, SUMEDANG)
    clock.let_pass(MINUTE)

    second = await office.deadlines.service_window.open(case_id, SUMEDANG)

    assert (second.alarms.due_at, second.commitment) == (first.alarms.due_at, first.commitment)
    assert len(entries_of(office, case_id)) == 3


async def test_after_a_correction_the_promise_keeps_its_remaining_minutes(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    clock.let_pass(100 * MINUTE)
    pause(office, case_id, clock)
    clock.let_pass(wib("2026-02-04 08:30") - clock.now())

    again = await office.deadlines.service_window.open(case_id, SUMEDANG)

    assert again.alarms.due_at == wib("2026-02-04 09:50")
    shown = await reading(office, case_id)
    assert (shown.net_s, shown.remaining_s) == (100 * 60, 80 * 60)
    assert shown.gross_office_s == (5 * 60 + 6 * 60 + 30) * 60
    assert shown.gross_wall_s == (47 * 60 + 30) * 60


async def test_a_correction_counts_against_the_office_from_its_submission_on(
    office: Office, clock: OfficeClock
) -> None:
    """The engine was away for ten minutes after the applicant had answered."""
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    pause(office, case_id, clock)
    submitted_at = clock.now() + 20 * MINUTE
    with office.database.transaction() as connection:
        values = {"case_id": case_id, "round": 1, "opened_at": clock.now(), "due_at": clock.now()}
        connection.execute(insert(pbg_correction_round).values(**values, submitted_at=submitted_at))
    clock.let_pass(30 * MINUTE)

    await office.deadlines.service_window.open(case_id, SUMEDANG)

    assert (await reading(office, case_id)).net_s == 10 * 60


async def test_while_the_applicant_must_act_the_clock_has_no_due_instant(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    pause(office, case_id, clock)
    clock.let_pass(60 * MINUTE)

    shown = await reading(office, case_id)

    assert (shown.is_standing, shown.due_at, shown.net_s) == (True, None, 0)


async def test_statutory_limits_begin_once_with_the_complete_file(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    first = await office.deadlines.service_window.declare_complete(case_id)
    clock.let_pass(60 * MINUTE)

    second = await office.deadlines.service_window.declare_complete(case_id)

    assert second == first
    assert (await reading(office, case_id, CaseClock.STATUTORY)).started_at == wib("2026-02-02 09:00")


@pytest.mark.parametrize(
    ("handed_over_at", "breached"),
    [("2026-02-02 12:00:00", False), ("2026-02-02 12:00:01", True), ("2026-02-02 11:30:00", False)],
)
async def test_exactly_at_the_limit_is_kept_and_later_is_broken(
    office: Office, clock: OfficeClock, handed_over_at: str, breached: bool
) -> None:
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    clock.let_pass(wib(handed_over_at) - clock.now())

    assert (await office.deadlines.service_window.stop(case_id)).breached is breached
    clock.let_pass(timedelta(days=2))
    assert (await office.deadlines.service_window.stop(case_id)).breached is breached


async def test_outages_that_overlap_count_once_and_the_gross_time_shows_them(
    office: Office, clock: OfficeClock
) -> None:
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    clock.let_pass(60 * MINUTE)
    await declare(office, "SIMBG-7", "2026-02-02 09:10")
    await declare(office, "BPN-3", "2026-02-02 09:20", system="BPN")
    for reference, at in (("SIMBG-7", "2026-02-02 09:30"), ("BPN-3", "2026-02-02 09:40")):
        await office.outages.end(SUMEDANG, reference, ended_at=wib(at), reason="pulih", supervisor="kabid.1")

    shown = await reading(office, case_id)

    assert (shown.net_s, shown.gross_office_s) == (30 * 60, 60 * 60)
    assert shown.due_at == wib("2026-02-02 13:30")


async def test_a_case_that_begins_during_an_outage_stands_from_the_start(office: Office, clock: OfficeClock) -> None:
    await declare(office, "SIMBG-8", "2026-02-02 08:00")
    case_id = await opened(office)

    window = await office.deadlines.service_window.open(case_id, SUMEDANG)

    assert (await reading(office, case_id)).is_standing
    # The earliest instant at which it could be due, so that the alarm is never missing.
    assert window.alarms.due_at == wib("2026-02-02 12:00")


async def test_an_outage_of_another_region_holds_nothing(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    await office.outages.declare(
        "18.01", "SIMBG-1", system="SIMBG", began_at=clock.now(), reason="padam", supervisor="kabid.2"
    )
    clock.let_pass(30 * MINUTE)

    assert (await reading(office, case_id)).net_s == 30 * 60


@pytest.mark.parametrize("missing", ["reference", "reason", "supervisor"])
async def test_an_outage_without_reference_reason_or_supervisor_is_none(
    office: Office, clock: OfficeClock, missing: str
) -> None:
    given = {"reference": "SIMBG-9", "reason": "padam", "supervisor": "kabid.1"} | {missing: " "}

    with pytest.raises(EntryFaulty, match=missing):
        await office.outages.declare(
            SUMEDANG,
            given["reference"],
            system="SIMBG",
            began_at=clock.now(),
            reason=given["reason"],
            supervisor=given["supervisor"],
        )

    assert await office.outages.all_of(SUMEDANG) == ()


async def test_an_outage_ends_after_it_began_and_not_in_the_future(office: Office, clock: OfficeClock) -> None:
    await declare(office, "SIMBG-9", "2026-02-02 08:30")

    for at in ("2026-02-02 08:29", "2026-02-02 09:01"):
        with pytest.raises(EntryFaulty):
            await office.outages.end(SUMEDANG, "SIMBG-9", ended_at=wib(at), reason="pulih", supervisor="kabid.1")
    with pytest.raises(EntryFaulty, match="names no outage"):
        await office.outages.end(SUMEDANG, "SIMBG-10", ended_at=clock.now(), reason="pulih", supervisor="kabid.1")


async def test_a_holiday_that_is_added_moves_the_deadline(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    clock.let_pass(wib("2026-02-02 14:00") - clock.now())
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    rules = office.regions[SUMEDANG].calendar.model_dump()
    closed = {
        "first_day": "2026-02-03",
        "last_day": "2026-02-03",
        "hours": [],
        "reason": "banjir",
        "basis": "SE Bupati",
    }
    office.calendars.counter[SUMEDANG] = OfficeCalendar(CalendarRules.model_validate(rules | {"overrides": [closed]}))

    assert (await reading(office, case_id)).due_at == wib("2026-02-04 10:00")


@pytest.mark.parametrize("table", [clock_entry, outage])
@pytest.mark.parametrize("change", ["update", "delete"])
async def test_what_the_ledger_says_is_never_changed(
    office: Office, clock: OfficeClock, table: object, change: str
) -> None:
    await opened(office)
    await declare(office, "SIMBG-9", "2026-02-02 08:30")
    statement = update(table).values(reason="lain") if change == "update" else delete(table)  # type: ignore[arg-type]

    with pytest.raises(StorageConflict), office.database.transaction() as connection:
        connection.execute(statement)


async def test_every_entry_is_pinned_together_with_the_one_before_it(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    window = await office.deadlines.service_window.open(case_id, SUMEDANG)

    with office.database.reading() as connection:
        pinned = office.clocks.pinned(connection, case_id)

    assert (len(pinned.digests), pinned.wrong) == (3, ())
    assert window.commitment in pinned.digests


@pytest.mark.parametrize(("number", "wrong"), [(1, (1, 2)), (3, (3,))])
async def test_an_entry_that_is_not_what_was_pinned_is_found(
    office: Office, clock: OfficeClock, number: int, wrong: tuple[int, ...]
) -> None:
    """Entries cannot be changed, so the test changes what pins them."""
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    place = (commitment.c.case_id == case_id, commitment.c.about == "clock", commitment.c.revision == number)
    with office.database.transaction() as connection:
        connection.execute(update(commitment).where(*place).values(digest="0" * 64))

    with office.database.reading() as connection:
        assert office.clocks.pinned(connection, case_id).wrong == wrong


async def test_a_closed_case_has_no_running_clock(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    await office.deadlines.service_window.open(case_id, SUMEDANG)
    pause(office, case_id, clock)
    clock.let_pass(30 * MINUTE)

    with office.database.transaction() as connection:
        office.clocks.stop_all(connection, case_id, clock.now(), Ground("ditarik", "system", "Standar pelayanan"))

    assert all(one.stopped_at for one in await office.deadlines.service_window.readings(case_id))


async def test_a_clock_is_not_stopped_before_it_starts(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)

    with pytest.raises(ClockNotStarted):
        await office.deadlines.service_window.stop(case_id)
    with pytest.raises(ClockEntriesInvalid), office.database.transaction() as connection:
        office.clocks.stop(connection, case_id, CaseClock.PROMISE, clock.now(), Ground("x", "system", "y"))


async def test_an_unknown_case_has_no_clock(office: Office) -> None:
    with pytest.raises(CaseUnknown):
        await office.deadlines.service_window.open("no such case", SUMEDANG)
