"""What an applicant has typed and not sent: kept on the server, sealed with a key of the draft's own.

A draft is returned to with a code. It ends by being sent, thrown away, or left alone until it expires; then its key is
destroyed, and its files with it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from penaemas.casefiles.applicant_tables import application_draft, draft_file, draft_upload_piece
from penaemas.casefiles.media import Media
from penaemas.casefiles.person_vault import PersonErased, PersonVault
from penaemas.casefiles.sealed_files import SealedFiles
from penaemas.casefiles.secrets_on_receipt import digest_of_code, return_code_of
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

KEPT_FOR: Final = timedelta(days=30)
RECEIPT_SHOWN_FOR: Final = timedelta(days=1)
LARGEST_BYTES: Final = 400_000
MOST_EXPIRED_AT_ONCE: Final = 20
Typed = Mapping[str, tuple[str, ...]]


class DraftGone(Exception):
    """There is no such draft, or it was sent, thrown away or left too long."""


class DraftTooLarge(Exception):
    """More than any form can hold; nothing was kept."""


@dataclass(frozen=True, slots=True)
class FileOfDraft:
    """A file that is kept; nothing of its content."""

    document: str
    media_type: str
    byte_count: int


@dataclass(frozen=True, slots=True)
class ApplicationDraft:
    """What was typed, by field; and the files. `sent_case_id` is set once it has become a case."""

    draft_id: str
    service: str
    region_code: str
    typed: Typed = field(repr=False)
    files: Mapping[str, FileOfDraft]
    saved_at: datetime
    expires_at: datetime
    sent_case_id: str | None


class ApplicationDrafts:
    """The drafts of one office."""

    def __init__(self, database: Database, vault: PersonVault, files: SealedFiles, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._files = files
        self._clock = clock

    def return_code(self, draft_id: str) -> str:
        """The code with which the applicant returns. Never log it."""
        return return_code_of(self._vault, draft_id)

    async def begin(self, service: str, region_code: str, typed: Typed) -> str:
        """Begin a draft; its id."""
        return await self._database.run(self._begin, service, region_code, typed, None, None)

    async def answer_to(self, case_id: str, round: int, service: str, region_code: str) -> ApplicationDraft:
        """The answer to a correction round as far as it was typed; begun if it is not there yet."""
        return await self._database.run(self._answer_to, case_id, round, service, region_code)

    async def of_code(self, code: str) -> ApplicationDraft | None:
        """The draft that this code returns to, or None."""
        return await self._database.run(self._of_code, code)

    async def keep(self, draft_id: str, typed: Typed) -> None:
        """Keep these fields beside the others; a field without texts is emptied.

        Raises:
            DraftGone: it was sent or has ended.
            DraftTooLarge: no form is that long.
        """
        await self._database.run(self._keep, draft_id, typed)

    async def add_file(self, draft_id: str, document: str, content: bytes, media: Media) -> None:
        """Keep a file in the place of the one before.

        Raises:
            DraftGone: it was sent or has ended.
        """
        await self._database.run(self._add_file, draft_id, document, content, media)

    async def remove_file(self, draft_id: str, document: str) -> None:
        """Take a file out again."""

        def remove() -> None:
            with self._database.transaction() as connection:
                self._drop_file(connection, draft_id, document)

        await self._database.run(remove)

    async def contents(self, draft_id: str) -> dict[str, bytes]:
        """Document → content of every file.

        Raises:
            DraftGone: it was sent or has ended.
            FileDamaged: a file is gone or was changed.
        """
        return await self._database.run(self._contents, draft_id)

    async def sent(self, draft_id: str, case_id: str) -> None:
        """It has become this case: what was typed is erased here, the receipt can still be shown."""
        await self._database.run(self._end, draft_id, case_id)

    async def throw_away(self, draft_id: str) -> None:
        """End it; nobody can read it any more."""
        await self._database.run(self._end, draft_id, None)

    def _begin(
        self, service: str, region_code: str, typed: Typed, answers_case_id: str | None, round: int | None
    ) -> str:
        now, draft_id = self._clock.now(), str(uuid.uuid4())
        self._expire(now)
        with self._database.transaction() as connection:
            person_id = self._vault.new_person(connection, now)
            code = None if answers_case_id else digest_of_code(return_code_of(self._vault, draft_id))
            connection.execute(
                insert(application_draft).values(
                    draft_id=draft_id,
                    person_id=person_id,
                    service=service,
                    region_code=region_code,
                    code_digest=code,
                    answers_case_id=answers_case_id,
                    round=round,
                    sealed=self._vault.seal(connection, person_id, _place(draft_id), _written(typed)),
                    begun_at=now,
                    saved_at=now,
                    expires_at=now + KEPT_FOR,
                )
            )
        return draft_id

    def _answer_to(self, case_id: str, round: int, service: str, region_code: str) -> ApplicationDraft:
        here = (application_draft.c.answers_case_id == case_id, application_draft.c.round == round)
        with self._database.reading() as connection:
            known = connection.execute(select(application_draft.c.draft_id).where(*here)).scalar()
        draft_id = known or self._begin(service, region_code, {}, case_id, round)
        with self._database.reading() as connection:
            return self._read(connection, self._held(connection, draft_id))

    def _of_code(self, code: str) -> ApplicationDraft | None:
        wanted = select(application_draft).where(application_draft.c.code_digest == digest_of_code(code))
        with self._database.reading() as connection:
            row = connection.execute(wanted).mappings().first()
            if row is None or row["expires_at"] <= self._clock.now():
                return None
            try:
                return self._read(connection, row)
            except PersonErased:
                return None

    def _read(self, connection: Connection, row: RowMapping) -> ApplicationDraft:
        typed: dict[str, tuple[str, ...]] = {}
        if row["sealed"] is not None:
            content = self._vault.unseal(connection, row["person_id"], _place(row["draft_id"]), bytes(row["sealed"]))
            typed = {key: tuple(texts) for key, texts in json.loads(content).items()}
        files = connection.execute(select(draft_file).where(draft_file.c.draft_id == row["draft_id"])).mappings()
        return ApplicationDraft(
            row["draft_id"],
            row["service"],
            row["region_code"],
            typed,
            {one["document"]: FileOfDraft(one["document"], one["media_type"], one["byte_count"]) for one in files},
            row["saved_at"],
            row["expires_at"],
            row["sent_case_id"],
        )

    def _keep(self, draft_id: str, typed: Typed) -> None:
        now = self._clock.now()
        with self._database.transaction() as connection:
            row = self._held(connection, draft_id)
            both = {**self._read(connection, row).typed, **typed}
            content = _written({key: texts for key, texts in both.items() if texts})
            sealed = self._vault.seal(connection, row["person_id"], _place(draft_id), content)
            values = {"sealed": sealed, "saved_at": now, "expires_at": now + KEPT_FOR}
            connection.execute(
                update(application_draft).where(application_draft.c.draft_id == draft_id).values(**values)
            )

    def _add_file(self, draft_id: str, document: str, content: bytes, media: Media) -> None:
        now = self._clock.now()
        with self._database.transaction() as connection:
            row = self._held(connection, draft_id)
            self._drop_file(connection, draft_id, document)
            place = f"{_place(draft_id)}/{document}"
            connection.execute(
                insert(draft_file).values(
                    draft_id=draft_id,
                    document=document,
                    sealed_digest=self._files.store(connection, row["person_id"], place, content),
                    media_type=media.media_type,
                    byte_count=media.byte_count,
                    added_at=now,
                )
            )

    def _drop_file(self, connection: Connection, draft_id: str, document: str) -> None:
        here = (draft_file.c.draft_id == draft_id, draft_file.c.document == document)
        known = connection.execute(select(draft_file.c.sealed_digest).where(*here)).scalar()
        if known is not None:
            connection.execute(delete(draft_file).where(*here))
            self._files.forget(known)

    def _contents(self, draft_id: str) -> dict[str, bytes]:
        with self._database.reading() as connection:
            row = self._held(connection, draft_id)
            rows = connection.execute(select(draft_file).where(draft_file.c.draft_id == draft_id)).all()
            return {
                one.document: self._files.read(
                    connection, row["person_id"], f"{_place(draft_id)}/{one.document}", one.sealed_digest
                )
                for one in rows
            }

    def _held(self, connection: Connection, draft_id: str) -> RowMapping:
        here = application_draft.c.draft_id == draft_id
        row = connection.execute(select(application_draft).where(here).with_for_update()).mappings().first()
        if row is None or row["sealed"] is None:
            raise DraftGone
        return row

    def _end(self, draft_id: str, case_id: str | None) -> None:
        with self._database.transaction() as connection:
            here = application_draft.c.draft_id == draft_id
            row = connection.execute(select(application_draft).where(here)).mappings().first()
            if row is None or row["sealed"] is None:
                return
            documents = select(draft_file.c.document).where(draft_file.c.draft_id == draft_id)
            for document in connection.execute(documents).scalars().all():
                self._drop_file(connection, draft_id, document)
            connection.execute(delete(draft_upload_piece).where(draft_upload_piece.c.draft_id == draft_id))
            now = self._clock.now()
            over = {"sealed": None, "sent_case_id": case_id, "expires_at": now + RECEIPT_SHOWN_FOR if case_id else now}
            connection.execute(update(application_draft).where(here).values(**over))
            self._vault.erase(connection, row["person_id"], now)

    def _expire(self, now: datetime) -> None:
        old = select(application_draft.c.draft_id).where(
            application_draft.c.expires_at < now, application_draft.c.sealed.is_not(None)
        )
        with self._database.reading() as connection:
            over = connection.execute(old.limit(MOST_EXPIRED_AT_ONCE)).scalars().all()
        for draft_id in over:
            self._end(draft_id, None)


def _place(draft_id: str) -> str:
    return f"application draft/{draft_id}"


def _written(typed: Typed) -> bytes:
    content = json.dumps(typed, ensure_ascii=False, separators=(",", ":")).encode()
    if len(content) > LARGEST_BYTES:
        raise DraftTooLarge
    return content
