"""What a played case of PENA EMAS waits for: tasks of its own and of its agencies, a payment, its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from penaemas.cli.desk import Desk
from penaemas.history.queries import UserTask

_WAIT_S: Final = 60.0
_LOOK_AGAIN_S: Final = 0.05
Found = TypeVar("Found")


@dataclass(frozen=True)
class Waits:
    """Looks at one case."""

    desk: Desk
    case_id: str

    def tasks(self) -> tuple[UserTask, ...]:
        """Every open task of the case and of what it has called."""
        case = self.desk.history.case_by_id(self.case_id)
        if case is None:
            return ()
        called = self.desk.history.children(case.process_instance_key)
        keys = (case.process_instance_key, *(child.process_instance_key for child in called if child.ended_at is None))
        return tuple(
            task
            for key in keys
            for task in self.desk.history.open_tasks(process_instance_key=key)
            if not task.provisional
        )

    def task_of(self, element_id: str, agency: str | None) -> UserTask | None:
        """The open task of an element, of one agency if it is an agency's."""
        for task in self.tasks():
            is_agencys = any(group.endswith(f"/REKOM_{agency}") for group in task.candidate_groups)
            if task.element_id == element_id and (agency is None or is_agencys):
                return task
        return None

    def notice_unpaid(self) -> bool:
        """Whether a payment is waited for."""
        fee = asyncio.run(self.desk.office.emas.fees.fee_of(self.case_id))
        return fee is not None and fee["paid_at"] is None

    def is_over(self, task: UserTask) -> bool:
        """Whether the history knows that a task has ended."""
        known = self.desk.history.task(task.user_task_key)
        return known is not None and known.ended_at is not None

    def has_ended(self) -> bool:
        """Whether the case is over."""
        case = self.desk.history.case_by_id(self.case_id)
        return case is not None and case.ended_at is not None

    def where(self) -> str:
        """Where the case stands, for people."""
        case = self.desk.history.case_by_id(self.case_id)
        stopped = self.desk.history.incidents(process_instance_key=case.process_instance_key) if case else ()
        lines = [task.element_id for task in self.tasks()]
        lines += [f"incident at {one.element_id}: {one.error_message}" for one in stopped]
        return ", ".join(lines) or "at no officer's task"

    def until(self, look: Callable[[], Found | None]) -> Found | None:
        """What is looked for, as soon as it is there; None after a minute."""
        give_up = time.monotonic() + _WAIT_S
        while True:
            found = look()
            if found is not None or time.monotonic() > give_up:
                return found
            time.sleep(_LOOK_AGAIN_S)
