"""The end of a case: outcome, void numbers, and one commitment over everything that was pinned on the way."""

from __future__ import annotations

from sqlalchemy import select, update

from penaemas.casefiles.breaches import breach_of
from penaemas.casefiles.clock_ledger import COMMITMENT as CLOCK_COMMITMENT
from penaemas.casefiles.clock_ledger import CaseClock, Ground
from penaemas.casefiles.commitments import commit
from penaemas.casefiles.pbg.desk import SYSTEM, Desk
from penaemas.casefiles.pbg.records import ClosedCase
from penaemas.casefiles.pbg.register import void_numbers
from penaemas.casefiles.service_window import PROMISE_BASIS
from penaemas.casefiles.tables import case_file, commitment
from penaemas.licensing.escalation_ladder import PROMISE_SECONDS

_ABOUT, _REVISION = "case", 1


class Closing:
    """Closes cases."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def close_case(self, case_id: str, outcome: str) -> ClosedCase:
        """Close the case and its clocks. Asked again, the first answer is returned.

        Raises:
            CaseUnknown: there is no such case.
        """
        return await self._desk.database.run(self._close, case_id, outcome)

    async def lacks_breach_reason(self, case_id: str) -> bool:
        """Whether the promise was broken and no officer has said why."""

        def ask() -> bool:
            with self._desk.database.reading() as connection:
                breach = breach_of(connection, case_id)
                return breach is not None and breach.reason is None

        return await self._desk.database.run(ask)

    def _close(self, case_id: str, outcome: str) -> ClosedCase:
        desk = self._desk
        with desk.database.transaction() as connection:
            case, now = desk.held(connection, case_id), desk.clock.now()
            desk.clocks.stop_all(connection, case_id, now, Ground("perkara ditutup", SYSTEM, PROMISE_BASIS))
            if case["closed_at"] is None:
                connection.execute(update(case_file).where(case_file.c.case_id == case_id).values(closed_at=now))
                desk.note(connection, case_id, outcome=outcome)
                void_numbers(connection, case_id, now)
                desk.acts.record(connection, SYSTEM, "close_case", now, case_id=case_id, details={"outcome": outcome})
            pinned = connection.execute(
                select(commitment.c.about, commitment.c.revision, commitment.c.digest)
                .where(commitment.c.case_id == case_id, commitment.c.about != _ABOUT)
                .order_by(commitment.c.about, commitment.c.revision)
            ).all()
            content = {f"{about}.{revision}": digest for about, revision, digest in pinned} | {"outcome": outcome}
            whole = commit(connection, case_id, _ABOUT, _REVISION, content, now)
            of_clocks = tuple(digest for about, _, digest in pinned if about == CLOCK_COMMITMENT)
            promise = desk.clocks.clock_of(connection, case_id, CaseClock.PROMISE)
            return ClosedCase(whole, of_clocks, promise is not None and promise.is_breached(PROMISE_SECONDS, now))
