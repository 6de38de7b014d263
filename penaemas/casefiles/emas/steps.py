"""An officer completes a step of PENA EMAS: checked, stored, and the command queued, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select

from penaemas.casefiles.application_receipts import next_revision
from penaemas.casefiles.breaches import state_reason
from penaemas.casefiles.case_records import (
    SIGNATURE_NEEDED,
    InSameTransaction,
    NotAllowedNow,
    StepAlreadyAnswered,
)
from penaemas.casefiles.commitments import commit
from penaemas.casefiles.emas.corrections import Corrections
from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.casefiles.emas.documents import Documents
from penaemas.casefiles.emas.mandates import Mandates
from penaemas.casefiles.emas.step_forms import (
    STEP_FORMS,
    AskingEntry,
    BreachReasonStep,
    CompletenessStep,
    FieldVisitStep,
    IdentityStep,
    RecommendationStep,
)
from penaemas.casefiles.emas_tables import emas_paper, emas_step
from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.outbox import CompleteTask
from penaemas.casefiles.step_entries import StepEntry
from penaemas.casefiles.tables import outbox
from penaemas.licensing.instants import wib_date

DRAFT, VERIFY, SIGN = "Task_DraftLicence", "Task_VerifyDraft", "Task_SignLicence"
# Element → earlier steps whose officer may not do it too: drafted, verified and signed by three people.
OTHER_EYES: Mapping[str, tuple[str, ...]] = {VERIFY: (DRAFT,), SIGN: (DRAFT, VERIFY)}
AGENCY_STEPS = frozenset({"Task_GiveRecommendation", "Task_RecordFieldVisit"})


class Steps:
    """The officers' side of a case."""

    def __init__(self, desk: EmasDesk, documents: Documents, corrections: Corrections, mandates: Mandates) -> None:
        self._desk = desk
        self._documents = documents
        self._corrections = corrections
        self._mandates = mandates

    async def complete_step(
        self,
        case_id: str,
        user_task_key: int,
        element_id: str,
        entry: Mapping[str, object],
        *,
        officer: str,
        agency_id: str | None = None,
        also: InSameTransaction | None = None,
    ) -> str:
        """Store what an officer entered and the command that completes the task; the command's id.

        Args:
            element_id: the task in the diagram, which decides the form.
            entry: as it came from the form.
            officer: account name.
            agency_id: whose task it is, by its candidate groups; of an agency's steps only. Left out, it is the one
                agency of this licence that the officer may speak for.
            also: what else belongs into this transaction: the signed paper.

        Raises:
            CaseUnknown: there is no such case.
            EntryFaulty: the entry breaks rules; nothing was stored.
            StepAlreadyAnswered: somebody was faster.
            NotAllowedNow: the case is over, this officer may not do this step, or a licence would be signed without
                a signature.
        """
        if element_id not in STEP_FORMS or (agency_id is not None and element_id not in AGENCY_STEPS):
            raise EntryFaulty(Fault("element_id", "is no officer's step of this process", "use an id of the diagram"))
        step = checked(STEP_FORMS[element_id], dict(entry))
        return await self._desk.database.run(
            self._complete, case_id, user_task_key, element_id, step, officer, agency_id, also
        )

    async def may_do(self, case_id: str, element_id: str, officer: str, agency_id: str | None = None) -> None:
        """Whether the officer may take this step: asked when a task is claimed, and again when it is completed.

        Raises:
            CaseUnknown: there is no such case.
            NotAllowedNow: the officer did the step that this one checks, or has no mandate of the agency.
        """

        def ask() -> None:
            with self._desk.database.reading() as connection:
                case = self._desk.seen(connection, case_id)
                self._require_other_eyes(connection, case_id, element_id, officer)
                if agency_id is not None:
                    self._require_mandate(connection, case, agency_id, officer)

        await self._desk.database.run(ask)

    async def entry_of(self, case_id: str, element_id: str) -> dict[str, str]:
        """What was entered at a step, the latest time; empty when it never was. For letters, not for screens."""

        def read() -> dict[str, str]:
            with self._desk.database.reading() as connection:
                return self.latest_entry(connection, self._desk.seen(connection, case_id), element_id)

        return await self._desk.database.run(read)

    def latest_entry(self, connection: Connection, case: RowMapping, element_id: str) -> dict[str, str]:
        """See `entry_of`; in the caller's transaction."""
        step = self._desk.latest_step(connection, case["case_id"], [element_id])
        return self._desk.entry_of(connection, case, step["revision"]) if step else {}

    def _complete(
        self,
        case_id: str,
        user_task_key: int,
        element_id: str,
        step: StepEntry,
        officer: str,
        agency_id: str | None,
        also: InSameTransaction | None,
    ) -> str:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            self._require_open(connection, case, user_task_key)
            self._require_other_eyes(connection, case_id, element_id, officer)
            decree = None
            if element_id in AGENCY_STEPS:
                agency_id = agency_id or self._only_agency_of(connection, case, officer)
                decree = self._require_mandate(connection, case, agency_id, officer)
            self._require_consistent(connection, case, step, agency_id)
            if step.result == "signed" and also is None and _is_rendered(connection, case_id):
                raise NotAllowedNow(SIGNATURE_NEEDED)
            now, revision = desk.clock.now(), next_revision(case)
            fields = step.to_vault()
            desk.vault.write(connection, case["person_id"], case_id, fields, revision=revision, at=now)
            signed = {"element_id": element_id, "officer": officer, "agency": agency_id or "", "decree": decree or ""}
            digest = commit(connection, case_id, "step", revision, fields | signed, now)
            variables = {**step.routing_facts(), "case_file_commitment": digest}
            command = CompleteTask(user_task_key=user_task_key, officer=officer, variables=variables)
            command_id = desk.outbox.add(connection, case_id, command, by=officer)
            connection.execute(
                insert(emas_step).values(
                    case_id=case_id,
                    revision=revision,
                    element_id=element_id,
                    agency=agency_id,
                    decree_number=decree,
                    user_task_key=user_task_key,
                    outbox_id=command_id,
                    application_revision=case["revision"],
                    officer=officer,
                    result=step.result,
                    saved_at=now,
                )
            )
            self._follow_up(connection, case, step, officer, revision, now)
            if also is not None:
                also(connection, case, command_id, now)
            details = {"element_id": element_id} | ({"agency": agency_id} if agency_id else {})
            desk.acts.record(connection, officer, "complete_step", now, case_id=case_id, details=details)
            return command_id

    def _follow_up(
        self, connection: Connection, case: RowMapping, step: StepEntry, officer: str, revision: int, at: datetime
    ) -> None:
        """What a step leaves in other parts of the case file."""
        case_id = case["case_id"]
        if isinstance(step, AskingEntry):
            self._corrections.raise_items(connection, case, step.subjects, step.new_item_reason, revision)
        if isinstance(step, IdentityStep) and step.result == "accepted":
            self._documents.bring_held(connection, case, officer, at)
        if isinstance(step, CompletenessStep):
            self._documents.judge(connection, case_id, frozenset(step.subjects), officer, at)
        if isinstance(step, BreachReasonStep):
            state_reason(connection, case_id, step.code, officer, at)
        if step.result == "signed":
            self._desk.note(connection, case_id, signed_at=at)

    def _require_open(self, connection: Connection, case: RowMapping, user_task_key: int) -> None:
        rival = connection.execute(
            select(emas_step.c.officer, emas_step.c.saved_at)
            .join(outbox, outbox.c.id == emas_step.c.outbox_id)
            .where(emas_step.c.user_task_key == user_task_key, outbox.c.state != "refused")
        ).first()
        if rival is not None:
            raise StepAlreadyAnswered(rival.officer, rival.saved_at)
        if case["withdrawn_at"] is not None:
            raise NotAllowedNow("the applicant has withdrawn the application")
        if case["closed_at"] is not None:
            raise NotAllowedNow("the case is closed")

    def _require_other_eyes(self, connection: Connection, case_id: str, element_id: str, officer: str) -> None:
        for earlier in OTHER_EYES.get(element_id, ()):
            step = self._desk.latest_step(connection, case_id, [earlier])
            if step is not None and step["officer"] == officer:
                raise NotAllowedNow(f"four eyes: {officer} did {earlier} in this case; a colleague has to do this step")

    def _require_mandate(self, connection: Connection, case: RowMapping, agency_id: str, officer: str) -> str:
        if agency_id not in {request.agency for request in self._desk.standard(case).agencies}:
            raise NotAllowedNow(f"{agency_id} is not asked for this licence")
        day = wib_date(self._desk.clock.now())
        basis = self._mandates.basis_of(connection, case["region_code"], agency_id, officer, day)
        if basis is None:
            raise NotAllowedNow(f"{officer} has no mandate of {agency_id} in force today")
        return basis

    def _only_agency_of(self, connection: Connection, case: RowMapping, officer: str) -> str:
        day = wib_date(self._desk.clock.now())
        region_code = case["region_code"]
        spoken_for = [
            request.agency
            for request in self._desk.standard(case).agencies
            if self._mandates.basis_of(connection, region_code, request.agency, officer, day) is not None
        ]
        if len(spoken_for) != 1:
            raise NotAllowedNow(f"{officer} has no mandate in force today of one agency that is asked here")
        return spoken_for[0]

    def _require_consistent(
        self, connection: Connection, case: RowMapping, step: StepEntry, agency_id: str | None
    ) -> None:
        if isinstance(step, CompletenessStep) and step.result == "complete":
            missing = self._documents.missing(connection, case)
            if missing:
                rule = f"contradicts the file: {', '.join(missing)} is not there"
                raise EntryFaulty(Fault("completeness_result", rule, "ask for the correction, naming what is missing"))
        asks_for_visit = isinstance(step, RecommendationStep) and step.result == "visit_needed"
        if asks_for_visit and self._was_visited(connection, case, agency_id):
            rule = "a visit was made for this application as it stands"
            raise EntryFaulty(Fault("recommendation_result", rule, "decide, or ask the applicant for a correction"))
        if isinstance(step, FieldVisitStep) and step.visited_on > wib_date(self._desk.clock.now()):
            raise EntryFaulty(Fault("visited_on", "lies in the future", "write the day of the visit"))

    def _was_visited(self, connection: Connection, case: RowMapping, agency_id: str | None) -> bool:
        visit = self._desk.latest_step(connection, case["case_id"], ["Task_RecordFieldVisit"], agency_id)
        return visit is not None and visit["application_revision"] == case["revision"]


def _is_rendered(connection: Connection, case_id: str) -> bool:
    """Whether there is a licence to sign."""
    wanted = select(emas_paper.c.version).where(emas_paper.c.case_id == case_id, emas_paper.c.kind == "licence")
    return connection.execute(wanted).first() is not None
