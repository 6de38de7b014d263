"""PBG MBR 3 Jam at the officers' desk.

The file of an application: `application` (the form), `documents` (kind → file, beside the JSON file), and for the
examples `play` (what officers enter, read by `./pena case play`).
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from penaemas.casefiles.case_records import NotAllowedNow, RequestIdReused, StepAlreadyAnswered
from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.casefiles.pbg.desk import PROCESS_ID
from penaemas.casefiles.person_vault import PersonErased
from penaemas.cli.desk import Desk, in_wib
from penaemas.cli.entry_files import files_beside
from penaemas.cli.problem import Problem
from penaemas.cli.processes.pbg_case_lines import case_lines, outside_counter_hours
from penaemas.cli.processes.port import Submitted
from penaemas.history.queries import UserTask

_PARTS = {"application", "documents", "play"}


class PbgMbr:
    """See `DeskProcess`."""

    process_id = PROCESS_ID

    def before_submission(self, desk: Desk, content: Any) -> tuple[str, ...]:
        region_code = _entry(content).region_code
        outlook = desk.office.pbg.submission.outlook(region_code)
        due, closed = in_wib(outlook.due_at), outside_counter_hours(desk, region_code)
        if outlook.same_day:
            return (f"bila lengkap sekarang, terbit paling lambat · if complete now, due {due}", *closed)
        return (
            f"terlambat untuk hari ini: bila lengkap sekarang, terbit paling lambat {due}",
            f"too late for today: if complete now, due {due}",
            *closed,
        )

    def submit(self, desk: Desk, content: Any, folder: Path, *, request_id: str, officer: str) -> Submitted:
        entry, documents = _entry(content), files_beside(folder, content.get("documents", {}), "documents")
        submission = desk.office.pbg.submission
        try:
            receipt = asyncio.run(submission.submit(entry, documents, request_id=request_id, by=officer))
        except RequestIdReused as reused:
            raise Problem(
                f"the request id {request_id} was used before, for another content.", "Choose another --request-id."
            ) from reused
        return Submitted(
            receipt.case_id,
            receipt.is_new,
            (
                f"kode lacak (status saja) · tracking code (status only)   {receipt.tracking_code}",
                f"kode rahasia (perbaikan, penarikan, SK) · secret         {receipt.secret}",
            ),
        )

    def read(self, desk: Desk, case_id: str, officer: str) -> dict[str, str]:
        return asyncio.run(desk.office.pbg.opening.application_as_read_by(case_id, officer))

    def complete(self, desk: Desk, task: UserTask, case_id: str, entry: Any, officer: str) -> str:
        steps = desk.office.pbg.steps
        if not isinstance(entry, dict):
            raise EntryFaulty(Fault("(all of it)", "must be a form's answers", 'write them as {"field": "answer"}'))
        try:
            return asyncio.run(
                steps.complete_step(case_id, task.user_task_key, task.element_id, entry, officer=officer)
            )
        except StepAlreadyAnswered as faster:
            raise Problem(
                f"sudah diselesaikan oleh {faster.officer} {in_wib(faster.at)} · completed by {faster.officer}.",
                "Nothing was stored; see ./pena case show.",
            ) from faster
        except NotAllowedNow as refused:
            raise Problem(f"{refused.reason}.", "Nothing was stored; see ./pena case show.") from refused
        except (CaseUnknown, PersonErased) as gone:
            raise Problem("the case file cannot take an entry any more.", "See ./pena case show.") from gone

    def before_claim(self, desk: Desk, task: UserTask, case_id: str, officer: str) -> None:
        """Everybody of the task's groups may take it."""

    def clocks(self, desk: Desk, case_id: str) -> tuple[str, ...]:
        return tuple(case_lines(desk, case_id))


def _entry(content: Any) -> ApplicationEntry:
    if not isinstance(content, dict) or "application" not in content:
        raise EntryFaulty(Fault("application", "is required", "compare the file with examples/pbg_mbr_issued.json"))
    unknown = sorted(set(content) - _PARTS)
    if unknown:
        raise EntryFaulty(*(Fault(name, "is not known here", "remove it or correct its spelling") for name in unknown))
    return checked(ApplicationEntry, content["application"])
