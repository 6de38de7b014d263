"""Public information requests at the officers' desk."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from penaemas.casefiles.faults import checked
from penaemas.casefiles.information_request_forms import AnswerEntry, RequestEntry
from penaemas.casefiles.information_request_records import AlreadyAnswered, CaseUnknown, RequestIdReused
from penaemas.casefiles.information_requests import PROCESS_ID
from penaemas.casefiles.overview import find_case
from penaemas.casefiles.person_vault import PersonErased
from penaemas.cli.desk import Desk, in_wib
from penaemas.cli.problem import Problem
from penaemas.cli.processes.port import Submitted
from penaemas.history.queries import UserTask

ANSWER_FORM = "public_information_request_answer_request"


class PublicInformationRequest:
    """See `DeskProcess`."""

    process_id = PROCESS_ID

    def before_submission(self, desk: Desk, content: Any) -> tuple[str, ...]:
        return ()

    def submit(self, desk: Desk, content: Any, folder: Path, *, request_id: str, officer: str) -> Submitted:
        entry = checked(RequestEntry, content)
        try:
            receipt = asyncio.run(desk.office.information_requests.submit(entry, request_id=request_id, by=officer))
        except RequestIdReused as reused:
            raise Problem(
                f"the request id {request_id} was used before, for another content.", "Choose another --request-id."
            ) from reused
        return Submitted(receipt.case_id, receipt.is_new)

    def read(self, desk: Desk, case_id: str, officer: str) -> dict[str, str]:
        return asyncio.run(desk.office.information_requests.request_as_read_by(case_id, officer))

    def complete(self, desk: Desk, task: UserTask, case_id: str, entry: Any, officer: str) -> str:
        if task.form_reference != ANSWER_FORM:
            raise Problem(
                f"the form {task.form_reference} cannot be filled in here.",
                "Complete this task in the office's pages.",
            )
        requests, answer = desk.office.information_requests, checked(AnswerEntry, entry)
        try:
            return asyncio.run(requests.answer(case_id, task.user_task_key, answer, officer=officer))
        except AlreadyAnswered as faster:
            raise Problem(
                f"sudah dijawab oleh {faster.officer} {in_wib(faster.at)} · answered by {faster.officer}.",
                "Nothing was stored; see ./pena case show.",
            ) from faster
        except (CaseUnknown, PersonErased) as gone:
            raise Problem("the case file cannot take an answer any more.", "See ./pena case show.") from gone

    def before_claim(self, desk: Desk, task: UserTask, case_id: str, officer: str) -> None:
        """Everybody of the task's groups may take it."""

    def clocks(self, desk: Desk, case_id: str) -> tuple[str, ...]:
        case = find_case(desk.office.database, case_id)
        if case is None:
            return ()
        extended = " (diperpanjang · extended)" if case.extended_at else ""
        return (f"tenggat · due         {in_wib(case.answer_due_at)}{extended}",)
