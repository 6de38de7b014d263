"""The technical recommendations of a case: which agencies are asked now, and what all of them together mean.

A recommendation stands after a correction as long as nothing that it was based on has changed. Silence is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, RowMapping

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.licensing.service_standard import EVERYTHING, AgencyRequest

GIVE = "Task_GiveRecommendation"
FAVOURABLE, CORRECTION, NEGATIVE = "recommended", "correction_needed", "not_recommended"
Outcome = Literal["recommended", "correction_needed", "not_recommended"]


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """An agency that is asked now. Minutes of the back office."""

    agency_id: str
    role: str
    minutes: int


class Recommendations:
    """Asks and weighs."""

    def __init__(self, desk: EmasDesk) -> None:
        self._desk = desk

    async def weigh(self, case_id: str) -> Outcome:
        """What the agencies' answers together mean: one refusal refuses, one open point goes to the applicant.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: an agency has not answered.
        """

        def read() -> Outcome:
            with self._desk.database.reading() as connection:
                return self._weigh(connection, self._desk.seen(connection, case_id))

        return await self._desk.database.run(read)

    def open_requests(self, connection: Connection, case: RowMapping) -> tuple[OpenRequest, ...]:
        """Whom to ask: every agency of the standard whose favourable recommendation does not stand."""
        asked = (
            request for request in self._desk.standard(case).agencies if not self._stands(connection, case, request)
        )
        return tuple(
            OpenRequest(one.agency, self._desk.catalogue.agencies[one.agency].officers_role, one.minutes)
            for one in asked
        )

    def _stands(self, connection: Connection, case: RowMapping, request: AgencyRequest) -> bool:
        step = self._desk.latest_step(connection, case["case_id"], [GIVE], request.agency)
        if step is None or step["result"] != FAVOURABLE:
            return False
        changed = self._desk.changed_since(connection, case["case_id"], step["application_revision"])
        return changed.isdisjoint({*request.looks_at, EVERYTHING})

    def _weigh(self, connection: Connection, case: RowMapping) -> Outcome:
        results = set()
        for request in self._desk.standard(case).agencies:
            step = self._desk.latest_step(connection, case["case_id"], [GIVE], request.agency)
            if step is None or step["result"] not in (FAVOURABLE, CORRECTION, NEGATIVE):
                raise StepMissing
            results.add(step["result"])
        if NEGATIVE in results:
            return "not_recommended"
        return "correction_needed" if CORRECTION in results else "recommended"
