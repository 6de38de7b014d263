"""Everything that the page of one task shows; that somebody sees what is personal is recorded before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from penaemas.casefiles.case_comments import Comment
from penaemas.casefiles.drafts import Draft
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.overview import CaseOverview, find_case
from penaemas.casefiles.pbg.case_view import CaseView
from penaemas.casefiles.person_vault import PersonErased
from penaemas.history.queries import TimelineEntry, UserTask
from penaemas.licensing.instants import WIB
from penaemas.licensing.roles import SIGNING_ROLES
from penaemas.portal.cases.case_facts import Application, Fact
from penaemas.portal.cases.diagram import Diagram, Element
from penaemas.portal.cases.personal_fields import SIMBG_ORDER
from penaemas.portal.cases.reading import (
    application_of,
    case_view_of,
    comments_of,
    names_of_officers,
    subjects_of,
)
from penaemas.portal.forms.entries import FormSettings, Typed
from penaemas.portal.forms.schema import Form, Option
from penaemas.portal.forms.sentences import Words
from penaemas.portal.portal import Portal
from penaemas.portal.tasklist.lines import TaskLine, lines_of
from penaemas.portal.tasklist.pages import desk_of

SIMBG_STEPS: Final = frozenset({"Task_RecordSimbgRegistration", "Task_RecordSimbgPermitNumber"})
CORRECTION_SUBJECTS: Final = "correction_subjects"


@dataclass(frozen=True, slots=True)
class StandsIn:
    """By which decree the officer acts for a post."""

    role: str
    kind: str
    decree_number: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task before one officer.

    Attributes:
        application: None once nobody can read it any more.
        case_view: what is on file that is not personal; None for a process that keeps nothing more.
        for_simbg: the answers in SIMBG's order, on the steps that type them there.
        others: accounts of colleagues who have the task open too.
        next_steps: what may come after it, as the diagram says.
    """

    task: UserTask
    line: TaskLine
    case: CaseOverview
    form: Form | None
    draft: Draft | None
    application: Application | None
    case_view: CaseView | None
    subjects: Mapping[str, Words]
    for_simbg: tuple[Fact, ...]
    comments: tuple[Comment, ...]
    events: tuple[TimelineEntry, ...]
    others: tuple[str, ...]
    next_steps: tuple[Element, ...]
    diagram: Diagram | None
    stands_in: StandsIn | None
    people: Mapping[str, str]
    now: datetime

    @property
    def settings(self) -> FormSettings:
        """What its form needs from the page: what can be asked to be mended, in the words of this case."""
        options = tuple(Option(name, words) for name, words in self.subjects.items())
        return FormSettings(WIB, {CORRECTION_SUBJECTS: options})

    @property
    def judges_documents(self) -> bool:
        """Whether the form asks for a verdict on each document."""
        return self.form is not None and any(field.key.startswith("verdict_") for field in self.form.fields())

    @property
    def typed(self) -> Typed:
        """What stands in the form."""
        return self.draft.typed if self.draft is not None else {}


async def read_task(portal: Portal, officer: Officer, task_key: int) -> TaskView | None:
    """The task; None if there is none of a case of this office.

    Raises:
        StorageError: history or case files do not answer.
    """
    office, run = portal.office, portal.office.database.run
    task = await run(portal.history.task, task_key)
    case = await run(find_case, office.database, task.case_id) if task is not None and task.case_id else None
    if task is None or case is None:
        return None
    desk = await desk_of(portal, officer)
    (line,) = await run(
        lambda: lines_of(
            [task],
            office=office,
            models=portal.models,
            officer=officer,
            pending={key: value for key, value in desk.pending.items() if value.kind != "complete_task"},
            drafts=desk.drafts,
            now=desk.now,
        )
    )
    application = await application_of(portal, officer, case)
    diagram = await run(portal.models.diagram, task.bpmn_process_id, task.process_definition_key)
    timeline = await run(portal.history.timeline, task.process_instance_key)
    view = await case_view_of(portal, case)
    return TaskView(
        task=task,
        line=line,
        case=case,
        form=await run(portal.models.form, task.form_reference) if task.form_reference else None,
        draft=await _draft(portal, officer, task_key),
        application=application,
        case_view=view,
        subjects=subjects_of(portal, case, view),
        for_simbg=_for_simbg(task, application),
        comments=await comments_of(portal, case.case_id),
        events=tuple(entry for entry in timeline if entry.subject_key == task_key),
        others=await office.presence.seen(task_key, officer.account) if task.state == "created" else (),
        next_steps=diagram.next_tasks(task.element_id) if diagram else (),
        diagram=diagram,
        stands_in=await _stands_in(portal, officer, task, case.region_code),
        people=await names_of_officers(portal),
        now=desk.now,
    )


async def _draft(portal: Portal, officer: Officer, task_key: int) -> Draft | None:
    try:
        return await portal.office.drafts.find(task_key, officer.account)
    except PersonErased:
        return None


async def _stands_in(portal: Portal, officer: Officer, task: UserTask, region_code: str) -> StandsIn | None:
    today = portal.office.clock.now().astimezone(WIB).date()
    for role in SIGNING_ROLES:
        if f"{region_code}/{role}" not in task.candidate_groups or officer.may({role}) is False:
            continue
        if any(grant.role == role and grant.covers(region_code) for grant in officer.grants):
            continue
        found = await portal.office.deadlines.posts.stand_in(region_code, role, today)
        if found is not None and found.officer_id == officer.account:
            return StandsIn(role, found.kind, found.decree_number)
    return None


def _for_simbg(task: UserTask, application: Application | None) -> tuple[Fact, ...]:
    if task.element_id not in SIMBG_STEPS or application is None:
        return ()
    facts = {fact.key: fact for group in application.groups for fact in group.facts}
    return tuple(facts[key] for key in SIMBG_ORDER if key in facts)
