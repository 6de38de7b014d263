"""One line of the task list: what the history says, with what is on its way to the engine laid over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.clock_tables import case_priority
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.officers_work import PendingTask
from penaemas.casefiles.tables import case_file
from penaemas.history.queries import UserTask
from penaemas.licensing.roles import TITLES, Role
from penaemas.licensing.service_clock import ClockEntry
from penaemas.portal.forms.sentences import Words
from penaemas.portal.models import Models
from penaemas.portal.tasklist.rights import Rights, rights_on
from penaemas.portal.tasklist.time_left import NO_LIMIT, TimeLeft, time_left

STAND_IN_SUFFIX = "_PLH"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as officers see it. `assignee` and `on_its_way` include commands that the engine has not answered yet."""

    key: int
    case_id: str
    case_number: str
    region_code: str
    title: Words
    process: Words
    element_id: str
    assignee: str | None
    groups: tuple[Words, ...]
    due_at: datetime | None
    ended_at: datetime | None
    state: str
    left: TimeLeft
    priority: int
    on_its_way: bool
    has_draft: bool
    rights: Rights


@dataclass(frozen=True, slots=True)
class _CaseFacts:
    number: str | None
    region_code: str
    priority: int


def lines_of(
    tasks: Iterable[UserTask],
    *,
    office: Office,
    models: Models,
    officer: Officer,
    pending: Mapping[int, PendingTask],
    drafts: Collection[int],
    now: datetime,
) -> tuple[TaskLine, ...]:
    """The lines, in the order given. A task whose completion is on its way is left out; so is one of no case of this
    office. Blocks.
    """
    shown = [task for task in tasks if task.case_id and not is_completing(task, pending)]
    with office.database.reading() as connection:
        cases = _cases(connection, {task.case_id for task in shown if task.case_id})
        outages = _outages(connection, office, shown, cases)
    lines = []
    for task in shown:
        case = cases.get(task.case_id or "")
        if case is not None:
            line = _line(task, case, office, models, officer, pending.get(task.user_task_key), drafts, outages, now)
            lines.append(line)
    return tuple(lines)


def is_completing(task: UserTask, pending: Mapping[int, PendingTask]) -> bool:
    """Whether somebody has completed it, as far as the office knows before the history does."""
    on_its_way = pending.get(task.user_task_key)
    return task.state == "created" and on_its_way is not None and on_its_way.kind == "complete_task"


def assignee_of(task: UserTask, on_its_way: PendingTask | None) -> str | None:
    """Who has the task, with what is on its way."""
    if on_its_way is None or task.state != "created":
        return task.assignee
    return None if on_its_way.kind == "release_task" else on_its_way.officer


def group_words(group: str) -> Words:
    """`32.11/OPERATOR` → the role's title."""
    name = group.rpartition("/")[2]
    role = name.removesuffix(STAND_IN_SUFFIX)
    if role.startswith(f"{Role.REKOM}_"):
        agency, (indonesian, english) = role.removeprefix(f"{Role.REKOM}_"), TITLES[Role.REKOM]
        return Words(f"{indonesian}: {agency}", f"{english}: {agency}")
    indonesian, english = TITLES[Role(role)] if role in Role.__members__ else (role, role)
    if name.endswith(STAND_IN_SUFFIX):
        return Words(f"{indonesian} (pengganti)", f"{english} (stand-in)")
    return Words(indonesian, english)


def _line(
    task: UserTask,
    case: _CaseFacts,
    office: Office,
    models: Models,
    officer: Officer,
    on_its_way: PendingTask | None,
    drafts: Collection[int],
    outages: Mapping[str, Sequence[ClockEntry]],
    now: datetime,
) -> TaskLine:
    diagram = models.diagram(task.bpmn_process_id, task.process_definition_key)
    fallback = Words(task.element_id, task.element_id)
    assignee = assignee_of(task, on_its_way)
    return TaskLine(
        key=task.user_task_key,
        case_id=task.case_id or "",
        case_number=case.number or (task.case_id or "")[:8],
        region_code=case.region_code,
        title=diagram.words(task.element_id) if diagram else fallback,
        process=diagram.title if diagram else Words(task.bpmn_process_id, task.bpmn_process_id),
        element_id=task.element_id,
        assignee=assignee,
        groups=tuple(group_words(group) for group in task.candidate_groups),
        due_at=task.due_at,
        ended_at=task.ended_at,
        state=task.state,
        left=_left(task, case, office, outages.get(case.region_code, ()), now),
        priority=case.priority,
        on_its_way=on_its_way is not None,
        has_draft=task.user_task_key in drafts,
        rights=rights_on(officer, task, assignee, case.region_code, office.regions),
    )


def _left(task: UserTask, case: _CaseFacts, office: Office, outages: Sequence[ClockEntry], now: datetime) -> TimeLeft:
    if task.state != "created":
        return NO_LIMIT
    calendar = office.calendars.of(case.region_code, "counter")
    return time_left(task.created_at, task.due_at, now, calendar, _since(task.created_at, outages))


def _since(created_at: datetime, outages: Sequence[ClockEntry]) -> tuple[ClockEntry, ...]:
    over = {entry.reference for entry in outages if entry.kind.endswith("end") and entry.at <= created_at}
    return tuple(entry for entry in outages if entry.reference not in over)


def _cases(connection: Connection, case_ids: Collection[str]) -> dict[str, _CaseFacts]:
    wanted = (
        select(case_file.c.case_id, case_file.c.number, case_file.c.region_code, case_priority.c.priority)
        .select_from(case_file.outerjoin(case_priority))
        .where(case_file.c.case_id.in_(case_ids))
    )
    return {
        row.case_id: _CaseFacts(row.number, row.region_code, row.priority or 0) for row in connection.execute(wanted)
    }


def _outages(
    connection: Connection, office: Office, tasks: Sequence[UserTask], cases: Mapping[str, _CaseFacts]
) -> dict[str, tuple[ClockEntry, ...]]:
    """Of each region that is shown, since its oldest task; mostly none."""
    since: dict[str, datetime] = {}
    for task in tasks:
        case = cases.get(task.case_id or "")
        if case is not None and task.state == "created":
            since[case.region_code] = min(task.created_at, since.get(case.region_code, task.created_at))
    return {code: office.outages.entries(connection, code, oldest) for code, oldest in since.items()}
