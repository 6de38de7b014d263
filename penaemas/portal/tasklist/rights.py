"""What an officer may do with one task, beyond seeing it (which the access table decides by role and region)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from penaemas.casefiles.officers import Officer
from penaemas.history.queries import UserTask
from penaemas.licensing.roles import SUPERVISING_ROLES


@dataclass(frozen=True, slots=True)
class Rights:
    """`work`: fill in and complete, or claim. `hand_over`: give to a colleague, also from another."""

    work: bool
    hand_over: bool
    release: bool


def rights_on(
    officer: Officer, task: UserTask, assignee: str | None, region_code: str, regions: Collection[str]
) -> Rights:
    """What this officer may do with the task.

    Args:
        assignee: who has it, with what is on its way to the engine.
        region_code: of the case.
        regions: every region of the office.
    """
    if task.state != "created":
        return Rights(work=False, hand_over=False, release=False)
    offered = not officer.groups(regions).isdisjoint(task.candidate_groups)
    mine = assignee == officer.account
    supervises = officer.may(SUPERVISING_ROLES, region_code)
    return Rights(work=mine or (offered and assignee is None), hand_over=mine or supervises, release=mine)
