"""A public information request from the counter to its closing, as the case file sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.faults import EntryFaulty, checked
from penaemas.casefiles.information_request_forms import AnswerEntry, RequestEntry
from penaemas.casefiles.information_request_records import (
    AlreadyAnswered,
    AnswerMissing,
    CaseUnknown,
    ExtensionUsed,
    RequestIdReused,
)
from penaemas.casefiles.outbox import CompleteTask, StartCase
from penaemas.casefiles.overview import find_case, latest_cases
from penaemas.casefiles.tables import case_file, outbox
from tests.offices import LAMPUNG_SELATAN, SUMEDANG, OfficeClock, request_of

TASK = 2251799813685300
GIVEN = AnswerEntry(answer_decision="given", answer_text="Rincian terlampir.")
EXTENDED = AnswerEntry(answer_decision="extended")


async def received(office: Office, request_id: str = "a") -> str:
    receipt = await office.information_requests.submit(request_of(), request_id=request_id, by="counter.1")
    return receipt.case_id


def commands_of(office: Office, case_id: str) -> list[object]:
    with office.database.reading() as connection:
        return [queued.command for queued in office.outbox.of_case(connection, case_id)]


async def test_a_submission_queues_the_start_of_its_process(office: Office) -> None:
    case_id = await received(office)

    assert commands_of(office, case_id) == [
        StartCase(message_name="office.information_requested", variables={"case_id": case_id, "region_code": SUMEDANG})
    ]


async def test_a_submission_sent_twice_makes_one_case(office: Office) -> None:
    first = await office.information_requests.submit(request_of(), request_id="a", by="counter.1")
    second = await office.information_requests.submit(request_of(), request_id="a", by="counter.1")

    assert (first.case_id, first.is_new) == (second.case_id, not second.is_new)
    assert len(commands_of(office, first.case_id)) == 1


async def test_a_submission_sent_twice_in_the_same_moment_makes_one_case(office: Office) -> None:
    receipts = await asyncio.gather(
        *(office.information_requests.submit(request_of(), request_id="a", by="counter.1") for _ in range(6))
    )

    assert len({receipt.case_id for receipt in receipts}) == 1
    assert sum(receipt.is_new for receipt in receipts) == 1


async def test_a_request_id_does_not_stand_for_two_contents(office: Office) -> None:
    await received(office)

    with pytest.raises(RequestIdReused):
        await office.information_requests.submit(request_of(purpose="Skripsi"), request_id="a", by="counter.1")


async def test_a_region_of_another_office_is_refused_and_nothing_stored(office: Office) -> None:
    with pytest.raises(EntryFaulty, match=r"region_code.*18\.01, 32\.11"):
        await office.information_requests.submit(request_of(region_code="99.99"), request_id="a", by="counter.1")

    with office.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(case_file)).scalar() == 0


def test_every_fault_names_field_rule_and_fix_and_no_value() -> None:
    with pytest.raises(EntryFaulty) as refused:
        checked(RequestEntry, {"region_code": "Sumedang", "requester_contact": "Jalan Rekaan", "nik": "rahasia"})

    faults = {fault.field: fault for fault in refused.value.faults}
    assert set(faults) == {
        "region_code",
        "requester_contact",
        "requester_name",
        "information_requested",
        "purpose",
        "nik",
    }
    assert all(fault.rule and fault.fix for fault in faults.values())
    assert not any(value in str(refused.value) for value in ("Jalan Rekaan", "rahasia"))


async def test_the_register_gives_number_and_deadlines(office: Office, clock: OfficeClock) -> None:
    case_id = await received(office)
    clock.let_pass(timedelta(minutes=5))

    registration = await office.information_requests.register(case_id, SUMEDANG)

    assert registration.request_number == "PIP-3211-2026-0001"
    assert registration.registered_at == datetime(2026, 2, 2, 2, 5, tzinfo=UTC)
    # Ten working days after Monday 2 February: joint leave on the 16th and the holiday on the 17th do not count.
    assert registration.answer_due_at == datetime(2026, 2, 18, 9, 0, tzinfo=UTC)  # 16.00 WIB
    assert datetime(2026, 2, 12, tzinfo=UTC) < registration.answer_warn_at < datetime(2026, 2, 13, 10, tzinfo=UTC)


async def test_an_outage_before_the_registration_does_not_move_the_deadline(office: Office, clock: OfficeClock) -> None:
    prompt = await office.information_requests.register(await received(office, "prompt"), SUMEDANG)
    delayed_case = await received(office, "delayed")
    clock.let_pass(timedelta(days=3))

    delayed = await office.information_requests.register(delayed_case, SUMEDANG)

    assert delayed.answer_due_at == prompt.answer_due_at


async def test_a_repeated_registration_returns_the_first(office: Office, clock: OfficeClock) -> None:
    case_id = await received(office)
    first = await office.information_requests.register(case_id, SUMEDANG)
    clock.let_pass(timedelta(hours=1))

    assert await office.information_requests.register(case_id, SUMEDANG) == first


async def test_registrations_at_once_get_different_numbers(office: Office, new_request_id: Callable[[], str]) -> None:
    cases = [await received(office, new_request_id()) for _ in range(12)]

    registrations = await asyncio.gather(*(office.information_requests.register(case, SUMEDANG) for case in cases * 2))

    numbers = sorted({registration.request_number for registration in registrations})
    assert numbers == [f"PIP-3211-2026-{count:04d}" for count in range(1, 13)]


async def test_an_extension_counts_from_the_deadline_it_replaces(office: Office) -> None:
    case_id = await received(office)
    registration = await office.information_requests.register(case_id, SUMEDANG)

    warn_at, due_at = await office.information_requests.extend(case_id, registration.answer_due_at)

    assert due_at == datetime(2026, 2, 27, 8, 30, tzinfo=UTC)  # Friday 15.30 WIB: Ramadan began on the 19th
    assert registration.answer_due_at < warn_at < due_at


async def test_a_repeated_extension_job_returns_the_same_deadline(office: Office) -> None:
    case_id = await received(office)
    registration = await office.information_requests.register(case_id, SUMEDANG)

    first = await office.information_requests.extend(case_id, registration.answer_due_at)

    assert await office.information_requests.extend(case_id, registration.answer_due_at) == first


async def test_the_deadline_is_extended_once(office: Office) -> None:
    case_id = await received(office)
    registration = await office.information_requests.register(case_id, SUMEDANG)
    _, extended_due_at = await office.information_requests.extend(case_id, registration.answer_due_at)

    with pytest.raises(ExtensionUsed):
        await office.information_requests.extend(case_id, extended_due_at)


async def test_an_answer_queues_the_completion_with_the_decision_only(office: Office) -> None:
    case_id = await received(office)

    await office.information_requests.answer(case_id, TASK, GIVEN, officer="ppid.sumedang")

    assert commands_of(office, case_id)[1] == CompleteTask(
        user_task_key=TASK, officer="ppid.sumedang", variables={"answer_decision": "given"}
    )


async def test_the_slower_of_two_officers_is_told_who_was_faster(office: Office) -> None:
    case_id = await received(office)
    await office.information_requests.answer(case_id, TASK, GIVEN, officer="ppid.satu")

    with pytest.raises(AlreadyAnswered, match=r"ppid\.satu"):
        await office.information_requests.answer(case_id, TASK, GIVEN, officer="ppid.dua")

    assert len(commands_of(office, case_id)) == 2


async def test_two_officers_in_the_same_moment_leave_one_answer(office: Office) -> None:
    case_id = await received(office)

    outcomes = await asyncio.gather(
        *(office.information_requests.answer(case_id, TASK, GIVEN, officer=f"ppid.{number}") for number in range(6)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, AlreadyAnswered) for outcome in outcomes) == 5
    assert len(commands_of(office, case_id)) == 2


async def test_a_refused_answer_makes_room_for_another(office: Office) -> None:
    case_id = await received(office)
    command_id = await office.information_requests.answer(case_id, TASK, GIVEN, officer="ppid.satu")
    with office.database.transaction() as connection:
        office.outbox.mark_refused(connection, command_id, "the engine refused it")

    await office.information_requests.answer(case_id, TASK, GIVEN, officer="ppid.dua")

    assert len(commands_of(office, case_id)) == 3


async def test_closing_pins_the_answer_and_closes_the_file_once(office: Office, clock: OfficeClock) -> None:
    case_id = await received(office)
    await office.information_requests.answer(case_id, TASK, EXTENDED, officer="ppid.satu")
    await office.information_requests.answer(case_id, TASK + 1, GIVEN, officer="ppid.satu")

    first = await office.information_requests.close(case_id, "given")
    clock.let_pass(timedelta(hours=1))

    assert await office.information_requests.close(case_id, "given") == first
    overview = find_case(office.database, case_id)
    assert overview
    assert (overview.closed_at, overview.answer_decision) == (first.closed_at, "given")


async def test_a_decision_without_an_answer_on_file_does_not_close(office: Office) -> None:
    case_id = await received(office)

    with pytest.raises(AnswerMissing):
        await office.information_requests.close(case_id, "given")


async def test_an_unknown_case_is_said(office: Office) -> None:
    with pytest.raises(CaseUnknown):
        await office.information_requests.register("no-such-case", SUMEDANG)


async def test_a_case_of_another_region_is_not_known_here(office: Office) -> None:
    case_id = await received(office)

    with pytest.raises(CaseUnknown):
        await office.information_requests.register(case_id, LAMPUNG_SELATAN)


@pytest.mark.parametrize(
    ("form", "missing"),
    [
        ({"answer_decision": "given"}, "answer_text"),
        ({"answer_decision": "refused", "answer_text": "Tidak dapat diberikan."}, "refusal_reason"),
        ({"answer_decision": "partly_given", "answer_text": "Sebagian terlampir."}, "refusal_reason"),
    ],
    ids=["given", "refused", "partly given"],
)
def test_each_decision_asks_for_its_texts(form: dict[str, str], missing: str) -> None:
    with pytest.raises(EntryFaulty, match=missing):
        checked(AnswerEntry, form)


async def test_cases_are_listed_newest_first_and_found_by_number_or_id(office: Office, clock: OfficeClock) -> None:
    older = await received(office, "older")
    clock.let_pass(timedelta(minutes=1))
    newer = await received(office, "newer")
    number = (await office.information_requests.register(older, SUMEDANG)).request_number

    assert [case.case_id for case in latest_cases(office.database, 10)] == [newer, older]
    by_number, by_id = find_case(office.database, number), find_case(office.database, older)
    assert by_number == by_id
    assert find_case(office.database, "PIP-3211-2026-9999") is None


async def test_no_personal_value_is_in_any_command(office: Office) -> None:
    entry = request_of()
    case_id = await received(office)
    await office.information_requests.answer(case_id, TASK, GIVEN, officer="ppid.satu")

    with office.database.reading() as connection:
        rows = "\n".join(str(row) for row in connection.execute(select(outbox)))

    personal = [*entry.personal_values().values(), *GIVEN.personal_values().values()]
    assert [value for value in personal if value in rows] == []
    assert case_id in rows
