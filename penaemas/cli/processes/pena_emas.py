"""PENA EMAS at the officers' desk: a licence of the service catalogue.

The file of an application: `application` (fields and `answers`), `documents` (kind → file, beside the JSON file), and
for the examples `process` and `play`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from penaemas.casefiles.case_records import NotAllowedNow, RequestIdReused, StepAlreadyAnswered
from penaemas.casefiles.emas.application_form import LicenceApplication, standard_of
from penaemas.casefiles.emas.desk import PROCESS_ID
from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.person_vault import PersonErased
from penaemas.cli.desk import Desk, in_wib
from penaemas.cli.problem import Problem
from penaemas.cli.processes.port import Submitted
from penaemas.history.queries import UserTask

_PARTS = {"process", "application", "documents", "play"}


class PenaEmas:
    """See `DeskProcess`."""

    process_id = PROCESS_ID

    def before_submission(self, desk: Desk, content: Any) -> tuple[str, ...]:
        entry = entry_of(content)
        standard = standard_of(desk.office.emas.desk.catalogue, entry)
        return (
            f"{standard.name.id} · {standard.name.en}",
            f"syarat · requirements: {standard.components.requirements.id}",
            f"waktu · time: {standard.components.time.id}",
            f"biaya · cost: {standard.components.cost.id}",
        )

    def submit(self, desk: Desk, content: Any, folder: Path, *, request_id: str, officer: str) -> Submitted:
        entry, documents = entry_of(content), documents_of(content, folder)
        submission = desk.office.emas.submission
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
                f"kode rahasia (perbaikan, penarikan, izin) · secret      {receipt.secret}",
            ),
        )

    def read(self, desk: Desk, case_id: str, officer: str) -> dict[str, str]:
        return asyncio.run(desk.office.emas.submission.application_as_read_by(case_id, officer))

    def complete(self, desk: Desk, task: UserTask, case_id: str, entry: Any, officer: str) -> str:
        steps = desk.office.emas.steps
        content = entry if isinstance(entry, dict) else {}
        try:
            return asyncio.run(
                steps.complete_step(
                    case_id,
                    task.user_task_key,
                    task.element_id,
                    content,
                    officer=officer,
                    agency_id=_agency_of(desk, task),
                )
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
        steps, agency_id = desk.office.emas.steps, _agency_of(desk, task)
        try:
            asyncio.run(steps.may_do(case_id, task.element_id, officer, agency_id))
        except NotAllowedNow as refused:
            raise Problem(f"{refused.reason}.", "Let somebody else take the task.") from refused

    def clocks(self, desk: Desk, case_id: str) -> tuple[str, ...]:
        reading = asyncio.run(desk.office.emas.lifecycle.reading(case_id))
        fee = asyncio.run(desk.office.emas.fees.fee_of(case_id))
        lines = []
        if reading is not None:
            stands = reading.is_standing or reading.stopped_at
            state = "berhenti · stands" if stands else f"due {in_wib(reading.due_at)}"
            lines.append(
                f"jam · clock           {reading.working_days} hari kerja · working days: "
                f"{reading.net_s // 60} menit bersih · net, {reading.gross_office_s // 60} menit kotor · gross, {state}"
            )
        if fee is not None:
            paid = f"dibayar · paid {in_wib(fee['paid_at'])}" if fee["paid_at"] else f"due {in_wib(fee['due_at'])}"
            example = " (tarif contoh · example tariff)" if fee["is_example"] else ""
            lines.append(f"retribusi · fee       {fee['number']} Rp{fee['amount_idr']:,}{example}, {paid}")
        return tuple(lines)


def _agency_of(desk: Desk, task: UserTask) -> str | None:
    """Whose task it is, by its candidate groups."""
    catalogue = desk.office.emas.desk.catalogue
    found = (catalogue.agency_of_role(group.rpartition("/")[2]) for group in task.candidate_groups)
    return next((agency.id for agency in found if agency is not None), None)


def entry_of(content: Any) -> LicenceApplication:
    """The application in a file.

    Raises:
        EntryFaulty: it breaks rules.
    """
    if not isinstance(content, dict) or "application" not in content:
        raise EntryFaulty(
            Fault("application", "is required", "compare the file with examples/pena_emas_research_permit.json")
        )
    unknown = sorted(set(content) - _PARTS)
    if unknown:
        raise EntryFaulty(*(Fault(name, "is not known here", "remove it or correct its spelling") for name in unknown))
    return checked(LicenceApplication, content["application"])


def documents_of(content: Any, folder: Path) -> dict[str, bytes]:
    """The files that it names.

    Raises:
        EntryFaulty: one cannot be read.
    """
    documents, faults = {}, []
    for kind, name in dict(content.get("documents", {})).items():
        try:
            documents[kind] = (folder / str(name)).read_bytes()
        except OSError:
            faults.append(Fault(f"documents.{kind}", "cannot be read", "name a file relative to the JSON file"))
    if faults:
        raise EntryFaulty(*faults)
    return documents
