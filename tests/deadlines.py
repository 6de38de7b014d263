"""A case with deadlines: its posts filled by invented officers, its clocks moved by the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import cast

from penaemas.casefiles.bootstrap import Office
from penaemas.history.queries import Case, History, TimelineEntry, UserTask
from penaemas.licensing.posts import Post
from penaemas.zeebe.errors import NotFound
from penaemas.zeebe.job_contract import JobContext, JobKey
from penaemas.zeebe.user_tasks import UserTasks
from tests.offices import SUMEDANG

WIB = timezone(timedelta(hours=7))
FIRST_DAY = date(2026, 1, 1)
CASE_INSTANCE = 2251799813685249


def wib(text: str) -> datetime:
    """`2026-02-02 11:00` in WIB, as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB).astimezone(UTC)


async def fill_posts(office: Office, *vacant: Post) -> None:
    """Every post of Sumedang gets an officer named like it, but for the vacant ones."""
    for post in Post:
        if post not in vacant:
            await office.deadlines.posts.appoint(SUMEDANG, post, post.lower(), FIRST_DAY, by="admin.1")


@dataclass
class FakeHistory:
    """The tasks, windows and ladders of one case, as history and engine know them.

    `behind`: the history has not heard of the newest job yet.
    """

    behind: bool = False
    tasks: list[UserTask] = field(default_factory=list)
    entries: list[TimelineEntry] = field(default_factory=list)
    instances: dict[int, int | None] = field(default_factory=lambda: {CASE_INSTANCE: None})
    groups: dict[int, tuple[str, ...]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    last_key: int = CASE_INSTANCE

    def new_key(self) -> int:
        self.last_key += 1
        return self.last_key

    def opens(self, element_id: str, at: datetime, *, group: str = "32.11/TPT", assignee: str | None = None) -> int:
        """The case has come to an officer's task; its key."""
        key = self.new_key()
        task = UserTask(
            user_task_key=key,
            process_instance_key=CASE_INSTANCE,
            case_id=None,
            bpmn_process_id="pbg_mbr_3_jam",
            process_definition_key=1,
            element_id=element_id,
            element_instance_key=key,
            state="created",
            assignee=assignee,
            candidate_groups=(group,),
            due_at=None,
            follow_up_at=None,
            form_reference=None,
            created_at=at,
            ended_at=None,
            last_action="created",
            partition=1,
            position=key,
            provisional=False,
        )
        self.tasks.append(task)
        return key

    def ends(self, key: int, at: datetime) -> None:
        """An officer has completed the task."""
        self.tasks = [
            UserTask(**{**vars(task), "state": "completed", "ended_at": at}) if task.user_task_key == key else task
            for task in self.tasks
        ]
        self.gone.add(key)

    def enters(self, element_id: str, at: datetime) -> int:
        """The case has entered an element, such as the service window."""
        return self._entry(CASE_INSTANCE, element_id, "element_activated", self.new_key(), at)

    def leaves(self, element_id: str, key: int, at: datetime) -> None:
        """It was ended early."""
        self._entry(CASE_INSTANCE, element_id, "element_terminated", key, at)

    def ladder(self) -> int:
        """An alarm has rung: the key of its ladder's process instance."""
        key = self.new_key()
        self.instances[key] = CASE_INSTANCE
        return key

    def job(self, instance_key: int, case_id: str) -> JobContext:
        """The next job of an instance."""
        element = self.new_key()
        if not self.behind:
            self._entry(instance_key, "Task_AskLegalClock", "element_activated", element, datetime.now(UTC))
        return JobContext(
            job_key=JobKey(self.new_key()),
            job_type="service_clock.next_escalation_step",
            process_instance_key=instance_key,
            process_id="step_escalation_v1",
            element_id="Task_AskLegalClock",
            element_instance_key=element,
            attempt=1,
            retries=3,
            deadline=datetime(2026, 2, 2, 3, tzinfo=UTC),
            case_id=case_id,
        )

    # --- what the workers ask ---

    def tasks_of(self, process_instance_key: int) -> tuple[UserTask, ...]:
        return tuple(task for task in self.tasks if task.process_instance_key == process_instance_key)

    def timeline(self, process_instance_key: int) -> tuple[TimelineEntry, ...]:
        return tuple(entry for entry in self.entries if entry.process_instance_key == process_instance_key)

    def case(self, process_instance_key: int) -> Case | None:
        if process_instance_key not in self.instances:
            return None
        return Case(
            process_instance_key=process_instance_key,
            bpmn_process_id="any",
            version=1,
            process_definition_key=1,
            parent_process_instance_key=self.instances[process_instance_key],
            state="active",
            started_at=datetime(2026, 2, 2, tzinfo=UTC),
            ended_at=None,
            case_id=None,
            partition=1,
            position=1,
        )

    async def update(self, key: int, *, candidate_groups: tuple[str, ...]) -> None:
        if key in self.gone:
            raise NotFound("update", "no such task")
        self.groups[key] = candidate_groups

    @property
    def as_history(self) -> History:
        return cast(History, self)

    @property
    def as_user_tasks(self) -> UserTasks:
        return cast(UserTasks, self)

    def _entry(self, instance_key: int, element_id: str, event: str, key: int, at: datetime) -> int:
        self.entries.append(
            TimelineEntry(1, len(self.entries), instance_key, at, event, element_id, None, key, None, None, None, None)
        )
        return key
