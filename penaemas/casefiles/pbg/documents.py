"""The files that belong to an application: one per item, sealed, checked for what they are, judged one by one."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.media import Media, MediaRefused, examine
from penaemas.casefiles.pbg.correction_subjects import DOCUMENTS
from penaemas.casefiles.pbg.desk import APPLICANT, Desk
from penaemas.casefiles.pbg_tables import pbg_document


@dataclass(frozen=True, slots=True)
class DocumentOnFile:
    """A document as lists show it; nothing of its content."""

    document_id: str
    document: str
    media_type: str
    byte_count: int
    width_px: int | None
    height_px: int | None
    added_at: datetime
    verdict: str | None


def examined(documents: Mapping[str, bytes]) -> dict[str, Media]:
    """What each file is.

    Raises:
        EntryFaulty: a kind is unknown, or a file is not accepted; all faults at once.
    """
    found: dict[str, Media] = {}
    faults = []
    for document, content in documents.items():
        if document not in DOCUMENTS:
            faults.append(Fault(f"documents.{document}", "is no document of this service", "use a name of the list"))
            continue
        try:
            found[document] = examine(content)
        except MediaRefused as refused:
            faults.append(Fault(f"documents.{document}", refused.rule, refused.fix))
    if faults:
        raise EntryFaulty(*faults)
    return found


class Documents:
    """The documents of cases. `add`, `current` and `judge` take part in the caller's transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(
        self,
        connection: Connection,
        case_id: str,
        documents: Mapping[str, bytes],
        media: Mapping[str, Media],
        *,
        revision: int,
        by: str,
        at: datetime,
    ) -> list[str]:
        """Store files of one revision, each in the place of the earlier one; the kinds that really changed."""
        desk = self._desk
        person_id = desk.parties(connection, case_id)[APPLICANT]
        earlier = {row["document"]: row for row in self.rows(connection, case_id)}
        changed, digests = [], {}
        for document, content in documents.items():
            digest = hashlib.sha256(content).hexdigest()
            index = desk.vault.blind("document", digest)
            known = earlier.get(document)
            if known is not None:
                if bytes(known["content_index"]) == index:
                    continue
                connection.execute(
                    update(pbg_document)
                    .where(pbg_document.c.document_id == known["document_id"])
                    .values(replaced_at=at)
                )
            document_id, what = str(uuid.uuid4()), media[document]
            connection.execute(
                insert(pbg_document).values(
                    document_id=document_id,
                    case_id=case_id,
                    document=document,
                    revision=revision,
                    person_id=person_id,
                    sealed_digest=desk.files.store(connection, person_id, document_id, content),
                    content_index=index,
                    media_type=what.media_type,
                    byte_count=what.byte_count,
                    width_px=what.width_px,
                    height_px=what.height_px,
                    added_at=at,
                    added_by=by,
                )
            )
            changed.append(document)
            digests[f"sha256.{document}"] = digest
        desk.vault.write(connection, person_id, case_id, digests, revision=revision, at=at)
        return changed

    def rows(self, connection: Connection, case_id: str) -> list[RowMapping]:
        """The documents that count now."""
        wanted = select(pbg_document).where(pbg_document.c.case_id == case_id, pbg_document.c.replaced_at.is_(None))
        return list(connection.execute(wanted.order_by(pbg_document.c.document)).mappings())

    def digests(self, connection: Connection, case_id: str) -> dict[str, str]:
        """`sha256.<document>` → SHA-256 of the content in hex, of the documents that count now."""
        found = {}
        for row in self.rows(connection, case_id):
            stored = self._desk.vault.read(connection, row["person_id"], case_id, revision=row["revision"])
            name = f"sha256.{row['document']}"
            found[name] = stored[name]
        return found

    def judge(self, connection: Connection, case_id: str, verdicts: Mapping[str, str], by: str, at: datetime) -> None:
        """Keep an officer's verdict on each document."""
        for document, verdict in verdicts.items():
            connection.execute(
                update(pbg_document)
                .where(
                    pbg_document.c.case_id == case_id,
                    pbg_document.c.document == document,
                    pbg_document.c.replaced_at.is_(None),
                )
                .values(verdict=verdict, verdict_at=at, verdict_by=by)
            )

    async def of_case(self, case_id: str) -> tuple[DocumentOnFile, ...]:
        """The documents that count now."""
        return await self._desk.database.run(self._of_case, case_id)

    async def content_as_read_by(self, case_id: str, document: str, officer: str) -> bytes:
        """A document's content; that the officer saw it is recorded first.

        Raises:
            LookupError: there is no such document.
            PersonErased: nobody can read it any more.
            FileDamaged: the file is gone or was changed.
        """
        return await self._desk.database.run(self._content, case_id, document, officer)

    def _of_case(self, case_id: str) -> tuple[DocumentOnFile, ...]:
        shown = DocumentOnFile.__slots__
        with self._desk.database.reading() as connection:
            return tuple(
                DocumentOnFile(**{name: row[name] for name in shown}) for row in self.rows(connection, case_id)
            )

    def _content(self, case_id: str, document: str, officer: str) -> bytes:
        desk = self._desk
        with desk.database.transaction() as connection:
            desk.held(connection, case_id)
            row = next((row for row in self.rows(connection, case_id) if row["document"] == document), None)
            if row is None:
                raise LookupError(document)
            details = {"document": document}
            desk.acts.record(connection, officer, "view_document", desk.clock.now(), case_id=case_id, details=details)
            return desk.files.read(connection, row["person_id"], row["document_id"], row["sealed_digest"])
