"""The words in which stories are told: an office, its officers, a case, time that passes.

Nothing here sleeps. A wait ends the moment the fact is recorded; a wait that fails says where the case stands.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from time import monotonic
from typing import TypeVar

from penaemas.history.queries import Case as RecordedCase
from penaemas.history.queries import Incident, UserTask
from penaemas.licensing.region import Region
from tests.processes.kit.running_office import RunningOffice
from tests.processes.kit.story_calendar import WIB, next_monday_morning, story_calendar

WAIT_S = 90.0  # generous: a wait ends with its fact, and a busy machine must not fail a story
LIKE = "32.11"
_REGION_NUMBERS = count(1)
Fact = TypeVar("Fact")


class StoryStuck(AssertionError):
    """What the story waits for was not recorded in time; says what it was and where the case stands."""


@dataclass
class PermitOffice:
    """The office of one story, in a region of its own, on a Monday morning at 08.00.

    Attributes:
        region_code: of this story alone, so that stories on one engine do not meet.
        began_at: the story's first instant, WIB.
    """

    running: RunningOffice
    region_code: str
    began_at: datetime
    closed_days: set[date] = field(default_factory=set)

    @classmethod
    async def opens(cls, running: RunningOffice) -> "PermitOffice":
        """Move everybody to the next Monday morning and open a region that nobody has used."""
        number = next(_REGION_NUMBERS)
        monday = next_monday_morning(await running.clock.read())
        await running.move_to(monday)
        office = cls(running, f"{90 + number // 100}.{number % 100:02}", monday)
        office.works_like(running.regions[LIKE])
        return office

    @property
    def region(self) -> Region:
        """The region of this story as everybody reads it now."""
        return self.running.regions[self.region_code]

    def switches(self, **switches: bool) -> None:
        """Change what the region does its own way, such as `simbg_registration=False`."""
        changed = self.region.switches.model_copy(update=switches)
        self.works_like(self.region.model_copy(update={"switches": changed}))

    def now(self) -> datetime:
        """The engine's present, WIB."""
        return self.running.clock.now().astimezone(WIB)

    def day(self, number: int) -> date:
        """A day of the story: 0 is its first Monday."""
        return self.began_at.date() + timedelta(days=number)

    def at(self, number: int, hour: int, minute: int = 0) -> datetime:
        """An instant of the story: the day as `day` counts, and the time, WIB."""
        day = self.day(number)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WIB)

    def is_closed_on(self, *days: int) -> None:
        """Declare holidays of this region, before or while cases run."""
        self.closed_days.update(self.day(number) for number in days)
        self.works_like(self.region)

    async def let_pass(self, span: timedelta) -> None:
        """Move engine and workers forward together; due timers fire."""
        await self.running.clock.advance(span)

    async def wait_for_the_clock(self, instant: datetime) -> None:
        """Move to an instant of the story that is still to come."""
        await self.running.move_to(instant)

    async def case(self, case_id: str) -> "Case":
        """The running case of a case file, as soon as the engine has started it."""
        with _telling(lambda: f"no process instance of case file {case_id}"):
            found = await self._recorded(lambda: self.running.history.queries.case_by_id(case_id))
        return Case(self, case_id, found.process_instance_key)

    async def _recorded(self, ask: Callable[[], Fact | None]) -> Fact:
        found = await self.running.history.wait_until(ask, timeout_s=WAIT_S)
        if found is None:
            raise StoryStuck("the history ended its wait without a fact")
        return found

    def works_like(self, region: Region) -> None:
        """Open this office, or change it, after the pattern of a region; code and hours stay the story's own."""
        hours = story_calendar(self.began_at.date(), frozenset(self.closed_days))
        self.running.open_region(region.model_copy(update={"code": self.region_code, "calendar": hours}))


