"""The rows of the outbox: their order, their states, and what they may hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.outbox import Command, CompleteTask, PublishMessage, QueuedCommand, StartCase
from tests.offices import OfficeClock, request_of


async def a_case(office: Office, request_id: str) -> str:
    """A case whose start command is out of the way."""
    receipt = await office.information_requests.submit(request_of(), request_id=request_id, by="counter.1")
    with office.database.transaction() as connection:
        (start,) = office.outbox.of_case(connection, receipt.case_id)
        office.outbox.mark_done(connection, start.id, "1-1")
    return receipt.case_id


def queue(office: Office, case_id: str, *names: str) -> list[str]:
    with office.database.transaction() as connection:
        return [
            office.outbox.add(
                connection, case_id, PublishMessage(message_name=name, correlation_key=case_id), by="ppid.satu"
            )
            for name in names
        ]


def ready(office: Office, clock: OfficeClock) -> list[QueuedCommand]:
    with office.database.reading() as connection:
        return list(office.outbox.ready(connection, clock.now(), limit=100))


async def test_the_second_command_of_a_case_waits_for_the_first(office: Office, clock: OfficeClock) -> None:
    case_id = await a_case(office, "a")
    first, second = queue(office, case_id, "office.first", "office.second")

    before = [queued.id for queued in ready(office, clock)]
    with office.database.transaction() as connection:
        office.outbox.mark_sent(connection, first)

    assert before == [first]
    assert [queued.id for queued in ready(office, clock)] == [second]


async def test_a_refused_command_does_not_hold_up_the_next(office: Office, clock: OfficeClock) -> None:
    first, second = queue(office, await a_case(office, "a"), "office.first", "office.second")

    with office.database.transaction() as connection:
        office.outbox.mark_refused(connection, first, "completed by ppid.dua")

    assert [queued.id for queued in ready(office, clock)] == [second]


async def test_cases_do_not_wait_for_each_other(office: Office, clock: OfficeClock) -> None:
    (one,) = queue(office, await a_case(office, "a"), "office.first")
    (other,) = queue(office, await a_case(office, "b"), "office.first")

    assert {queued.id for queued in ready(office, clock)} == {one, other}


async def test_a_command_to_be_tried_later_holds_up_its_case_until_then(office: Office, clock: OfficeClock) -> None:
    first, _ = queue(office, await a_case(office, "a"), "office.first", "office.second")
    with office.database.transaction() as connection:
        office.outbox.try_later(connection, first, clock.now() + timedelta(seconds=5))

    assert ready(office, clock) == []
    clock.let_pass(timedelta(seconds=5))
    assert [queued.id for queued in ready(office, clock)] == [first]


async def test_a_finished_command_stays_as_it_is(office: Office) -> None:
    case_id = await a_case(office, "a")
    (command_id,) = queue(office, case_id, "office.first")
    with office.database.transaction() as connection:
        office.outbox.mark_done(connection, command_id, "1-42")

        office.outbox.mark_refused(connection, command_id, "too late")
        office.outbox.mark_sent(connection, command_id)

        last = office.outbox.of_case(connection, case_id)[-1]
    assert (last.state, last.outcome, last.recorded_position) == ("done", None, "1-42")


async def test_the_backlog_tells_how_much_waits_and_since_when(office: Office, clock: OfficeClock) -> None:
    case_id = await a_case(office, "a")
    since = clock.now()
    first, _ = queue(office, case_id, "office.first", "office.second")
    clock.let_pass(timedelta(minutes=1))
    queue(office, case_id, "office.third")

    with office.database.transaction() as connection:
        before = office.outbox.backlog(connection)
        office.outbox.mark_sent(connection, first)
        after = office.outbox.backlog(connection)

    assert (before.waiting, before.unconfirmed, before.oldest_waiting_at) == (3, 0, since)
    assert (after.waiting, after.unconfirmed) == (2, 1)


async def test_a_command_is_only_kept_if_the_caller_commits(office: Office, clock: OfficeClock) -> None:
    case_id = await a_case(office, "a")

    def fail_after_queueing() -> None:
        with office.database.transaction() as connection:
            command = PublishMessage(message_name="office.first", correlation_key=case_id)
            office.outbox.add(connection, case_id, command, by="ppid.satu")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_after_queueing()

    assert ready(office, clock) == []


@pytest.mark.parametrize(
    "value",
    ["Budi Rekaan", "budi@example.id", "Jalan Rekaan 1, Sumedang", "x" * 81, "3211000000000000", 3211000000000000],
)
def test_a_payload_takes_no_value_that_could_be_personal(value: str | int) -> None:
    def commands() -> list[Command]:
        return [
            StartCase(message_name="office.first", variables={"fact": value}),
            CompleteTask(user_task_key=1, officer="ppid.satu", variables={"fact": value}),
        ]

    with pytest.raises(ValidationError) as refused:
        commands()

    assert str(value) not in str(refused.value)
