"""The files of a case: one per item, sealed, checked for what they are; held ones taken from earlier cases, by consent.

A held document is one that an officer found conforming in an earlier case of the same person. It is taken over when the
officer at the counter has seen the identity of the applicant, who has agreed to it in the application; so nobody pulls
another's documents by knowing a number.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.casefiles.emas_tables import emas_document
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.media import Media, MediaRefused, examine
from penaemas.casefiles.person_vault import PersonErased
from penaemas.casefiles.tables import case_file
from penaemas.licensing.service_standard import ServiceStandard

CONFORMS, DOES_NOT = "SESUAI", "TIDAK_SESUAI"


def examined(standard: ServiceStandard, documents: Mapping[str, bytes]) -> dict[str, Media]:
    """What each file is.

    Raises:
        EntryFaulty: a kind is unknown, or a file is not accepted; all faults at once.
    """
    known = {one.id for one in standard.documents}
    found: dict[str, Media] = {}
    faults = []
    for document, content in documents.items():
        if document not in known:
            faults.append(Fault(f"documents.{document}", "is no document of this licence", "use a name of the list"))
            continue
        try:
            found[document] = examine(content)
        except MediaRefused as refused:
            faults.append(Fault(f"documents.{document}", refused.rule, refused.fix))
    if faults:
        raise EntryFaulty(*faults)
    return found


class Documents:
    """The documents of cases. Every method takes part in the caller's transaction."""

    def __init__(self, desk: EmasDesk) -> None:
        self._desk = desk

    def add(
        self,
        connection: Connection,
        case: RowMapping,
        documents: Mapping[str, bytes],
        media: Mapping[str, Media],
        *,
        revision: int,
        by: str,
        at: datetime,
        reused_from: Mapping[str, str] | None = None,
    ) -> list[str]:
        """Store files of one revision, each in the place of the earlier one; the kinds that really changed."""
        desk, earlier = self._desk, {row["document"]: row for row in self.rows(connection, case["case_id"])}
        changed = []
        for document, content in documents.items():
            index = desk.vault.blind("document", hashlib.sha256(content).hexdigest())
            known = earlier.get(document)
            if known is not None:
                if bytes(known["content_index"]) == index:
                    continue
                here = emas_document.c.document_id == known["document_id"]
                connection.execute(update(emas_document).where(here).values(replaced_at=at))
            document_id = str(uuid.uuid4())
            connection.execute(
                insert(emas_document).values(
                    document_id=document_id,
                    case_id=case["case_id"],
                    document=document,
                    revision=revision,
                    sealed_digest=desk.files.store(connection, case["person_id"], document_id, content),
                    content_index=index,
                    media_type=media[document].media_type,
                    byte_count=len(content),
                    added_at=at,
                    added_by=by,
                    reused_from=(reused_from or {}).get(document),
                )
            )
            changed.append(document)
        return changed

    def rows(self, connection: Connection, case_id: str) -> list[RowMapping]:
        """The documents that count now."""
        wanted = select(emas_document).where(emas_document.c.case_id == case_id, emas_document.c.replaced_at.is_(None))
        return list(connection.execute(wanted.order_by(emas_document.c.document)).mappings())

    def digests(self, connection: Connection, case_id: str) -> dict[str, str]:
        """`file.<document>` → digest of the sealed file, of the documents that count now."""
        return {f"file.{row['document']}": row["sealed_digest"] for row in self.rows(connection, case_id)}

    def missing(self, connection: Connection, case: RowMapping) -> tuple[str, ...]:
        """Mandatory documents that are not there."""
        there = {row["document"] for row in self.rows(connection, case["case_id"])}
        return tuple(one.id for one in self._desk.standard(case).documents if one.mandatory and one.id not in there)

    def judge(
        self, connection: Connection, case_id: str, not_conforming: frozenset[str], by: str, at: datetime
    ) -> None:
        """Keep an officer's verdict on every document."""
        for row in self.rows(connection, case_id):
            verdict = DOES_NOT if row["document"] in not_conforming else CONFORMS
            here = emas_document.c.document_id == row["document_id"]
            connection.execute(update(emas_document).where(here).values(verdict=verdict, verdict_at=at, verdict_by=by))

    def bring_held(self, connection: Connection, case: RowMapping, by: str, at: datetime) -> tuple[str, ...]:
        """Take what is lacking from the person's earlier cases, the newest first; the kinds that were found."""
        desk, case_id = self._desk, case["case_id"]
        application = desk.application(connection, case)
        if not application.consents_to_reuse:
            return ()
        there = {row["document"] for row in self.rows(connection, case_id)}
        wanted = {one.id for one in desk.standard(case).documents if one.reusable} - there
        brought: dict[str, str] = {}
        for row in self._held(connection, case, application.applicant_nik, wanted):
            document = row["document"]
            if document in brought:
                continue
            try:
                content = desk.files.read(connection, row["person_id"], row["document_id"], row["sealed_digest"])
            except PersonErased:  # the earlier case was erased
                continue
            media = {document: Media(row["media_type"], row["byte_count"])}
            reused = {document: row["document_id"]}
            self.add(
                connection,
                case,
                {document: content},
                media,
                revision=case["revision"],
                by=by,
                at=at,
                reused_from=reused,
            )
            brought |= reused
        if brought:
            details = {document: document_id for document, document_id in brought.items()}
            desk.acts.record(connection, by, "reuse_held_documents", at, case_id=case_id, details=details)
        return tuple(brought)

    def _held(self, connection: Connection, case: RowMapping, nik: str, wanted: set[str]) -> list[RowMapping]:
        people = self._desk.vault.find(connection, "nik", nik)
        found = (
            select(emas_document, case_file.c.person_id)
            .join(case_file, case_file.c.case_id == emas_document.c.case_id)
            .where(
                case_file.c.person_id.in_(people),
                case_file.c.case_id != case["case_id"],
                emas_document.c.document.in_(wanted),
                emas_document.c.replaced_at.is_(None),
                emas_document.c.verdict == CONFORMS,
            )
        )
        return list(connection.execute(found.order_by(emas_document.c.verdict_at.desc())).mappings())
