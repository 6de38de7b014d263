"""The officers' side of each process that the office's case files know, with one way of refusing."""

from __future__ import annotations

import re
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
from penaemas.casefiles.officers_work import FasterColleague, NotPossibleNow, StepPlace
from penaemas.casefiles.pbg.desk import PROCESS_ID as PBG
from penaemas.casefiles.pbg.files import PbgCaseFiles
from penaemas.casefiles.person_vault import PersonErased

_GONE = "berkas perkara tidak dapat diisi lagi · the case file cannot take an entry any more"
# What a case file says → the same for people, in both languages.
_REASONS = (
    (r"the applicant has withdrawn the application", r"permohonan sudah ditarik · the applicant has withdrawn it"),
    (r"the case is closed", r"perkara sudah ditutup · the case is closed"),
    (
        r"four eyes: (\S+) did (\S+) in this case; .+",
        r"empat mata: \1 sudah mengerjakan \2 pada perkara ini, jadi rekan lain yang mengerjakan langkah ini"
        r" · four eyes: \1 did \2 in this case, so a colleague does this step",
    ),
    (
        r"(\S+) has no mandate .+",
        r"\1 tidak memegang surat tugas perangkat daerah ini untuk hari ini"
        r" · \1 holds no mandate of this agency in force today",
    ),
)


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except (AlreadyAnswered, StepAlreadyAnswered) as faster:
        raise FasterColleague(faster.officer, faster.at) from faster
    except NotAllowedNow as refused:
        raise NotPossibleNow(_told(refused.reason)) from refused
    except (CaseUnknown, PersonErased) as gone:
        raise NotPossibleNow(_GONE) from gone


def _told(reason: str) -> str:
    known = (found.expand(said) for rule, said in _REASONS if (found := re.fullmatch(rule, reason)))
    return next(known, reason)


class PbgSteps:
    """See `StepsOfProcess`."""

    process_id = PBG

    def __init__(self, files: PbgCaseFiles) -> None:
        self._files = files

    async def may_do(self, case_id: str, place: StepPlace, officer: str) -> None:
        """Nothing beyond the task's groups: PBG MBR asks for no other eyes when a step is taken."""

    async def complete(self, case_id: str, place: StepPlace, entry: Mapping[str, Any], officer: str) -> str:
        with _refusals_told():
            return await self._files.steps.complete_step(
                case_id, place.user_task_key, place.element_id, entry, officer=officer
            )

    async def read(self, case_id: str, officer: str) -> dict[str, str]:
        return await self._files.opening.application_as_read_by(case_id, officer)


class EmasSteps:
    """See `StepsOfProcess`. An agency's own diagram belongs to the same cases."""

    process_id = EMAS

    def __init__(self, files: EmasCaseFiles) -> None:
        self._files = files

    async def may_do(self, case_id: str, place: StepPlace, officer: str) -> None:
        with _refusals_told():
            await self._files.steps.may_do(case_id, place.element_id, officer, self._agency_of(place))

    async def complete(self, case_id: str, place: StepPlace, entry: Mapping[str, Any], officer: str) -> str:
        with _refusals_told():
            return await self._files.steps.complete_step(
                case_id,
                place.user_task_key,
                place.element_id,
                entry,
                officer=officer,
                agency_id=self._agency_of(place),
            )

    async def read(self, case_id: str, officer: str) -> dict[str, str]:
        return await self._files.submission.application_as_read_by(case_id, officer)

    def _agency_of(self, place: StepPlace) -> str | None:
        """Whose step it is, by the groups that its task was offered to."""
        found = (self._files.desk.catalogue.agency_of_role(group.rpartition("/")[2]) for group in place.groups)
        return next((agency.id for agency in found if agency is not None), None)


class InformationRequestSteps:
    """See `StepsOfProcess`."""

    process_id = PROCESS_ID

    def __init__(self, requests: InformationRequests) -> None:
        self._requests = requests

    async def may_do(self, case_id: str, place: StepPlace, officer: str) -> None:
        """Nothing beyond the task's groups."""

    async def complete(self, case_id: str, place: StepPlace, entry: Mapping[str, Any], officer: str) -> str:
        if place.element_id != "Task_AnswerRequest":
            raise EntryFaulty(Fault("element_id", "is no officer's step of this process", "use an id of the diagram"))
        answer = checked(AnswerEntry, dict(entry))
        with _refusals_told():
            return await self._requests.answer(case_id, place.user_task_key, answer, officer=officer)

    async def read(self, case_id: str, officer: str) -> dict[str, str]:
        return await self._requests.request_as_read_by(case_id, officer)
