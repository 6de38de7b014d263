"""The correction that a case waits for, as the counter and the applicant see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.pbg.corrections import Corrections
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.records import CorrectionItem


@dataclass(frozen=True, slots=True)
class AskedCorrection:
    """An open round. `submitted_at` is set when the answer has arrived and the process does not know it yet."""

    round: int
    due_at: datetime
    submitted_at: datetime | None


class AskedCorrections:
    """Reads open rounds."""

    def __init__(self, desk: Desk, corrections: Corrections) -> None:
        self._desk = desk
        self._corrections = corrections

    def of_case(self, connection: Connection, case_id: str) -> AskedCorrection | None:
        """The open round, or None."""
        row = self._corrections.open_one(connection, case_id)
        return AskedCorrection(row["round"], row["due_at"], row["submitted_at"]) if row else None

    async def items_as_read_by(self, case_id: str, who: str) -> tuple[AskedCorrection, tuple[CorrectionItem, ...]]:
        """The open round and the officers' words; that somebody read them is recorded first.

        Raises:
            CaseUnknown: there is no such case.
            NotAllowedNow: no correction is asked for.
            PersonErased: nobody can read it any more.
        """
        asked = await self._desk.database.run(self._recorded, case_id, who)
        return asked, await self._corrections.items(case_id, asked.round)

    def _recorded(self, case_id: str, who: str) -> AskedCorrection:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            asked = self.of_case(connection, case_id)
            if asked is None or case["closed_at"] is not None or case["withdrawn_at"] is not None:
                raise NotAllowedNow("no correction is asked for")
            details = {"round": str(asked.round)}
            desk.acts.record(connection, who, "view_correction", desk.clock.now(), case_id=case_id, details=details)
            return asked
