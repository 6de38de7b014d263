"""Cases that an escalation has raised, and cases found by number or by a name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import or_, select

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.clock_tables import case_priority
from penaemas.casefiles.pbg_tables import pbg_party
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.tables import case_file
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

MOST_RAISED: Final = 200
MOST_FOUND: Final = 50


def raised_cases(database: Database, regions: Collection[str]) -> dict[str, int]:
    """Case id → priority, of open cases of these regions, the highest first; at most `MOST_RAISED`. Blocks."""
    wanted = (
        select(case_priority.c.case_id, case_priority.c.priority)
        .select_from(case_priority.join(case_file))
        .where(case_file.c.closed_at.is_(None), case_file.c.region_code.in_(regions), case_priority.c.priority > 0)
        .order_by(case_priority.c.priority.desc(), case_priority.c.raised_at)
        .limit(MOST_RAISED)
    )
    with database.reading() as connection:
        return {row.case_id: row.priority for row in connection.execute(wanted)}


class CaseSearch:
    """Finds cases. What was searched for is kept nowhere; that somebody searched is an act."""

    def __init__(self, database: Database, vault: PersonVault, acts: Acts, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._acts = acts
        self._clock = clock

    async def find(self, text: str, regions: Collection[str], officer: str) -> tuple[str, ...]:
        """Ids of cases of these regions with this number, or of a person with exactly this name, the newest first.

        Upper and lower case and outer blanks do not matter.
        """
        return await self._database.run(self._find, text.strip(), regions, officer)

    def _find(self, text: str, regions: Collection[str], officer: str) -> tuple[str, ...]:
        if not text:
            return ()
        with self._database.transaction() as connection:
            self._acts.record(connection, officer, "search_cases", self._clock.now())
            persons = self._vault.find(connection, "name", text)
            of_parties = select(pbg_party.c.case_id).where(pbg_party.c.person_id.in_(persons))
            of_persons = case_file.c.person_id.in_(persons), case_file.c.case_id.in_(of_parties)
            matches = or_(case_file.c.number == text.upper(), *of_persons)
            wanted = (
                select(case_file.c.case_id)
                .where(matches, case_file.c.region_code.in_(regions))
                .order_by(case_file.c.received_at.desc())
                .limit(MOST_FOUND)
            )
            return tuple(connection.execute(wanted).scalars())
