"""What pages of tasks and of cases read alike."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import HTTPException

from penaemas.casefiles.case_comments import Comment
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.overview import CaseOverview, find_case
from penaemas.casefiles.pbg.case_view import CaseView
from penaemas.casefiles.person_vault import PersonErased
from penaemas.casefiles.service_window import ClockReading
from penaemas.portal.cases.case_facts import Application, CasePlace
from penaemas.portal.cases.readers import READERS
from penaemas.portal.forms.sentences import Words
from penaemas.portal.portal import Portal


async def case_or_404(portal: Portal, case_id: str) -> CaseOverview:
    """The case file; a page that is not found if there is none."""
    case = await portal.office.database.run(find_case, portal.office.database, case_id)
    if case is None:
        raise HTTPException(404)
    return case


async def application_of(portal: Portal, reader: Officer, case: CaseOverview) -> Application | None:
    """What was handed in, as far as the reader may see it; None once nobody can read it any more."""
    of_process = READERS.get(case.process_id)
    if of_process is None:
        return Application((), 0)
    try:
        return await of_process.application(portal.office, portal.models, _place(case), reader)
    except PersonErased:
        return None


async def case_view_of(portal: Portal, case: CaseOverview) -> CaseView | None:
    """What is on file about the case beyond what every process has."""
    of_process = READERS.get(case.process_id)
    try:
        return None if of_process is None else await of_process.on_file(portal.office, _place(case))
    except CaseUnknown:
        return None


async def clocks_of(portal: Portal, case: CaseOverview) -> tuple[ClockReading, ...]:
    """The legal clocks of the case that have started."""
    of_process = READERS.get(case.process_id)
    return () if of_process is None else await of_process.clocks(portal.office, _place(case))


def subjects_of(portal: Portal, case: CaseOverview, on_file: CaseView | None) -> Mapping[str, Words]:
    """What can be asked to be mended in this case, in words."""
    of_process = READERS.get(case.process_id)
    return {} if of_process is None or on_file is None else of_process.subjects(portal.office, on_file)


async def comments_of(portal: Portal, case_id: str) -> tuple[Comment, ...]:
    """The case's comments; none once nobody can read them."""
    try:
        return await portal.office.case_comments.of_case(case_id)
    except PersonErased:
        return ()


async def names_of_officers(portal: Portal) -> Mapping[str, str]:
    """Account → name, for everybody who has an account."""
    return {officer.account: officer.name for officer in await portal.directory.all()}


def _place(case: CaseOverview) -> CasePlace:
    return CasePlace(case.case_id, case.region_code)
