"""Corrections: what officers ask for becomes one request per round; what the applicant mends becomes a new revision.

At most three rounds. What was accepted stays accepted unless a change touches what it was based on.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from penaemas.casefiles.application_receipts import next_revision
from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.clock_ledger import Ground, correction_reference
from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.outbox import PublishMessage
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.casefiles.pbg.correction_subjects import CORRECTABLE_FIELDS, answers
from penaemas.casefiles.pbg.desk import SYSTEM, Desk
from penaemas.casefiles.pbg.documents import Documents, examined
from penaemas.casefiles.pbg.records import CorrectionItem, Round
from penaemas.casefiles.pbg.submission import write_revision
from penaemas.casefiles.pbg_tables import pbg_correction_item, pbg_correction_round, pbg_step
from penaemas.casefiles.service_window import PAUSE_BASIS
from penaemas.casefiles.tables import outbox

CORRECTION_MESSAGE = "office.pbg_mbr_correction_submitted"
MOST_ROUNDS = 3
_WORKING_DAYS = 5


class Corrections:
    """The rounds of a case. `raise_items` and `pending` take part in the caller's transaction."""

    def __init__(self, desk: Desk, documents: Documents) -> None:
        self._desk = desk
        self._documents = documents

    def raise_items(
        self,
        connection: Connection,
        case: RowMapping,
        requests: Mapping[str, str],
        new_item_reason: str | None,
        element_id: str,
        step_revision: int,
        officer: str,
        at: datetime,
    ) -> None:
        """Keep what a step asks for until the next round takes it up.

        Raises:
            EntryFaulty: after the first round a new subject is named without a reason.
        """
        desk, case_id = self._desk, case["case_id"]
        # A step that is reached for the first time could not have named anything earlier.
        earlier = select(pbg_step.c.revision).where(
            pbg_step.c.case_id == case_id, pbg_step.c.element_id == element_id, pbg_step.c.revision < step_revision
        )
        seen_before = connection.execute(earlier).first() is not None
        known = select(pbg_correction_item.c.subject).where(
            pbg_correction_item.c.case_id == case_id, pbg_correction_item.c.round.is_not(None)
        )
        asked_before = set(connection.execute(known).scalars())
        new = set(requests) - asked_before if asked_before and seen_before else set()
        if new and not new_item_reason:
            rule = f"is required, because {', '.join(sorted(new))} was not asked for in an earlier round"
            raise EntryFaulty(Fault("new_item_reason", rule, "write why it is named only now; auditors read it"))
        for subject, request in requests.items():
            item_id = str(uuid.uuid4())
            connection.execute(
                insert(pbg_correction_item).values(
                    item_id=item_id,
                    case_id=case_id,
                    step_revision=step_revision,
                    subject=subject,
                    element_id=element_id,
                    officer=officer,
                    raised_at=at,
                    is_new_in_later_round=subject in new,
                )
            )
            texts = {_place(item_id): request}
            desk.vault.write(connection, case["person_id"], case_id, texts, revision=step_revision, at=at)
        if new:
            details = {"subjects": ",".join(sorted(new)), "element_id": element_id}
            desk.acts.record(connection, officer, "new_item_in_later_round", at, case_id=case_id, details=details)

    def pending(self, connection: Connection, case_id: str) -> list[RowMapping]:
        """Items that no round has taken up yet."""
        # A step whose completion the engine refused asked for nothing.
        same_step = (pbg_step.c.case_id == pbg_correction_item.c.case_id) & (
            pbg_step.c.revision == pbg_correction_item.c.step_revision
        )
        wanted = (
            select(pbg_correction_item)
            .join(pbg_step, same_step)
            .join(outbox, outbox.c.id == pbg_step.c.outbox_id)
            .where(
                pbg_correction_item.c.case_id == case_id,
                pbg_correction_item.c.round.is_(None),
                outbox.c.state != "refused",
            )
        )
        return list(connection.execute(wanted.order_by(pbg_correction_item.c.raised_at)).mappings())

    async def open_round(self, case_id: str) -> Round:
        """Make one request of everything that is asked for; the round that is open stays the same when asked again.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._open, case_id)

    async def items(self, case_id: str, round: int) -> tuple[CorrectionItem, ...]:
        """What a round asks for, with the words of the officers.

        Raises:
            PersonErased: nobody can read it any more.
        """
        return await self._desk.database.run(self._items, case_id, round)

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
            changes: fields of the application with their new values; None empties an optional field.
            documents: new files by kind.
            explanations: subject → why nothing has to be mended there.

        Raises:
            CaseUnknown: there is no such case.
            EntryFaulty: something breaks a rule, or an item is not answered; nothing was stored.
            NotAllowedNow: no round is open, or its time is over.
        """
        faults = [
            Fault(name, "cannot be corrected", "leave it out; a new application is needed for another region")
            for name in changes
            if name not in CORRECTABLE_FIELDS
        ]
        if faults:
            raise EntryFaulty(*faults)
        media = examined(documents)
        return await self._desk.database.run(self._submit, case_id, changes, documents, media, explanations, by)

    def open_one(self, connection: Connection, case_id: str) -> RowMapping | None:
        """The round that waits for the applicant, or None."""
        wanted = select(pbg_correction_round).where(
            pbg_correction_round.c.case_id == case_id, pbg_correction_round.c.received_at.is_(None)
        )
        return connection.execute(wanted.order_by(pbg_correction_round.c.round.desc())).mappings().first()

    def _open(self, case_id: str) -> Round:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            current = self.open_one(connection, case_id)
            if current is not None:
                return self._paused(connection, case_id, current["round"], current["opened_at"], current["due_at"])
            now = desk.clock.now()
            due_at = desk.calendars.of(case["region_code"], "counter").closing_of_working_day(now, _WORKING_DAYS)
            latest = connection.execute(
                select(func.max(pbg_correction_round.c.round)).where(pbg_correction_round.c.case_id == case_id)
            ).scalar()
            number = (latest or 0) + 1
            if number > MOST_ROUNDS:
                return Round(MOST_ROUNDS, False, due_at, ())
            pending = [row["item_id"] for row in self.pending(connection, case_id)]
            connection.execute(
                insert(pbg_correction_round).values(case_id=case_id, round=number, opened_at=now, due_at=due_at)
            )
            connection.execute(
                update(pbg_correction_item).where(pbg_correction_item.c.item_id.in_(pending)).values(round=number)
            )
            return self._paused(connection, case_id, number, now, due_at)

    def _paused(self, connection: Connection, case_id: str, number: int, at: datetime, due_at: datetime) -> Round:
        ground = Ground("menunggu perbaikan pemohon", SYSTEM, PAUSE_BASIS, correction_reference(number))
        return Round(number, True, due_at, self._desk.clocks.pause(connection, case_id, at, ground))

    def _items(self, case_id: str, round: int) -> tuple[CorrectionItem, ...]:
        desk = self._desk
        with desk.database.reading() as connection:
            case = desk.seen(connection, case_id)
            return tuple(
                CorrectionItem(
                    row["item_id"],
                    row["subject"],
                    desk.vault.read(connection, case["person_id"], case_id, revision=row["step_revision"])[
                        _place(row["item_id"])
                    ],
                    row["answered_at"],
                )
                for row in _of_round(connection, case_id, round)
            )

    def _submit(
        self,
        case_id: str,
        changes: Mapping[str, Any],
        documents: Mapping[str, bytes],
        media: Mapping[str, Any],
        explanations: Mapping[str, str],
        by: str,
    ) -> int:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            current, now = self.open_one(connection, case_id), desk.clock.now()
            if current is None or case["withdrawn_at"] is not None or case["closed_at"] is not None:
                raise NotAllowedNow("no correction is asked for")
            number: int = current["round"]
            if current["submitted_at"] is not None:
                raise NotAllowedNow("the correction of this round has been received")
            if now > current["due_at"]:
                raise NotAllowedNow("the time for this correction is over")
            before = desk.application(connection, case)
            after = checked(ApplicationEntry, _merged(before, changes))
            fields = [name for name in CORRECTABLE_FIELDS if getattr(before, name) != getattr(after, name)]
            revision = next_revision(case)
            files = self._documents.add(connection, case_id, documents, media, revision=revision, by=by, at=now)
            changed = [*fields, *files]
            self._require_answered(connection, case_id, number, changed, explanations)
            write_revision(
                desk, connection, case_id, after, revision=revision, round=number, changed=changed, by=by, at=now
            )
            texts = {f"explanation.{subject}": reason for subject, reason in explanations.items()}
            desk.vault.write(connection, case["person_id"], case_id, texts, revision=revision, at=now)
            desk.note(connection, case_id, revision=revision)
            here = (pbg_correction_round.c.case_id == case_id, pbg_correction_round.c.round == number)
            connection.execute(update(pbg_correction_round).where(*here).values(submitted_at=now))
            connection.execute(
                update(pbg_correction_item)
                .where(pbg_correction_item.c.case_id == case_id, pbg_correction_item.c.round == number)
                .values(answered_at=now)
            )
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
        subjects = {row["subject"] for row in _of_round(connection, case_id, number)}
        faults = [
            Fault(subject, "was asked to be mended and is unchanged", "mend it, or explain why it is right as it is")
            for subject in sorted(subjects)
            if not answers(subject, changed) and not explanations.get(subject, "").strip()
        ]
        if faults:
            raise EntryFaulty(*faults)


def _of_round(connection: Connection, case_id: str, number: int) -> list[RowMapping]:
    wanted = select(pbg_correction_item).where(
        pbg_correction_item.c.case_id == case_id, pbg_correction_item.c.round == number
    )
    return list(
        connection.execute(wanted.order_by(pbg_correction_item.c.raised_at, pbg_correction_item.c.item_id)).mappings()
    )


def _place(item_id: str) -> str:
    return f"correction.{item_id}"


def _merged(before: ApplicationEntry, changes: Mapping[str, Any]) -> dict[str, Any]:
    return {**before.model_dump(exclude_none=True), **changes}
