"""What officers and applicants ask of the engine reaches it once, in order, whatever happens on the way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
import structlog.testing

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.outbox import (
    AssignTask,
    CancelCase,
    Command,
    CompleteTask,
    PublishMessage,
    QueuedCommand,
    ReleaseTask,
)
from penaemas.observability import metrics
from penaemas.observability.ops_server import Request
from penaemas.storage.database import Database
from penaemas.zeebe.errors import EngineOverloaded, InvalidCommand
from tests.fake_engine import FakeEngine
from tests.offices import OfficeClock, request_of
from tests.waiting import wait_until_async
from workers import outbox_sender
from workers.outbox_sender import OutboxSender
from workers.recorded_facts import CaseFact

TASK = 2251799813685300


@dataclass
class Counter:
    """Where commands come from."""

    office: Office
    engine: FakeEngine = field(default_factory=FakeEngine)
    submissions: int = 0

    async def case(self) -> str:
        """A new case; its start command is queued."""
        self.submissions += 1
        request_id = f"submission-{self.submissions}"
        receipt = await self.office.information_requests.submit(request_of(), request_id=request_id, by="counter.1")
        return receipt.case_id

    def queue(self, case_id: str, *commands: Command, by: str = "ppid.satu") -> None:
        with self.office.database.transaction() as connection:
            for command in commands:
                self.office.outbox.add(connection, case_id, command, by=by)

    def rows(self, case_id: str) -> tuple[QueuedCommand, ...]:
        with self.office.database.reading() as connection:
            return self.office.outbox.of_case(connection, case_id)

    def states(self, case_id: str) -> list[str]:
        return [row.state for row in self.rows(case_id)]

    async def becomes(self, case_id: str, *states: str) -> None:
        await wait_until_async(lambda: self.states(case_id) == list(states), f"the commands are {states}")

    def effects(self, case_id: str) -> list[str]:
        return [what for case, what in self.engine.effects if case == case_id]


@pytest.fixture
def counter(office: Office) -> Counter:
    return Counter(office)


@asynccontextmanager
async def sending(counter: Counter, **changes: object) -> AsyncIterator[OutboxSender]:
    """A sender at work."""
    office, engine = counter.office, counter.engine
    wiring = {"database": office.database, "outbox": office.outbox, "deliver": engine.deliver, "facts": engine}
    wiring |= {"clock": OfficeClock(), "chance": random.Random(7)} | changes
    sender = OutboxSender(**wiring)  # type: ignore[arg-type]
    work = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


def told(case_id: str, name: str) -> PublishMessage:
    return PublishMessage(message_name=name, correlation_key=case_id)


async def test_a_queued_command_is_sent_and_done_when_its_record_arrives(counter: Counter) -> None:
    counter.engine.recording = False
    case_id = await counter.case()

    async with sending(counter):
        await counter.becomes(case_id, "sent")
        counter.engine.record()
        await counter.becomes(case_id, "done")

    (row,) = counter.rows(case_id)
    assert row.recorded_position == "1-1"
    assert counter.effects(case_id) == ["office.information_requested"]


async def test_a_woken_sender_does_not_wait_for_its_next_look(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_sender, "_POLL_S", 3600.0)
    async with sending(counter) as sender:
        await wait_until_async(lambda: metrics.OUTBOX_WAITING_COUNT._value.get() == 0, "the sender has looked")
        case_id = await counter.case()
        response = await sender.wake_route(Request("POST", "/outbox/wake", b""))
        await wait_until_async(lambda: counter.effects(case_id) != [], "the command arrived")

    assert response.status == 202


async def test_the_commands_of_a_case_arrive_in_order(counter: Counter) -> None:
    cases = [await counter.case() for _ in range(4)]
    names = [f"office.step_{number}" for number in range(8)]
    for case_id in cases:
        counter.queue(case_id, *(told(case_id, name) for name in names))

    async with sending(counter):
        for case_id in cases:
            await counter.becomes(case_id, *["done"] * 9)

    assert all(counter.effects(case_id) == ["office.information_requested", *names] for case_id in cases)


async def test_a_slow_command_holds_up_its_own_case_only(counter: Counter) -> None:
    slow, quick = await counter.case(), await counter.case()
    answer = asyncio.Event()

    async def deliver(queued: QueuedCommand) -> None:
        if queued.case_id == slow:
            await answer.wait()
        await counter.engine.deliver(queued)

    async with sending(counter, deliver=deliver):
        await wait_until_async(lambda: counter.effects(quick) != [], "the quick case was served")
        assert counter.states(slow) == ["waiting"]
        answer.set()
        await counter.becomes(slow, "done")


async def test_while_the_engine_is_away_everything_waits_and_it_is_said_once(counter: Counter) -> None:
    counter.engine.away = True
    cases = [await counter.case() for _ in range(5)]

    with structlog.testing.capture_logs() as logs:
        async with sending(counter):
            await wait_until_async(lambda: counter.engine.tries >= 4, "the sender has knocked again and again")
            assert [counter.states(case_id) for case_id in cases] == [["waiting"]] * 5
            counter.engine.away = False
            for case_id in cases:
                await counter.becomes(case_id, "done")

    events = [line["event"] for line in logs if line["event"].startswith("outbox_")]  # a broker of other tests may talk
    assert events == ["outbox_engine_silent", "outbox_engine_returned"]
    assert all(len(counter.effects(case_id)) == 1 for case_id in cases)


async def test_while_the_engine_is_away_one_command_knocks_and_not_a_thousand(counter: Counter) -> None:
    counter.engine.away = True
    for _ in range(40):
        await counter.case()

    async with sending(counter):
        await wait_until_async(lambda: counter.engine.tries > 0, "the sender has knocked")
        first_round = counter.engine.tries
        await wait_until_async(lambda: counter.engine.tries > first_round, "it has knocked again")

        assert counter.engine.tries <= 16 + 2


@pytest.mark.parametrize(
    "command", [told("", "office.told"), CompleteTask(user_task_key=TASK, officer="ppid.satu")], ids=["message", "task"]
)
async def test_a_lost_answer_does_not_repeat_the_effect(counter: Counter, command: Command) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    async with sending(counter):
        await counter.becomes(case_id, "done")
        counter.engine.loses_answers = 1
        counter.queue(case_id, command)
        await counter.becomes(case_id, "done", "done")

    assert len(counter.effects(case_id)) == 2


async def test_a_lost_answer_is_found_again_though_the_history_is_behind(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    async with sending(counter):
        await counter.becomes(case_id, "done")
        counter.engine.recording = False
        counter.engine.loses_answers = 1
        counter.queue(case_id, CompleteTask(user_task_key=TASK, officer="ppid.satu"))
        tries = counter.engine.tries
        await wait_until_async(lambda: counter.engine.tries >= tries + 3, "the sender has asked more than once")
        assert counter.states(case_id)[1] == "waiting"
        counter.engine.record()
        await counter.becomes(case_id, "done", "done")

    assert counter.effects(case_id)[1:] == [f"ppid.satu completed {TASK}"]


async def test_of_two_officers_one_completes_the_task_and_the_other_is_told_who(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    for officer in ("ppid.satu", "ppid.dua"):
        counter.queue(case_id, CompleteTask(user_task_key=TASK, officer=officer), by=officer)

    async with sending(counter):
        await counter.becomes(case_id, "done", "done", "refused")

    outcome = counter.rows(case_id)[2].outcome
    assert outcome
    assert "diselesaikan oleh ppid.satu" in outcome
    assert "WIB" in outcome
    assert counter.effects(case_id)[1:] == [f"ppid.satu completed {TASK}"]


async def test_an_officer_who_presses_twice_completes_once(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    counter.engine.recording = False  # the second try is made before the first is recorded
    counter.queue(case_id, *[CompleteTask(user_task_key=TASK, officer="ppid.satu")] * 2)

    async with sending(counter):
        await counter.becomes(case_id, "sent", "sent", "waiting")
        counter.engine.record()
        await counter.becomes(case_id, "done", "done", "refused")


async def test_a_cancelled_task_is_told_as_such(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    counter.engine.tasks[TASK] = counter.engine.tasks[TASK].__class__("cancelled", None, None, "1-5")
    counter.engine.record()
    counter.queue(case_id, CompleteTask(user_task_key=TASK, officer="ppid.satu"))

    async with sending(counter):
        await counter.becomes(case_id, "done", "refused")

    assert "tugas sudah dibatalkan" in str(counter.rows(case_id)[1].outcome)


async def test_a_task_that_nobody_knows_is_refused_in_the_end(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.outbox_sender._FIRST_WAIT_S", 0.001)
    case_id = await counter.case()
    counter.queue(case_id, AssignTask(user_task_key=99, officer="ppid.satu"), told(case_id, "office.next"))

    async with sending(counter):
        await counter.becomes(case_id, "done", "refused", "done")

    assert "tidak dikenal" in str(counter.rows(case_id)[1].outcome)


async def test_an_assignment_is_done_when_it_is_recorded(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    counter.queue(case_id, AssignTask(user_task_key=TASK, officer="ppid.satu"))

    async with sending(counter):
        await counter.becomes(case_id, "done", "done")

    assert counter.engine.tasks[TASK].assignee == "ppid.satu"


async def test_a_task_that_another_has_taken_is_not_completed(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    counter.queue(
        case_id,
        AssignTask(user_task_key=TASK, officer="ppid.satu"),
        AssignTask(user_task_key=TASK, officer="ppid.dua"),
        CompleteTask(user_task_key=TASK, officer="ppid.dua"),
    )

    async with sending(counter):
        await counter.becomes(case_id, "done", "done", "refused", "refused")

    outcomes = {row.outcome for row in counter.rows(case_id)[2:]}
    assert outcomes == {"sudah diambil oleh ppid.satu · taken by ppid.satu"}


async def test_a_task_is_given_back_for_others_to_take(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    counter.queue(
        case_id,
        AssignTask(user_task_key=TASK, officer="ppid.satu"),
        ReleaseTask(user_task_key=TASK, officer="ppid.satu"),
        AssignTask(user_task_key=TASK, officer="ppid.dua"),
    )

    async with sending(counter):
        await counter.becomes(case_id, *["done"] * 4)

    assert counter.engine.tasks[TASK].assignee == "ppid.dua"


async def test_a_task_that_has_ended_cannot_be_given_back(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    counter.queue(
        case_id,
        CompleteTask(user_task_key=TASK, officer="ppid.satu"),
        ReleaseTask(user_task_key=TASK, officer="ppid.satu"),
    )

    async with sending(counter):
        await counter.becomes(case_id, "done", "done", "refused")


async def test_a_task_can_be_taken_over(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.open_task(TASK)
    counter.queue(
        case_id,
        AssignTask(user_task_key=TASK, officer="ppid.satu"),
        AssignTask(user_task_key=TASK, officer="ppid.dua", take_over=True),
        CompleteTask(user_task_key=TASK, officer="ppid.dua"),
    )

    async with sending(counter):
        await counter.becomes(case_id, *["done"] * 4)


async def test_a_case_is_cancelled_once_and_the_second_command_is_told_that_it_had_ended(counter: Counter) -> None:
    case_id = await counter.case()
    counter.engine.cases[7] = CaseFact("active", None, "1-1")
    counter.engine.record()
    counter.queue(case_id, *[CancelCase(process_instance_key=7)] * 2)

    async with sending(counter):
        await counter.becomes(case_id, "done", "done", "refused")

    assert "perkara sudah berakhir" in str(counter.rows(case_id)[2].outcome)


async def test_what_the_engine_refuses_is_refused_and_the_case_goes_on(counter: Counter) -> None:
    case_id = await counter.case()
    counter.queue(case_id, told(case_id, "office.bad"), told(case_id, "office.good"))

    async def deliver(queued: QueuedCommand) -> None:
        if queued.sequence == 2:
            raise InvalidCommand("publish", "malformed")
        await counter.engine.deliver(queued)

    with structlog.testing.capture_logs() as logs:
        async with sending(counter, deliver=deliver):
            await counter.becomes(case_id, "done", "refused", "done")

    assert [line["log_level"] for line in logs if line["event"] == "outbox_command_refused"] == ["error"]


async def test_back_pressure_puts_a_command_off_without_a_word_in_the_log(counter: Counter) -> None:
    case_id = await counter.case()
    pushed_back = iter(range(3))

    async def deliver(queued: QueuedCommand) -> None:
        if next(pushed_back, None) is not None:
            raise EngineOverloaded("publish", "later")
        await counter.engine.deliver(queued)

    with structlog.testing.capture_logs() as logs:
        async with sending(counter, deliver=deliver):
            await counter.becomes(case_id, "done")

    assert logs == []
    assert counter.rows(case_id)[0].attempts == 1


async def test_two_senders_on_one_database_do_not_send_twice(counter: Counter, office_url: str) -> None:
    cases = [await counter.case() for _ in range(20)]
    with Database.open(office_url) as elsewhere:
        async with sending(counter), sending(counter, database=elsewhere):
            for case_id in cases:
                await counter.becomes(case_id, "done")

    assert counter.engine.tries == 20


async def test_the_backlog_is_measured(counter: Counter, clock: OfficeClock) -> None:
    counter.engine.away = True
    await counter.case()
    await counter.case()

    async with sending(counter, clock=clock):
        await wait_until_async(lambda: metrics.OUTBOX_WAITING_COUNT._value.get() == 2, "two commands wait")
        counter.engine.away = False
        await wait_until_async(lambda: metrics.OUTBOX_WAITING_COUNT._value.get() == 0, "none waits")
