"""Corrections: what officers and agencies ask for becomes one request a round; at most three rounds, five days each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from penaemas.casefiles.application_receipts import next_revision
from penaemas.casefiles.case_records import NotAllowedNow, StepMissing
from penaemas.casefiles.clock_ledger import Ground, correction_reference
from penaemas.casefiles.emas.application_form import CORRECTABLE_FIELDS, LicenceApplication, standard_of
from penaemas.casefiles.emas.desk import STANDARD_BASIS, SYSTEM, EmasDesk
from penaemas.casefiles.emas.documents import Documents, examined
from penaemas.casefiles.emas.submission import write_revision
from penaemas.casefiles.emas_tables import emas_correction_item, emas_correction_round, emas_step
from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.media import Media
from penaemas.casefiles.outbox import PublishMessage
from penaemas.casefiles.tables import outbox
from penaemas.licensing.service_standard import APPLICANT_SUBJECT, EVERYTHING

CORRECTION_MESSAGE = "office.pena_emas_correction_submitted"
MOST_ROUNDS = 3
WORKING_DAYS = 5
REOPENED = "reopened"
PAUSE_BASIS = f"{STANDARD_BASIS}: jam tidak berjalan selama pemohon harus bertindak"


@dataclass(frozen=True, slots=True)
class Round:
    """A correction round. `allowed` is false when all rounds are used."""

    number: int
    allowed: bool
    due_at: datetime
    clock_commitments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """What stands after a round: the acceptance of the identity; completeness is always looked at again."""

    identity_result: str
    clock_commitments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedFor:
    """One thing of a round, with the words of the officer who asked."""

    subject: str
    element_id: str
    agency: str | None
    request: str


class Corrections:
    """The corrections of cases."""

    def __init__(self, desk: EmasDesk, documents: Documents) -> None:
        self._desk = desk
        self._documents = documents

    def raise_items(
        self,
        connection: Connection,
        case: RowMapping,
        subjects: tuple[str, ...],
        new_item_reason: str | None,
        step_revision: int,
    ) -> None:
        """Note what a step asks for; it is sent with the next round.

        Raises:
            EntryFaulty: a subject is none of this licence, or is named only now and nobody says why.
        """
        case_id, known = case["case_id"], self._desk.standard(case).subjects
        faults = [
            Fault("correction_subjects", f"{name} is nothing of this licence", "choose from the list")
            for name in subjects
            if name not in known
        ]
        asked = select(emas_correction_item.c.subject, emas_correction_item.c.round).where(
            emas_correction_item.c.case_id == case_id, emas_correction_item.c.round.is_not(None)
        )
        earlier = {subject for subject, _ in connection.execute(asked)}
        if earlier and set(subjects) - earlier and not new_item_reason:
            rule = "is required: this was not named in an earlier round"
            faults.append(Fault("new_item_reason", rule, "write why it is named only now; auditors read it"))
        if faults:
            raise EntryFaulty(*faults)
        for subject in dict.fromkeys(subjects):
            connection.execute(
                insert(emas_correction_item).values(case_id=case_id, step_revision=step_revision, subject=subject)
            )

    async def open_round(self, case_id: str) -> Round:
        """Make one request of everything that is asked for; the round that is open stays the same when asked again.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._open, case_id)

    async def receive_round(self, case_id: str, number: int) -> Received:
        """Close a round whose correction came back; the clocks go on from its submission.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: no correction of this round is on file.
        """
        return await self._desk.database.run(self._receive, case_id, number)

    async def items(self, case_id: str, number: int) -> tuple[AskedFor, ...]:
        """What a round asks for.

        Raises:
            PersonErased: nobody can read it any more.
        """

        def read() -> tuple[AskedFor, ...]:
            desk = self._desk
            with desk.database.reading() as connection:
                case, found = desk.seen(connection, case_id), []
                for item in self._of_round(connection, case_id, number):
                    entry = desk.entry_of(connection, case, item["step_revision"])
                    words = next((entry[name] for name in entry if name.endswith("_note")), "")
                    found.append(AskedFor(item["subject"], item["element_id"], item["agency"], words))
                return tuple(found)

        return await self._desk.database.run(read)

    async def submit(
        self,
        case_id: str,
        changes: Mapping[str, Any],
        documents: Mapping[str, bytes],
        *,
        explanations: Mapping[str, str],
        by: str,
    ) -> int:
        """Store what the applicant mended as a new revision and tell the process; the round that it answers.

        Args:
            changes: fields of the application with new values; as `answers` only the answers that change.
            documents: new files by kind.
            explanations: subject → why nothing has to be mended there.

        Raises:
            CaseUnknown: there is no such case.
            EntryFaulty: something breaks a rule, or an item is not answered; nothing was stored.
            NotAllowedNow: no round is open, or its time is over.
        """
        faults = [
            Fault(name, "cannot be corrected", "leave it out; another licence or region needs a new application")
            for name in changes
            if name not in {*CORRECTABLE_FIELDS, "answers"}
        ]
        if faults:
            raise EntryFaulty(*faults)
        return await self._desk.database.run(self._submit, case_id, changes, documents, explanations, by)

    def open_one(self, connection: Connection, case_id: str) -> RowMapping | None:
        """The round that waits for the applicant, or None."""
        wanted = select(emas_correction_round).where(
            emas_correction_round.c.case_id == case_id, emas_correction_round.c.received_at.is_(None)
        )
        return connection.execute(wanted.order_by(emas_correction_round.c.round.desc())).mappings().first()

    def _open(self, case_id: str) -> Round:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, current = desk.held(connection, case_id), self.open_one(connection, case_id)
            if current is not None:
                return self._paused(connection, case_id, current["round"], current["opened_at"], current["due_at"])
            now = desk.clock.now()
            due_at = desk.calendars.of(case["region_code"], "counter").closing_of_working_day(now, WORKING_DAYS)
            of_case = emas_correction_round.c.case_id == case_id
            latest = connection.execute(select(func.max(emas_correction_round.c.round)).where(of_case)).scalar()
            number = (latest or 0) + 1
            if number > MOST_ROUNDS:
                return Round(MOST_ROUNDS, False, due_at, ())
            connection.execute(
                insert(emas_correction_round).values(case_id=case_id, round=number, opened_at=now, due_at=due_at)
            )
            # An item of a step that the engine refused was never asked for.
            refused = (
                select(emas_step.c.revision)
                .join(outbox, outbox.c.id == emas_step.c.outbox_id)
                .where(emas_step.c.case_id == case_id, outbox.c.state == "refused")
            )
            connection.execute(
                update(emas_correction_item)
                .where(
                    emas_correction_item.c.case_id == case_id,
                    emas_correction_item.c.round.is_(None),
                    emas_correction_item.c.step_revision.not_in(refused),
                )
                .values(round=number)
            )
            return self._paused(connection, case_id, number, now, due_at)

    def _paused(self, connection: Connection, case_id: str, number: int, at: datetime, due_at: datetime) -> Round:
        ground = Ground("menunggu perbaikan pemohon", SYSTEM, PAUSE_BASIS, correction_reference(number))
        return Round(number, True, due_at, self._desk.clocks.pause(connection, case_id, at, ground))

    def _receive(self, case_id: str, number: int) -> Received:
        desk = self._desk
        here = (
            emas_correction_round.c.case_id == case_id,
            emas_correction_round.c.round == number,
            emas_correction_round.c.submitted_at.is_not(None),
        )
        with desk.database.transaction() as connection:
            desk.held(connection, case_id)
            found = connection.execute(emas_correction_round.select().where(*here)).mappings().first()
            if found is None:
                raise StepMissing
            if found["received_at"] is None:
                connection.execute(update(emas_correction_round).where(*here).values(received_at=desk.clock.now()))
            # The applicant has acted at the submission: from then on the office has the file again.
            ground = Ground("perbaikan diterima", SYSTEM, PAUSE_BASIS, correction_reference(number))
            resumed = desk.clocks.resume(connection, case_id, found["submitted_at"], ground)
            return Received(self._identity(connection, case_id), resumed)

    def _identity(self, connection: Connection, case_id: str) -> str:
        step = self._desk.latest_step(connection, case_id, ["Task_VerifyIdentity"])
        if step is None or step["result"] != "accepted":
            return REOPENED
        changed = self._desk.changed_since(connection, case_id, step["application_revision"])
        return REOPENED if APPLICANT_SUBJECT in changed else "accepted"

    def _submit(
        self,
        case_id: str,
        changes: Mapping[str, Any],
        documents: Mapping[str, bytes],
        explanations: Mapping[str, str],
        by: str,
    ) -> int:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            current, now = self.open_one(connection, case_id), desk.clock.now()
            if current is None or case["withdrawn_at"] is not None or case["closed_at"] is not None:
                raise NotAllowedNow("no correction is asked for")
            if current["submitted_at"] is not None:
                raise NotAllowedNow("the correction of this round has been received")
            if now > current["due_at"]:
                raise NotAllowedNow("the time for this correction is over")
            number: int = current["round"]
            media: dict[str, Media] = examined(desk.standard(case), documents)
            before = desk.application(connection, case)
            after = _merged(before, changes)
            standard_of(desk.catalogue, after)
            revision = next_revision(case)
            files = self._documents.add(connection, case, documents, media, revision=revision, by=by, at=now)
            changed = [*_changed(before, after), *files]
            self._require_answered(connection, case_id, number, changed, explanations)
            write_revision(desk, connection, case, after, revision, number, changed, by, now)
            texts = {f"explanation.{subject}": reason for subject, reason in explanations.items()}
            desk.vault.write(connection, case["person_id"], case_id, texts, revision=revision, at=now)
            desk.note(connection, case_id, revision=revision)
            here = (emas_correction_round.c.case_id == case_id, emas_correction_round.c.round == number)
            connection.execute(update(emas_correction_round).where(*here).values(submitted_at=now))
            message = PublishMessage(message_name=CORRECTION_MESSAGE, correlation_key=f"{case_id}/{number}")
            desk.outbox.add(connection, case_id, message, by=by)
            desk.acts.record(connection, by, "submit_correction", now, case_id=case_id, details={"round": str(number)})
            return number

    def _require_answered(
        self,
        connection: Connection,
        case_id: str,
        number: int,
        changed: list[str],
        explanations: Mapping[str, str],
    ) -> None:
        subjects = {row["subject"] for row in self._of_round(connection, case_id, number)}
        faults = [
            Fault(subject, "was asked to be mended and is unchanged", "mend it, or explain why it is right as it is")
            for subject in sorted(subjects)
            if not (changed if subject == EVERYTHING else subject in changed)
            and not explanations.get(subject, "").strip()
        ]
        if faults:
            raise EntryFaulty(*faults)

    def _of_round(self, connection: Connection, case_id: str, number: int) -> list[RowMapping]:
        same_step = (emas_step.c.case_id == emas_correction_item.c.case_id) & (
            emas_step.c.revision == emas_correction_item.c.step_revision
        )
        wanted = (
            select(emas_correction_item, emas_step.c.element_id, emas_step.c.agency)
            .join(emas_step, same_step)
            .where(emas_correction_item.c.case_id == case_id, emas_correction_item.c.round == number)
        )
        ordered = wanted.order_by(emas_correction_item.c.step_revision, emas_correction_item.c.subject)
        return list(connection.execute(ordered).mappings())


def _merged(before: LicenceApplication, changes: Mapping[str, Any]) -> LicenceApplication:
    answers = before.answers | dict(changes.get("answers", {}))
    fields = before.model_dump(exclude_none=True) | dict(changes) | {"answers": answers}
    return checked(LicenceApplication, fields)


def _changed(before: LicenceApplication, after: LicenceApplication) -> list[str]:
    fields = [name for name in CORRECTABLE_FIELDS if getattr(before, name) != getattr(after, name)]
    names = before.answers.keys() | after.answers.keys()
    answers = [name for name in names if before.answers.get(name) != after.answers.get(name)]
    return [*([APPLICANT_SUBJECT] if fields else []), *answers]
