"""Everything about one case, gathered for its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from penaemas.casefiles.case_comments import Comment
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.overview import CaseOverview
from penaemas.casefiles.pbg.case_view import CaseView
from penaemas.casefiles.service_window import ClockReading
from penaemas.history.queries import PathStep
from penaemas.history.queries.case_tasks import open_tasks_of_cases
from penaemas.portal.cases.case_facts import Application
from penaemas.portal.cases.diagram import Diagram, Element
from penaemas.portal.cases.reading import (
    application_of,
    case_view_of,
    clocks_of,
    comments_of,
    names_of_officers,
    subjects_of,
)
from penaemas.portal.forms.schema import Form
from penaemas.portal.forms.sentences import Words
from penaemas.portal.portal import Portal
from penaemas.portal.tasklist.lines import TaskLine, lines_of
from penaemas.portal.tasklist.pages import desk_of

SCOPES: Final = frozenset({"SUB_PROCESS", "EVENT_SUB_PROCESS", "MULTI_INSTANCE_BODY"})  # where a case is, not at what


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step that the case has passed or stands at."""

    words: Words
    state: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case before one reader. `application` is None once nobody can read it any more."""

    case: CaseOverview
    process: Words
    application: Application | None
    on_file: CaseView | None
    clocks: tuple[ClockReading, ...]
    subjects: Mapping[str, Words]
    tasks: tuple[TaskLine, ...]
    passed: tuple[StepShown, ...]
    to_come: tuple[Element, ...]
    active: tuple[str, ...]
    diagram: Diagram | None
    comments: tuple[Comment, ...]
    people: Mapping[str, str]
    result_words: Mapping[tuple[str, str], Words]
    now: datetime


async def read_case(portal: Portal, reader: Officer, case: CaseOverview) -> CasePage:
    """The page. If anything personal is shown, that the reader saw it is recorded first.

    Raises:
        StorageError: history or case files do not answer.
    """
    office, run = portal.office, portal.office.database.run
    on_file = await case_view_of(portal, case)
    running = await run(portal.history.case_by_id, case.case_id)
    diagram = await run(
        portal.models.diagram, case.process_id, running.process_definition_key if running is not None else 0
    )
    path = await run(portal.history.path, running.process_instance_key) if running is not None else ()
    desk = await desk_of(portal, reader)
    tasks = await run(
        lambda: lines_of(
            open_tasks_of_cases(portal.history_database, [case.case_id]),
            office=office,
            models=portal.models,
            officer=reader,
            pending=desk.pending,
            drafts=desk.drafts,
            now=desk.now,
        )
    )
    return CasePage(
        case=case,
        process=diagram.title if diagram else Words(case.process_id, case.process_id),
        application=await application_of(portal, reader, case),
        on_file=on_file,
        clocks=await clocks_of(portal, case),
        subjects=subjects_of(portal, case, on_file),
        tasks=tasks,
        passed=_passed(path, diagram),
        to_come=_to_come(tasks, diagram),
        active=tuple(step.element_id for step in path if step.state == "active" and step.element_type not in SCOPES),
        diagram=diagram,
        comments=await comments_of(portal, case.case_id),
        people=await names_of_officers(portal),
        result_words=await run(_result_words, portal, on_file),
        now=desk.now,
    )


def _passed(path: tuple[PathStep, ...], diagram: Diagram | None) -> tuple[StepShown, ...]:
    """What people did and what decided, without the gateways between."""
    if diagram is None:
        return ()
    shown = {"USER_TASK", "START_EVENT", "END_EVENT", "BUSINESS_RULE_TASK", "SERVICE_TASK", "INTERMEDIATE_CATCH_EVENT"}
    return tuple(
        StepShown(diagram.words(step.element_id), step.state)
        for step in path
        if step.element_type in shown and step.element_id in diagram.elements
    )


def _to_come(tasks: tuple[TaskLine, ...], diagram: Diagram | None) -> tuple[Element, ...]:
    if diagram is None:
        return ()
    found: dict[str, Element] = {}
    for task in tasks:
        if task.element_id in diagram.elements:
            found |= {element.element_id: element for element in diagram.next_tasks(task.element_id)}
    return tuple(found.values())


def _result_words(portal: Portal, on_file: CaseView | None) -> dict[tuple[str, str], Words]:
    """(element, result) → the words of the form's own choice. Blocks."""
    found: dict[tuple[str, str], Words] = {}
    for step in on_file.steps if on_file is not None else ():
        form = portal.models.form_of_step(step.element_id)
        if step.result is not None and form is not None:
            found[step.element_id, step.result] = _choice(form, step.result)
    return found


def _choice(form: Form, result: str) -> Words:
    options = (option for field in form.fields() for option in field.options if option.value == result)
    known = next(options, None)
    if known is not None:
        return known.label
    return {"true": Words("ya", "yes"), "false": Words("tidak", "no")}.get(result, Words(result, result))
