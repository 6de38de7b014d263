"""What officers write to each other about a case. Kept as written, sealed with the key of the case's person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.desk_tables import case_comment
from penaemas.casefiles.drafts import person_of
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.tables import case_file
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment."""

    number: int
    officer: str
    written_at: datetime
    text: str = field(repr=False)


class CaseComments:
    """The comments of one office's cases."""

    def __init__(self, database: Database, vault: PersonVault, acts: Acts, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._acts = acts
        self._clock = clock

    async def write(self, case_id: str, officer: str, text: str) -> None:
        """Add a comment.

        Raises:
            EntryFaulty: it is empty or too long.
            CaseUnknown: there is no such case.
            PersonErased: nothing can be sealed for this case any more.
        """
        await self._database.run(self._write, case_id, officer, text.strip())

    async def of_case(self, case_id: str) -> tuple[Comment, ...]:
        """The comments of a case, oldest first. That somebody reads them is the caller's to record.

        Raises:
            CaseUnknown: there is no such case.
            PersonErased: nobody can read them any more.
        """
        return await self._database.run(self._of_case, case_id)

    def _write(self, case_id: str, officer: str, text: str) -> None:
        if not text:
            raise EntryFaulty(Fault("comment", "is required", "add it"))
        if len(text) > LONGEST:
            raise EntryFaulty(Fault("comment", "is too long", f"write at most {LONGEST} characters"))
        now = self._clock.now()
        with self._database.transaction() as connection:
            # The case is locked, so that two comments never take one number. SQLite ignores FOR UPDATE.
            connection.execute(select(case_file.c.case_id).where(case_file.c.case_id == case_id).with_for_update())
            person_id = person_of(connection, case_id)
            highest = select(func.max(case_comment.c.number)).where(case_comment.c.case_id == case_id)
            number = (connection.execute(highest).scalar() or 0) + 1
            sealed = self._vault.seal(connection, person_id, _place(case_id, number), text.encode())
            connection.execute(
                insert(case_comment).values(
                    case_id=case_id, number=number, officer=officer, written_at=now, sealed=sealed
                )
            )
            details = {"number": str(number)}
            self._acts.record(connection, officer, "comment_written", now, case_id=case_id, details=details)

    def _of_case(self, case_id: str) -> tuple[Comment, ...]:
        wanted = select(case_comment).where(case_comment.c.case_id == case_id).order_by(case_comment.c.number)
        with self._database.reading() as connection:
            person_id = person_of(connection, case_id)
            found = []
            for row in connection.execute(wanted).all():
                text = self._vault.unseal(connection, person_id, _place(case_id, row.number), bytes(row.sealed))
                found.append(Comment(row.number, row.officer, row.written_at, text.decode()))
        return tuple(found)


def _place(case_id: str, number: int) -> str:
    return f"comment/{case_id}/{number}"
