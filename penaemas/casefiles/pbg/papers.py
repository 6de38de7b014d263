"""The papers of a case: drafts, the permit, the rejection, the package of a handed-over case. Sealed, by version.

A paper with the same content as the latest version is that version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from penaemas.casefiles.commitments import commit
from penaemas.casefiles.letter_typesetting import LetterTypesetter
from penaemas.casefiles.outbox import OPEN_STATES
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.documents import Documents
from penaemas.casefiles.pbg.letter_data import LetterData
from penaemas.casefiles.pbg.register import latest_paper
from penaemas.casefiles.pbg_tables import pbg_check, pbg_paper, pbg_step
from penaemas.casefiles.tables import outbox

DRAFT, PERMIT, REJECTION, PACKAGE = "draft", "permit", "rejection", "package"
_PDF, _JSON = "application/pdf", "application/json"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper on file. `commitment` pins its content."""

    kind: str
    version: int
    byte_count: int
    is_concept: bool
    commitment: str


class Papers:
    """Makes and keeps papers."""

    def __init__(self, desk: Desk, documents: Documents, data: LetterData, typesetter: LetterTypesetter) -> None:
        self._desk = desk
        self._documents = documents
        self._data = data
        self._typesetter = typesetter

    async def draft_permit(self, case_id: str) -> Paper:
        """The draft that the supervisor checks, marked as a concept.

        Raises:
            StepMissing: what the permit says is not all there.
            TemplateFaulty: the template cannot be typeset.
        """
        return await self._desk.database.run(self._permit, case_id, DRAFT, True)

    async def render_permit(self, case_id: str, *, simbg_registration: bool) -> Paper:
        """The permit, unsigned; titled "Konsep" unless SIMBG's number stands behind it. Raises: as `draft_permit`."""
        return await self._desk.database.run(self._permit, case_id, PERMIT, not simbg_registration)

    async def render_rejection(self, case_id: str) -> Paper:
        """The rejection with its reasons and the right to object. Raises: as `draft_permit`."""
        return await self._desk.database.run(self._rejection, case_id)

    async def hand_over(self, case_id: str, reasons: Sequence[str]) -> Paper:
        """The package with which the ordinary PBG goes on: all data, the list of documents, and why.

        Args:
            reasons: rules of the eligibility decision; the officers' own words are in the steps.
        """
        return await self._desk.database.run(self._package, case_id, tuple(reasons))

    async def content_as_read_by(self, case_id: str, kind: str, reader: str) -> bytes:
        """A paper's newest version; that somebody saw it is recorded first.

        Raises:
            LookupError: there is no such paper.
            PersonErased: nobody can read it any more.
        """
        return await self._desk.database.run(self._read, case_id, kind, reader)

    def _permit(self, case_id: str, kind: str, is_concept: bool) -> Paper:
        with self._desk.database.reading() as connection:
            case = self._desk.seen(connection, case_id)
            data = self._data.permit(connection, case, is_concept=is_concept, is_draft=kind == DRAFT)
        content = self._typesetter.typeset("pbg_mbr_permit", data)  # outside of any transaction: it takes a while
        return self._keep(case_id, kind, content, _PDF, is_concept)

    def _rejection(self, case_id: str) -> Paper:
        with self._desk.database.reading() as connection:
            data = self._data.rejection(connection, self._desk.seen(connection, case_id))
        return self._keep(case_id, REJECTION, self._typesetter.typeset("pbg_mbr_rejection", data), _PDF, False)

    def _package(self, case_id: str, reasons: tuple[str, ...]) -> Paper:
        with self._desk.database.reading() as connection:
            case = self._desk.seen(connection, case_id)
            package: dict[str, Any] = {
                "case_number": case["number"],
                "application_date": case["application_date"].isoformat(),
                "reasons": list(reasons),
                "application": self._desk.application(connection, case).to_vault(),
                "documents": self._documents.digests(connection, case_id),
                "checks": _checks(connection, case_id),
                "steps": self._steps(connection, case),
            }
        content = json.dumps(package, ensure_ascii=False, sort_keys=True, indent=1).encode()
        return self._keep(case_id, PACKAGE, content, _JSON, False)

    def _steps(self, connection: Connection, case: RowMapping) -> list[dict[str, Any]]:
        wanted = (
            select(pbg_step.c.revision, pbg_step.c.element_id)
            .join(outbox, outbox.c.id == pbg_step.c.outbox_id)
            .where(pbg_step.c.case_id == case["case_id"], outbox.c.state.in_((*OPEN_STATES, "done")))
        )
        return [
            {
                "element_id": element_id,
                "entry": self._desk.vault.read(connection, case["person_id"], case["case_id"], revision=revision),
            }
            for revision, element_id in connection.execute(wanted.order_by(pbg_step.c.revision)).all()
        ]

    def _keep(self, case_id: str, kind: str, content: bytes, media_type: str, is_concept: bool) -> Paper:
        with self._desk.database.transaction() as connection:
            case = self._desk.held(connection, case_id)
            return self.keep_in(connection, case, kind, content, media_type, is_concept=is_concept)

    def keep_in(
        self,
        connection: Connection,
        case: RowMapping,
        kind: str,
        content: bytes,
        media_type: str = _PDF,
        *,
        is_concept: bool = False,
    ) -> Paper:
        """Keep a paper in the caller's transaction, who holds the case."""
        desk, digest, case_id = self._desk, hashlib.sha256(content).hexdigest(), case["case_id"]
        index, now = desk.vault.blind("paper", digest), desk.clock.now()
        latest = latest_paper(connection, case_id, kind)
        version = latest["version"] if latest else 0
        if latest is None or bytes(latest["content_index"]) != index:
            version += 1
            place = _place(case_id, kind, version)
            connection.execute(
                insert(pbg_paper).values(
                    case_id=case_id,
                    kind=kind,
                    version=version,
                    content_index=index,
                    sealed_digest=desk.files.store(connection, case["person_id"], place, content),
                    media_type=media_type,
                    byte_count=len(content),
                    is_concept=is_concept,
                    made_at=now,
                )
            )
        commitment = commit(connection, case_id, f"paper.{kind}", version, {"sha256": digest}, now)
        return Paper(kind, version, len(content), is_concept, commitment)

    def _read(self, case_id: str, kind: str, reader: str) -> bytes:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            row = latest_paper(connection, case_id, kind)
            if row is None:
                raise LookupError(kind)
            details = {"paper": kind, "version": str(row["version"])}
            desk.acts.record(connection, reader, "view_paper", desk.clock.now(), case_id=case_id, details=details)
            place = _place(case_id, kind, row["version"])
            return desk.files.read(connection, case["person_id"], place, row["sealed_digest"])


def _place(case_id: str, kind: str, version: int) -> str:
    return f"{case_id}/{kind}/{version}"


def _checks(connection: Connection, case_id: str) -> dict[str, str]:
    """Subject → answer, the latest revision's."""
    wanted = select(pbg_check.c.subject, pbg_check.c.answer).where(pbg_check.c.case_id == case_id)
    rows = connection.execute(wanted.order_by(pbg_check.c.application_revision)).all()
    return {subject: answer for subject, answer in rows}
