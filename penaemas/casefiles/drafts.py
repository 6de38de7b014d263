"""Drafts: what an officer has typed and not sent yet, kept across devices, sign-outs and restarts.

A draft may hold anything that a form asks for, so it is sealed with the key of the person the case is about. It is what
was typed, as text: half a number is kept too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from penaemas.casefiles.desk_tables import task_draft
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.tables import case_file
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

LARGEST_BYTES: Final = 400_000
Typed = Mapping[str, tuple[str, ...]]


class DraftTooLarge(Exception):
    """More than any form can hold; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed, by field, and when it was kept."""

    typed: Typed = field(repr=False)
    saved_at: datetime


class Drafts:
    """The drafts of one office; one for each officer and task."""

    def __init__(self, database: Database, vault: PersonVault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def keep(self, case_id: str, user_task_key: int, officer: str, typed: Typed) -> datetime:
        """Keep what was typed, in the place of what was kept before; when.

        Raises:
            CaseUnknown: there is no such case.
            PersonErased: nothing can be sealed for this case any more.
            DraftTooLarge: no form is that long.
        """
        return await self._database.run(self._keep, case_id, user_task_key, officer, typed)

    async def find(self, user_task_key: int, officer: str) -> Draft | None:
        """The officer's draft of a task, or None.

        Raises:
            PersonErased: nobody can read it any more.
        """
        return await self._database.run(self._find, user_task_key, officer)

    async def drop(self, user_task_key: int, officer: str) -> None:
        """Forget a draft."""

        def drop() -> None:
            with self._database.transaction() as connection:
                connection.execute(delete(task_draft).where(*_place(user_task_key, officer)))

        await self._database.run(drop)

    async def tasks_with_draft(self, officer: str) -> frozenset[int]:
        """Keys of the tasks that this officer has begun."""

        def read() -> frozenset[int]:
            with self._database.reading() as connection:
                wanted = select(task_draft.c.user_task_key).where(task_draft.c.officer == officer)
                return frozenset(connection.execute(wanted).scalars())

        return await self._database.run(read)

    def _keep(self, case_id: str, user_task_key: int, officer: str, typed: Typed) -> datetime:
        content = json.dumps(typed, ensure_ascii=False, separators=(",", ":")).encode()
        if len(content) > LARGEST_BYTES:
            raise DraftTooLarge
        now = self._clock.now()
        with self._database.transaction() as connection:
            person_id = person_of(connection, case_id)
            sealed = self._vault.seal(connection, person_id, _seal_place(user_task_key, officer), content)
            values = {"case_id": case_id, "sealed": sealed, "saved_at": now}
            changed = connection.execute(update(task_draft).where(*_place(user_task_key, officer)).values(**values))
            if changed.rowcount == 0:
                key = {"user_task_key": user_task_key, "officer": officer}
                connection.execute(insert(task_draft).values(**key, **values))
        return now

    def _find(self, user_task_key: int, officer: str) -> Draft | None:
        with self._database.reading() as connection:
            row = connection.execute(select(task_draft).where(*_place(user_task_key, officer))).first()
            if row is None:
                return None
            person_id = person_of(connection, row.case_id)
            content = self._vault.unseal(connection, person_id, _seal_place(user_task_key, officer), bytes(row.sealed))
        return Draft({key: tuple(texts) for key, texts in json.loads(content).items()}, row.saved_at)


def person_of(connection: Connection, case_id: str) -> str:
    """Whose key seals what is written about a case.

    Raises:
        CaseUnknown: there is no such case.
    """
    wanted = select(case_file.c.person_id).where(case_file.c.case_id == case_id)
    person_id: str | None = connection.execute(wanted).scalar()
    if person_id is None:
        raise CaseUnknown(case_id)
    return person_id


def _place(user_task_key: int, officer: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return task_draft.c.user_task_key == user_task_key, task_draft.c.officer == officer


def _seal_place(user_task_key: int, officer: str) -> str:
    return f"draft/{user_task_key}/{officer}"
