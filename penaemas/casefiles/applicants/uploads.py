"""Files that arrive in pieces over a bad line: what has arrived is kept, the sender goes on from there.

The sender names the whole by its SHA-256. Another file for the same document begins anew.
"""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from penaemas.casefiles.applicant_tables import application_draft, draft_upload_piece
from penaemas.casefiles.applicants.drafts import DraftGone
from penaemas.casefiles.media import MOST_BYTES
from penaemas.casefiles.person_vault import PersonVault
from penaemas.storage.database import Database

LARGEST_PIECE: Final = 256 * 1024


class PieceRefused(Exception):
    """The piece does not follow what has arrived, or is too large. `arrived` is where to go on, in bytes."""

    def __init__(self, arrived: int) -> None:
        super().__init__(arrived)
        self.arrived = arrived


class Uploads:
    """Files on their way into drafts."""

    def __init__(self, database: Database, vault: PersonVault) -> None:
        self._database = database
        self._vault = vault

    async def arrived(self, draft_id: str, document: str, upload_id: str) -> int:
        """How many bytes of this file are here already."""

        def count() -> int:
            with self._database.reading() as connection:
                return _arrived(connection, draft_id, document, upload_id)

        return await self._database.run(count)

    async def add(self, draft_id: str, document: str, upload_id: str, begins_at: int, piece: bytes) -> int:
        """Keep a piece; how many bytes are here now. A piece that is here already changes nothing.

        Raises:
            DraftGone: the draft was sent or has ended.
            PieceRefused: it does not follow what has arrived, or is too large.
        """
        return await self._database.run(self._add, draft_id, document, upload_id, begins_at, piece)

    async def whole(self, draft_id: str, document: str, upload_id: str) -> bytes | None:
        """The file once all of it has arrived, checked against its name, and forgotten here; None before, or if what
        has arrived is not what was named.
        """
        return await self._database.run(self._whole, draft_id, document, upload_id)

    def _add(self, draft_id: str, document: str, upload_id: str, begins_at: int, piece: bytes) -> int:
        with self._database.transaction() as connection:
            person_id = _draft(connection, draft_id)["person_id"]
            here = (draft_upload_piece.c.draft_id == draft_id, draft_upload_piece.c.document == document)
            connection.execute(delete(draft_upload_piece).where(*here, draft_upload_piece.c.upload_id != upload_id))
            arrived = _arrived(connection, draft_id, document, upload_id)
            if begins_at < arrived:
                return arrived
            if begins_at > arrived or not piece or len(piece) > LARGEST_PIECE or arrived + len(piece) > MOST_BYTES:
                raise PieceRefused(arrived)
            place = _place(draft_id, document, begins_at)
            connection.execute(
                insert(draft_upload_piece).values(
                    draft_id=draft_id,
                    document=document,
                    begins_at=begins_at,
                    upload_id=upload_id,
                    byte_count=len(piece),
                    sealed=self._vault.seal(connection, person_id, place, piece),
                )
            )
            return arrived + len(piece)

    def _whole(self, draft_id: str, document: str, upload_id: str) -> bytes | None:
        here = (draft_upload_piece.c.draft_id == draft_id, draft_upload_piece.c.document == document)
        with self._database.transaction() as connection:
            person_id = _draft(connection, draft_id)["person_id"]
            wanted = select(draft_upload_piece).where(*here, draft_upload_piece.c.upload_id == upload_id)
            rows = connection.execute(wanted.order_by(draft_upload_piece.c.begins_at)).mappings().all()
            content = b"".join(
                self._vault.unseal(connection, person_id, _place(draft_id, document, row["begins_at"]), row["sealed"])
                for row in rows
            )
            connection.execute(delete(draft_upload_piece).where(*here))
        return content if rows and hashlib.sha256(content).hexdigest() == upload_id else None


def _arrived(connection: Connection, draft_id: str, document: str, upload_id: str) -> int:
    pieces = select(func.coalesce(func.sum(draft_upload_piece.c.byte_count), 0)).where(
        draft_upload_piece.c.draft_id == draft_id,
        draft_upload_piece.c.document == document,
        draft_upload_piece.c.upload_id == upload_id,
    )
    return int(connection.execute(pieces).scalar_one())


def _draft(connection: Connection, draft_id: str) -> RowMapping:
    here = application_draft.c.draft_id == draft_id
    row = connection.execute(select(application_draft).where(here).with_for_update()).mappings().first()
    if row is None or row["sealed"] is None:
        raise DraftGone
    return row


def _place(draft_id: str, document: str, begins_at: int) -> str:
    return f"upload/{draft_id}/{document}/{begins_at}"
