"""Which tasks a list shows: mine, my groups', all I may see, done; what was raised first, then by due instant."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from penaemas.casefiles.officers import Officer
from penaemas.casefiles.officers_work import PendingTask
from penaemas.casefiles.raised_cases import raised_cases
from penaemas.history.queries import UserTask
from penaemas.history.queries.case_tasks import open_tasks_of_cases
from penaemas.history.queries.pages import CursorUnreadable, Page
from penaemas.history.queries.worklists import TaskFilter
from penaemas.licensing.roles import TASK_ROLES
from penaemas.portal.identity.access import SEEING_CASES
from penaemas.portal.languages import indonesian
from penaemas.portal.portal import Portal
from penaemas.portal.tasklist.lines import TaskLine, lines_of

Whose = Literal["mine", "groups", "all", "done"]
TABS: Final[tuple[tuple[Whose, str], ...]] = (
    ("mine", indonesian("Tugas saya")),
    ("groups", indonesian("Kelompok saya")),
    ("all", indonesian("Semua")),
    ("done", indonesian("Selesai")),
)
PAGE_SIZE: Final = 30


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader wants to see. Empty texts mean: any."""

    whose: Whose = "mine"
    process_id: str = ""
    region_code: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], kept: Mapping[str, str], officer: Officer) -> Wish:
        """From the query, else as the officer last had it, else what they are here for."""
        first: Whose = "mine" if officer.may(TASK_ROLES) else "all"
        source = given if given.keys() & {"whose", "process", "region"} else kept
        whose = source.get("whose", first)
        return cls(
            whose=_whose(whose, first),
            process_id=source.get("process", "")[:80],
            region_code=source.get("region", "")[:5],
            cursor=given.get("cursor", "")[:200],
        )

    def to_keep(self) -> dict[str, str]:
        """What the server remembers: codes only."""
        return {"whose": self.whose, "process": self.process_id, "region": self.region_code}


def _whose(given: str, otherwise: Whose) -> Whose:
    return next((whose for whose, _ in TABS if whose == given), otherwise)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `regions` and `processes` are what can be chosen."""

    wish: Wish
    lines: tuple[TaskLine, ...]
    next_cursor: str | None
    regions: tuple[str, ...]
    processes: tuple[str, ...]

    @property
    def signature(self) -> str:
        """Changes when what the page shows has changed, minutes aside."""
        shown = [(line.key, line.assignee, line.state, line.priority, line.left.urgency) for line in self.lines]
        return f"{zlib.crc32(repr(shown).encode()):08x}"


@dataclass(frozen=True, slots=True)
class Desk:
    """What every list of one officer needs to know once."""

    officer: Officer
    pending: Mapping[int, PendingTask]
    drafts: Collection[int]
    now: datetime


def read_listing(portal: Portal, desk: Desk, wish: Wish) -> Listing:
    """The page. Blocks.

    Raises:
        StorageError: history or case files do not answer.
    """
    regions = desk.officer.regions(portal.office.regions, SEEING_CASES)
    wish = wish if wish.region_code in ("", *regions) else replace(wish, region_code="")
    page = _page(portal, desk, wish, regions)
    raised = () if wish.whose == "done" or wish.cursor else _raised(portal, desk, wish, regions)
    known = {task.user_task_key for task in raised}
    tasks = (*raised, *(task for task in page.items if task.user_task_key not in known))
    lines = lines_of(
        tasks,
        office=portal.office,
        models=portal.models,
        officer=desk.officer,
        pending=desk.pending,
        drafts=desk.drafts,
        now=desk.now,
    )
    # A task handed away or taken a moment ago belongs to another tab already.
    lines = tuple(line for line in lines if _belongs(line, wish.whose, desk.officer.account))
    if wish.whose == "mine" and not wish.cursor:
        lines = (*_arriving(portal, desk, {line.key for line in lines}), *lines)
    if wish.whose != "done":
        lines = tuple(sorted(lines, key=lambda line: -line.priority))
    return Listing(wish, lines, page.next_cursor, regions, tuple(sorted(portal.office.work.processes)))


def first_task_for(portal: Portal, desk: Desk) -> int | None:
    """What the officer should do next: of their own tasks, then of their groups'; None when nothing waits. Blocks."""
    first: tuple[Whose, ...] = ("mine", "groups")
    for whose in first:
        listing = read_listing(portal, desk, Wish(whose=whose))
        for line in listing.lines:
            if line.rights.work:
                return line.key
    return None


def _page(portal: Portal, desk: Desk, wish: Wish, regions: tuple[str, ...]) -> Page[UserTask]:
    worklists = portal.worklists
    wanted = _filter(wish, desk.officer, regions, portal.office.regions)
    if wanted is None:
        return Page((), None)
    read = worklists.done_page if wish.whose == "done" else worklists.open_page
    try:
        return read(wanted, cursor=wish.cursor or None, size=PAGE_SIZE)
    except CursorUnreadable:
        return read(wanted, size=PAGE_SIZE)


def _filter(wish: Wish, officer: Officer, regions: tuple[str, ...], all_regions: Collection[str]) -> TaskFilter | None:
    """What the history is asked; None when there is nothing that the officer may see."""
    common = TaskFilter(region_code=wish.region_code or None, bpmn_process_id=wish.process_id or None)
    match wish.whose:
        case "mine" | "done":
            return replace(common, assignee=officer.account)
        case "groups":
            groups = officer.groups(regions)
            return replace(common, groups=groups, unassigned=True) if groups else None
        case "all":
            if not regions:
                return None
            everywhere = set(regions) == set(all_regions)
            return common if common.region_code or everywhere else replace(common, region_code=regions[0])


def _raised(portal: Portal, desk: Desk, wish: Wish, regions: tuple[str, ...]) -> tuple[UserTask, ...]:
    office = portal.office
    cases = raised_cases(office.database, [wish.region_code] if wish.region_code else regions)
    if not cases:
        return ()
    tasks = open_tasks_of_cases(portal.history_database, cases)
    groups = desk.officer.groups(regions)
    return tuple(
        task
        for task in tasks
        if (not wish.process_id or task.bpmn_process_id == wish.process_id)
        and (wish.whose != "mine" or task.assignee == desk.officer.account)
        and (wish.whose != "groups" or (task.assignee is None and not groups.isdisjoint(task.candidate_groups)))
    )


def _arriving(portal: Portal, desk: Desk, known: set[int]) -> tuple[TaskLine, ...]:
    """Tasks that the officer has just taken, before the history says so."""
    keys = [
        key
        for key, command in desk.pending.items()
        if command.kind == "assign_task" and command.officer == desk.officer.account and key not in known
    ]
    tasks = [task for key in keys[:PAGE_SIZE] if (task := portal.history.task(key)) is not None]
    return lines_of(
        [task for task in tasks if task.state == "created"],
        office=portal.office,
        models=portal.models,
        officer=desk.officer,
        pending=desk.pending,
        drafts=desk.drafts,
        now=desk.now,
    )


def _belongs(line: TaskLine, whose: Whose, account: str) -> bool:
    match whose:
        case "mine":
            return line.assignee == account
        case "groups":
            return line.assignee is None
        case _:
            return True
