"""An officer completes a step: the entry is checked, stored, and the command to the engine queued, at once or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select

from penaemas.casefiles.application_receipts import next_revision
from penaemas.casefiles.breaches import BreachReason, state_reason
from penaemas.casefiles.case_records import (
    SIGNATURE_NEEDED,
    InSameTransaction,
    NotAllowedNow,
    StepAlreadyAnswered,
)
from penaemas.casefiles.commitments import commit
from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.outbox import CompleteTask
from penaemas.casefiles.pbg.corrections import Corrections
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.documents import Documents
from penaemas.casefiles.pbg.register import PERMIT, REGISTRATION, case_with_simbg_number, latest_paper
from penaemas.casefiles.pbg.step_form_parts import AskingEntry
from penaemas.casefiles.pbg.step_forms import STEP_FORMS
from penaemas.casefiles.pbg.step_forms_intake import DocumentVerdicts, LateEntryStep
from penaemas.casefiles.pbg.step_forms_issue import (
    BreachReasonStep,
    RetributionStep,
    SimbgPermitStep,
    SimbgRegistrationStep,
)
from penaemas.casefiles.pbg_tables import pbg_retribution, pbg_simbg_entry, pbg_step
from penaemas.casefiles.step_entries import StepEntry
from penaemas.casefiles.tables import outbox
from penaemas.licensing.instants import wib_date
from penaemas.storage.turns import take_turn


class Steps:
    """The officers' side of a case."""

    def __init__(self, desk: Desk, documents: Documents, corrections: Corrections) -> None:
        self._desk = desk
        self._documents = documents
        self._corrections = corrections

    async def complete_step(
        self,
        case_id: str,
        user_task_key: int,
        element_id: str,
        entry: Mapping[str, object],
        *,
        officer: str,
        also: InSameTransaction | None = None,
    ) -> str:
        """Store what an officer entered and the command that completes the task; the command's id.

        Args:
            element_id: the task in the diagram, which decides the form.
            entry: as it came from the form.
            officer: account name.
            also: what else belongs into this transaction: the signed paper.

        Raises:
            CaseUnknown: there is no such case.
            EntryFaulty: the entry breaks rules; nothing was stored.
            StepAlreadyAnswered: somebody was faster.
            NotAllowedNow: the case was withdrawn or is closed, or a permit would be signed without a signature.
        """
        if element_id not in STEP_FORMS:
            raise EntryFaulty(Fault("element_id", "is no officer's step of this process", "use an id of the diagram"))
        step = checked(STEP_FORMS[element_id], dict(entry))
        return await self._desk.database.run(self._complete, case_id, user_task_key, element_id, step, officer, also)

    async def entry_of(self, case_id: str, element_id: str) -> dict[str, str]:
        """What was entered at a step, the latest time; empty when it never was. For letters, not for screens."""

        def read() -> dict[str, str]:
            with self._desk.database.reading() as connection:
                return self.latest_entry(connection, self._desk.seen(connection, case_id), element_id)

        return await self._desk.database.run(read)

    def latest_entry(self, connection: Connection, case: RowMapping, element_id: str) -> dict[str, str]:
        """See `entry_of`; in the caller's transaction."""
        row = latest_step(connection, case["case_id"], element_id)
        if row is None:
            return {}
        return self._desk.vault.read(connection, case["person_id"], case["case_id"], revision=row["revision"])

    def decided_at(self, connection: Connection, case_id: str, element_id: str) -> datetime | None:
        """When a step was completed the latest time."""
        row = latest_step(connection, case_id, element_id)
        return row["saved_at"] if row else None

    def _complete(
        self,
        case_id: str,
        user_task_key: int,
        element_id: str,
        step: StepEntry,
        officer: str,
        also: InSameTransaction | None,
    ) -> str:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            self._require_open(connection, case, user_task_key, step)
            self._require_consistent(connection, case, step)
            if step.result == "signed" and also is None and _must_be_signed(connection, case_id):
                raise NotAllowedNow(SIGNATURE_NEEDED)
            now, revision = desk.clock.now(), next_revision(case)
            fields = step.to_vault()
            desk.vault.write(connection, case["person_id"], case_id, fields, revision=revision, at=now)
            digest = commit(connection, case_id, "step", revision, {**fields, "element_id": element_id}, now)
            command = CompleteTask(
                user_task_key=user_task_key,
                officer=officer,
                variables={**step.routing_facts(), "case_file_commitment": digest},
            )
            command_id = desk.outbox.add(connection, case_id, command, by=officer)
            connection.execute(
                insert(pbg_step).values(
                    case_id=case_id,
                    revision=revision,
                    element_id=element_id,
                    user_task_key=user_task_key,
                    outbox_id=command_id,
                    application_revision=case["revision"],
                    officer=officer,
                    result=_result_of(step),
                    saved_at=now,
                )
            )
            self._follow_up(connection, case, element_id, step, officer, revision, now)
            if also is not None:
                also(connection, case, command_id, now)
            desk.acts.record(
                connection, officer, "complete_step", now, case_id=case_id, details={"element_id": element_id}
            )
            return command_id

    def _follow_up(
        self,
        connection: Connection,
        case: RowMapping,
        element_id: str,
        step: StepEntry,
        officer: str,
        revision: int,
        at: datetime,
    ) -> None:
        """What a step leaves in other parts of the case file."""
        case_id = case["case_id"]
        if isinstance(step, AskingEntry):
            self._corrections.raise_items(
                connection, case, step.requests(), step.new_item_reason, element_id, revision, officer, at
            )
        if isinstance(step, DocumentVerdicts):
            self._documents.judge(connection, case_id, step.verdicts(), officer, at)
        simbg = _simbg_entry_of(step)
        if simbg is not None:
            kind, _, number = simbg
            _record_simbg(connection, case_id, revision, kind, number, officer, at)
        if isinstance(step, BreachReasonStep):
            state_reason(connection, case_id, BreachReason(step.breach_reason_code), officer, at)
        if isinstance(step, LateEntryStep) and step.late_entry_result == "not_confirmed":
            # Both instants stay on file; only the day whose rules decide the case is the later one.
            self._desk.note(connection, case_id, application_date=wib_date(case["entered_late_at"]))
        if step.result == "signed":
            self._desk.note(connection, case_id, signed_at=at)

    def _require_open(self, connection: Connection, case: RowMapping, user_task_key: int, step: StepEntry) -> None:
        rival = connection.execute(
            select(pbg_step.c.officer, pbg_step.c.saved_at)
            .join(outbox, outbox.c.id == pbg_step.c.outbox_id)
            .where(pbg_step.c.user_task_key == user_task_key, outbox.c.state != "refused")
        ).first()
        if rival is not None:
            raise StepAlreadyAnswered(rival.officer, rival.saved_at)
        if isinstance(step, BreachReasonStep):
            return  # asked for after the end, too
        if case["withdrawn_at"] is not None:
            raise NotAllowedNow("the applicant has withdrawn the application")
        if case["closed_at"] is not None:
            raise NotAllowedNow("the case is closed")

    def _require_consistent(self, connection: Connection, case: RowMapping, step: StepEntry) -> None:
        if isinstance(step, RetributionStep) and step.result == "exempt" and _is_charged(connection, case["case_id"]):
            rule = "contradicts the computation, which charges the case"
            raise EntryFaulty(Fault("retribution_result", rule, "choose not_exempt, or have the region's rule entered"))
        _require_free_in_simbg(connection, case["case_id"], step)
        if step.result_field != "joint_decision":
            return
        case_id = case["case_id"]
        asked = step.requests() if isinstance(step, AskingEntry) else {}
        named = asked or self._corrections.pending(connection, case_id)
        if step.result == "correction_needed" and not named:
            rule = "nothing is named that the applicant should mend"
            raise EntryFaulty(Fault("correction_items", rule, "write what to mend in correction_items"))
        if step.result == "meets":
            reviews = (
                latest_step(connection, case_id, "Task_ReviewSpatialFit"),
                latest_step(connection, case_id, "Task_ReviewPrototypeLayout", "Task_ReviewTechnicalDrawings"),
            )
            if any(review is None or review["result"] not in ("fits", "meets") for review in reviews):
                rule = "contradicts a review that did not accept"
                raise EntryFaulty(Fault("joint_decision", rule, "ask for the correction, or reject with the reason"))