@dataclass(frozen=True)
class Case:
    """One case, seen through what the engine has recorded of it."""

    office: PermitOffice
    case_id: str
    process_instance_key: int

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """What stops the case, or an escalation of it."""
        queries = self.office.running.history.queries
        instances = (self.process_instance_key, *(child.process_instance_key for child in self._children()))
        return tuple(incident for key in instances for incident in queries.incidents(process_instance_key=key))

    def _children(self) -> tuple[RecordedCase, ...]:
        return self.office.running.history.queries.children(self.process_instance_key)

    @property
    def path(self) -> tuple[str, ...]:
        """The elements that were entered, in order, without sequence flows."""
        steps = self.office.running.history.queries.path(self.process_instance_key)
        return tuple(step.element_id for step in steps if step.element_type != "SEQUENCE_FLOW")

    async def waits_at(self, element_id: str, *, task_number: int = 1) -> UserTask:
        """The open user task of an element.

        Args:
            task_number: 2 for the task of the second time that the element was entered, and so on.
        """

        def open_task() -> UserTask | None:
            tasks = [
                task
                for task in self.office.running.history.queries.tasks_of(self.process_instance_key)
                if task.element_id == element_id and not task.provisional
            ]
            is_there = len(tasks) >= task_number and tasks[task_number - 1].ended_at is None
            return tasks[task_number - 1] if is_there else None

        return await self._fact(open_task, f"waits at {element_id} (time {task_number})")

    async def open_task(self, element_id: str) -> UserTask:
        """The task of an element that is open now, whichever time it is."""

        def open_task() -> UserTask | None:
            tasks = self.office.running.history.queries.tasks_of(self.process_instance_key)
            here = (task for task in tasks if task.element_id == element_id and not task.provisional)
            return next((task for task in here if task.ended_at is None), None)

        return await self._fact(open_task, f"has an open {element_id}")

    async def task_changes(self, key: int, holds: Callable[[UserTask], bool], what: str) -> UserTask:
        """The task once it is as the story says."""

        def changed() -> UserTask | None:
            task = self.office.running.history.queries.task(key)
            return task if task is not None and holds(task) else None

        return await self._fact(changed, what)

    async def passes(self, element_id: str, *, times: int = 1) -> None:
        """Wait until an element was entered so many times."""
        await self._fact(lambda: self.path.count(element_id) >= times, f"passes {element_id} ({times} times)")

    async def calls(self, process_id: str) -> "Case":
        """The process that a call activity of the case has begun, told of like a case."""

        def called() -> RecordedCase | None:
            return next((child for child in self._children() if child.bpmn_process_id == process_id), None)

        child = await self._fact(called, f"calls {process_id}")
        return Case(self.office, self.case_id, child.process_instance_key)

    async def ends(self) -> RecordedCase:
        """Wait until the case is over."""

        def ended() -> RecordedCase | None:
            case = self.office.running.history.queries.case(self.process_instance_key)
            return case if case is not None and case.ended_at is not None else None

        return await self._fact(ended, "ends")

    def stands(self) -> str:
        """Where the case stands, for whoever reads a failed story."""
        queries = self.office.running.history.queries
        tasks = queries.tasks_of(self.process_instance_key)
        lines = [
            f"case {self.case_id} at {self.office.now():%a %Y-%m-%d %H.%M.%S} WIB",
            "  path: " + " → ".join(self.path),
            *(
                f"  task {task.element_id}: {task.state}, due {task.due_at}, {task.assignee or 'free'}"
                for task in tasks
            ),
            *(
                f"  incident at {incident.element_id}: {incident.error_type}: {incident.error_message}"
                for incident in self.incidents
            ),
        ]
        return "\n".join(lines)

    async def _fact(self, ask: Callable[[], Fact | None], what: str) -> Fact:
        asked_at = monotonic()

        def ask_unless_stopped() -> Fact | None:
            nonlocal asked_at
            fact = ask()
            # Asked again with every record that comes; whether something stopped the case is worth one look a second.
            if fact is None and monotonic() - asked_at > 1:
                asked_at = monotonic()
                if self.incidents:
                    raise StoryStuck(f"the case never {what}: it was stopped\n{self.stands()}")
            return fact

        with _telling(lambda: f"the case never {what}\n{self.stands()}"):
            return await self.office._recorded(ask_unless_stopped)


@contextmanager
def _telling(words: Callable[[], str]) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise StoryStuck(words()) from None
