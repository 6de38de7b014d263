"""The officers' side of each process that the office's case files know, with one way of refusing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from penaemas.casefiles.case_records import NotAllowedNow, StepAlreadyAnswered
from penaemas.casefiles.emas.desk import PROCESS_ID as EMAS
from penaemas.casefiles.emas.files import EmasCaseFiles
from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.information_request_forms import AnswerEntry
from penaemas.casefiles.information_request_records import AlreadyAnswered, CaseUnknown
from penaemas.casefiles.information_requests import PROCESS_ID, InformationRequests
from penaemas.casefiles.officers_work import FasterColleague, NotPossibleNow
from penaemas.casefiles.pbg.desk import PROCESS_ID as PBG
from penaemas.casefiles.pbg.files import PbgCaseFiles
from penaemas.casefiles.person_vault import PersonErased

_GONE = "berkas perkara tidak dapat diisi lagi · the case file cannot take an entry any more"
_REASONS = {
    "the applicant has withdrawn the application": "permohonan sudah ditarik · the applicant has withdrawn it",
    "the case is closed": "perkara sudah ditutup · the case is closed",
}


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except (AlreadyAnswered, StepAlreadyAnswered) as faster:
        raise FasterColleague(faster.officer, faster.at) from faster
    except NotAllowedNow as refused:
        raise NotPossibleNow(_REASONS.get(refused.reason, refused.reason)) from refused
    except (CaseUnknown, PersonErased) as gone:
        raise NotPossibleNow(_GONE) from gone


class PbgSteps:
    """See `StepsOfProcess`."""

    process_id = PBG

    def __init__(self, files: PbgCaseFiles) -> None:
        self._files = files

    async def complete(
        self, case_id: str, user_task_key: int, element_id: str, entry: Mapping[str, Any], officer: str
    ) -> str:
        with _refusals_told():
            return await self._files.steps.complete_step(case_id, user_task_key, element_id, entry, officer=officer)

    async def read(self, case_id: str, officer: str) -> dict[str, str]:
        return await self._files.opening.application_as_read_by(case_id, officer)


class EmasSteps:
    """See `StepsOfProcess`. An agency's own diagram belongs to the same cases."""

    process_id = EMAS

    def __init__(self, files: EmasCaseFiles) -> None:
        self._files = files

    async def complete(
        self, case_id: str, user_task_key: int, element_id: str, entry: Mapping[str, Any], officer: str
    ) -> str:
        with _refusals_told():
            return await self._files.steps.complete_step(case_id, user_task_key, element_id, entry, officer=officer)

    async def read(self, case_id: str, officer: str) -> dict[str, str]:
        return await self._files.submission.application_as_read_by(case_id, officer)


class InformationRequestSteps:
    """See `StepsOfProcess`."""

    process_id = PROCESS_ID

    def __init__(self, requests: InformationRequests) -> None:
        self._requests = requests

    async def complete(
        self, case_id: str, user_task_key: int, element_id: str, entry: Mapping[str, Any], officer: str
    ) -> str:
        if element_id != "Task_AnswerRequest":
            raise EntryFaulty(Fault("element_id", "is no officer's step of this process", "use an id of the diagram"))
        answer = checked(AnswerEntry, dict(entry))
        with _refusals_told():
            return await self._requests.answer(case_id, user_task_key, answer, officer=officer)

    async def read(self, case_id: str, officer: str) -> dict[str, str]:
        return await self._requests.request_as_read_by(case_id, officer)