def latest_step(connection: Connection, case_id: str, *element_ids: str) -> RowMapping | None:
    """The latest completed step at any of these elements whose command the engine did not refuse."""
    wanted = (
        select(pbg_step)
        .join(outbox, outbox.c.id == pbg_step.c.outbox_id)
        .where(pbg_step.c.case_id == case_id, pbg_step.c.element_id.in_(element_ids), outbox.c.state != "refused")
        .order_by(pbg_step.c.revision.desc())
    )
    return connection.execute(wanted).mappings().first()


def _must_be_signed(connection: Connection, case_id: str) -> bool:
    """A permit behind which SIMBG's number stands; a concept is no permit and bears no signature."""
    paper = latest_paper(connection, case_id, PERMIT)
    return paper is not None and not paper["is_concept"]


def _is_charged(connection: Connection, case_id: str) -> bool:
    wanted = select(pbg_retribution.c.charged_idr).where(pbg_retribution.c.case_id == case_id)
    return bool(connection.execute(wanted.order_by(pbg_retribution.c.number.desc())).scalars().first())


def _result_of(step: StepEntry) -> str | None:
    match step.result:
        case bool() as answer:
            return "true" if answer else "false"
        case result:
            return result


def _simbg_entry_of(step: StepEntry) -> tuple[str, str, str] | None:
    """Kind, field and number of what the step copies from SIMBG."""
    if isinstance(step, SimbgRegistrationStep):
        return REGISTRATION, "simbg_registration_number", step.simbg_registration_number
    if isinstance(step, SimbgPermitStep):
        return PERMIT, "simbg_permit_number", step.simbg_permit_number
    return None


def _require_free_in_simbg(connection: Connection, case_id: str, step: StepEntry) -> None:
    simbg = _simbg_entry_of(step)
    if simbg is None:
        return
    kind, field, number = simbg
    # Two officers who enter one number in the same moment: the second sees the first's.
    take_turn(connection, f"simbg {kind} {number}")
    other = case_with_simbg_number(connection, kind, number, apart_from=case_id)
    if other is not None:
        rule = f"is recorded for case {other} already, and SIMBG gives a number once"
        raise EntryFaulty(Fault(field, rule, "copy it from SIMBG again, or have the other case corrected first"))


def _record_simbg(
    connection: Connection, case_id: str, revision: int, kind: str, number: str, officer: str, at: datetime
) -> None:
    connection.execute(
        insert(pbg_simbg_entry).values(
            case_id=case_id,
            step_revision=revision,
            kind=kind,
            number=number,
            recorded_at=at,
            recorded_by=officer,
        )
    )
