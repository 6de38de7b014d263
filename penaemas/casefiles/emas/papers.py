"""The register of licences and the papers of a case: draft, licence, rejection. Sealed, by version; made unsigned.

The counter of a sub-district and WIB day is raised in the transaction that writes the register: a number whose
transaction fails was never given, and a void one stays listed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.commitments import commit
from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.casefiles.emas.steps import DRAFT as DRAFTING
from penaemas.casefiles.emas.steps import Steps
from penaemas.casefiles.emas_tables import emas_fee, emas_number, emas_paper
from penaemas.casefiles.letter_typesetting import LetterTypesetter
from penaemas.casefiles.numbering import next_number
from penaemas.casefiles.pbg.letter_data import indonesian_amount, indonesian_day
from penaemas.casefiles.permit_register import put_in_force
from penaemas.licensing.instants import wib_date
from penaemas.licensing.numbering import CounterKey, PermitNumber
from penaemas.licensing.posts import Post

PaperKind = Literal["draft", "licence", "rejection"]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper on file. `commitment` pins its content."""

    kind: str
    version: int
    byte_count: int
    commitment: str


class Papers:
    """Numbers licences, makes and keeps papers."""

    def __init__(self, desk: EmasDesk, steps: Steps, typesetter: LetterTypesetter) -> None:
        self._desk = desk
        self._steps = steps
        self._typesetter = typesetter

    async def assign_number(self, case_id: str) -> str:
        """The licence's number; the same when asked again.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._assign, case_id)

    async def render(self, case_id: str, kind: PaperKind) -> Paper:
        """Typeset a paper; one with the same content as its latest version is that version.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: what the paper says is not all there.
            TemplateFaulty: the template cannot be typeset.
        """
        return await self._desk.database.run(self._render, case_id, kind)

    async def publish(self, case_id: str) -> datetime:
        """Put the signed licence in force; when that was.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: it was not numbered, printed and signed.
        """
        return await self._desk.database.run(self._publish, case_id)

    async def content_as_read_by(self, case_id: str, kind: PaperKind, reader: str) -> bytes:
        """A paper's newest version; that somebody saw it is recorded first.

        Raises:
            LookupError: there is no such paper.
            PersonErased: nobody can read it any more.
        """
        return await self._desk.database.run(self._read, case_id, kind, reader)

    async def number_of(self, case_id: str) -> str | None:
        """The licence's number, unless it is void."""

        def read() -> str | None:
            with self._desk.database.reading() as connection:
                row = _number(connection, case_id)
                return row["number"] if row and row["state"] != "void" else None

        return await self._desk.database.run(read)

    def _assign(self, case_id: str) -> str:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, now = desk.held(connection, case_id), desk.clock.now()
            current = _number(connection, case_id)
            if current is not None:
                return str(current["number"])
            prefix = f"{desk.regions[case['region_code']].numbering.case_prefix}-{desk.standard(case).number_code}"
            key = CounterKey.at(desk.application(connection, case).sub_district_code, now)
            counter = next_number(connection, f"{prefix}-{key.sub_district}-{key.day:%d%m%Y}")
            number = str(PermitNumber.of(prefix, key, counter))
            connection.execute(insert(emas_number).values(number=number, case_id=case_id, state="given", given_at=now))
            return number

    def _publish(self, case_id: str) -> datetime:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, current, now = desk.held(connection, case_id), _number(connection, case_id), desk.clock.now()
            if current is None or case["signed_at"] is None or _latest(connection, case_id, "licence") is None:
                raise StepMissing
            if current["state"] == "in_force":
                first: datetime = current["in_force_at"]
                return first
            here = emas_number.c.case_id == case_id
            connection.execute(update(emas_number).where(here).values(state="in_force", in_force_at=now))
            put_in_force(connection, case_id, now)
            return now

    def _render(self, case_id: str, kind: PaperKind) -> Paper:
        with self._desk.database.reading() as connection:
            case = self._desk.seen(connection, case_id)
            data = self._rejection(connection, case) if kind == "rejection" else self.licence(connection, case, kind)
        template = "emas_rejection" if kind == "rejection" else "emas_licence"
        content = self._typesetter.typeset(template, data)  # outside of any transaction: it takes a while
        return self._keep(case_id, kind, content)

    def licence(self, connection: Connection, case: RowMapping, kind: PaperKind) -> dict[str, Any]:
        """What the licence or its draft says.

        Raises:
            StepMissing: it was not drafted, or the licence has no number.
        """
        desk, entry, standard = self._desk, self._desk.application(connection, case), self._desk.standard(case)
        draft = self._steps.latest_entry(connection, case, DRAFTING)
        number = _number(connection, case["case_id"])
        if not draft or (number is None and kind == "licence"):
            raise StepMissing
        fee = connection.execute(select(emas_fee).where(emas_fee.c.case_id == case["case_id"])).mappings().first()
        region = desk.regions[case["region_code"]]
        given_at: datetime = number["given_at"] if number else case["received_at"]
        return {
            **self._common(case, given_at),
            "title": standard.name.id,
            "is_draft": kind == "draft",
            "number": number["number"] if number else "(diberikan setelah konsep disetujui)",
            "applicant_name": entry.applicant_name,
            "applicant_address": entry.applicant_address,
            "place_name": entry.place_name,
            "place_address": entry.place_address,
            "sub_district_name": region.sub_district_names.get(entry.sub_district_code, entry.sub_district_code),
            "answers": [[one.label.id, entry.answers.get(one.id, "-")] for one in standard.questions],
            "valid_until": draft.get("valid_until", "selama ketentuannya dipenuhi"),
            "conditions": draft.get("conditions", "-"),
            "legal_basis": standard.components.legal_basis.id,
            "fee": f"Rp{indonesian_amount(fee['amount_idr'])}" if fee else "Rp0",
            "fee_is_example": bool(fee and fee["is_example"]),
            "fee_number": fee["number"] if fee else "-",
        }

    def _rejection(self, connection: Connection, case: RowMapping) -> dict[str, Any]:
        entry = self._desk.application(connection, case)
        step = self._desk.latest_step(connection, case["case_id"], ["Task_DecideRejection"])
        if step is None:
            raise StepMissing
        reasons = self._desk.entry_of(connection, case, step["revision"])
        return {
            **self._common(case, step["saved_at"]),
            "title": self._desk.standard(case).name.id,
            "applicant_name": entry.applicant_name,
            "applicant_address": entry.applicant_address,
            "application_day": indonesian_day(case["application_date"]),
            "rejection_reasons": reasons["rejection_reasons"],
            "rejection_legal_basis": reasons["rejection_legal_basis"],
        }

    def _common(self, case: RowMapping, at: datetime) -> dict[str, Any]:
        region = self._desk.regions[case["region_code"]]
        signer = next(post for post in region.posts if post.id == Post.KADIS)
        return {
            "case_number": case["number"],
            "region_code": case["region_code"],
            "letterhead": region.letterhead.model_dump(),
            "day": indonesian_day(wib_date(at)),
            "date": wib_date(at).isoformat(),
            "signer_title": signer.title,
        }

    def _keep(self, case_id: str, kind: PaperKind, content: bytes) -> Paper:
        with self._desk.database.transaction() as connection:
            return self.keep_in(connection, self._desk.held(connection, case_id), kind, content)

    def keep_in(self, connection: Connection, case: RowMapping, kind: PaperKind, content: bytes) -> Paper:
        """Keep a paper in the caller's transaction, who holds the case."""
        desk, digest, case_id = self._desk, hashlib.sha256(content).hexdigest(), case["case_id"]
        index, now = desk.vault.blind("paper", digest), desk.clock.now()
        latest = _latest(connection, case_id, kind)
        version = latest["version"] if latest else 0
        if latest is None or bytes(latest["content_index"]) != index:
            version += 1
            place = f"{case_id}/{kind}/{version}"
            connection.execute(
                insert(emas_paper).values(
                    case_id=case_id,
                    kind=kind,
                    version=version,
                    content_index=index,
                    sealed_digest=desk.files.store(connection, case["person_id"], place, content),
                    byte_count=len(content),
                    made_at=now,
                )
            )
        commitment = commit(connection, case_id, f"paper.{kind}", version, {"sha256": digest}, now)
        return Paper(kind, version, len(content), commitment)

    def _read(self, case_id: str, kind: PaperKind, reader: str) -> bytes:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, row = desk.held(connection, case_id), _latest(connection, case_id, kind)
            if row is None:
                raise LookupError(kind)
            details = {"paper": kind, "version": str(row["version"])}
            desk.acts.record(connection, reader, "view_paper", desk.clock.now(), case_id=case_id, details=details)
            place = f"{case_id}/{kind}/{row['version']}"
            return desk.files.read(connection, case["person_id"], place, row["sealed_digest"])


def void_number(connection: Connection, case_id: str, at: datetime) -> None:
    """Mark a number void that never came into force; it stays listed."""
    here = (emas_number.c.case_id == case_id, emas_number.c.state == "given")
    connection.execute(update(emas_number).where(*here).values(state="void", void_at=at))


def _number(connection: Connection, case_id: str) -> RowMapping | None:
    return connection.execute(select(emas_number).where(emas_number.c.case_id == case_id)).mappings().first()


def _latest(connection: Connection, case_id: str, kind: str) -> RowMapping | None:
    of_kind = (emas_paper.c.case_id == case_id, emas_paper.c.kind == kind)
    newest = select(func.max(emas_paper.c.version)).where(*of_kind).scalar_subquery()
    return connection.execute(select(emas_paper).where(*of_kind, emas_paper.c.version == newest)).mappings().first()
