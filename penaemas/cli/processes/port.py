"""What each process offers to the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from penaemas.cli.desk import Desk
from penaemas.history.queries import UserTask


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the applicant is handed. `receipt`: lines for the receipt, in both languages."""

    case_id: str
    is_new: bool
    receipt: tuple[str, ...] = ()


class DeskProcess(Protocol):
    """One process at the officers' desk."""

    process_id: str

    def before_submission(self, desk: Desk, content: Any) -> tuple[str, ...]:
        """What the applicant is told before the application is accepted."""
        ...

    def submit(self, desk: Desk, content: Any, folder: Path, *, request_id: str, officer: str) -> Submitted:
        """Store what was handed in. Args: content: of the JSON file; folder: where files that it names lie.

        Raises:
            EntryFaulty: it breaks rules; nothing was stored.
            Problem: it cannot be taken, and what to do.
        """
        ...

    def read(self, desk: Desk, case_id: str, officer: str) -> dict[str, str]:
        """What was handed in; that the officer read it is recorded.

        Raises:
            PersonErased: nobody can read it any more.
        """
        ...

    def complete(self, desk: Desk, task: UserTask, case_id: str, entry: Any, officer: str) -> str:
        """Store what an officer entered at a task; the command's id.

        Raises:
            EntryFaulty: it breaks rules; nothing was stored.
            Problem: it cannot be taken, and what to do.
        """
        ...

    def before_claim(self, desk: Desk, task: UserTask, case_id: str, officer: str) -> None:
        """Whether the officer may take the task.

        Raises:
            Problem: they may not, and why.
        """
        ...

    def clocks(self, desk: Desk, case_id: str) -> tuple[str, ...]:
        """Lines on deadlines and clocks."""
        ...
