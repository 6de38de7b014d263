"""After a correction: what of the earlier acceptances still stands, so that nobody checks the same thing twice."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, update

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.clock_ledger import Ground, correction_reference
from penaemas.casefiles.pbg.checks import Checks
from penaemas.casefiles.pbg.correction_subjects import touches
from penaemas.casefiles.pbg.corrections import Corrections
from penaemas.casefiles.pbg.desk import SYSTEM, Desk
from penaemas.casefiles.pbg.records import Acceptances
from penaemas.casefiles.pbg.steps import latest_step
from penaemas.casefiles.pbg_tables import pbg_correction_round
from penaemas.casefiles.service_window import PAUSE_BASIS

REOPENED = "reopened"

_STEPS = {
    "registration_result": (("Task_RegisterApplication",), "accepted"),
    "completeness_result": (("Task_CheckCompleteness",), "complete"),
    "spatial_review_result": (("Task_ReviewSpatialFit",), "fits"),
    "technical_review_result": (("Task_ReviewPrototypeLayout", "Task_ReviewTechnicalDrawings"), "meets"),
    "documents_present": (("Task_PreCheckApplication",), "true"),
}


class ReceivedCorrections:
    """Closes a correction round."""

    def __init__(self, desk: Desk, checks: Checks, corrections: Corrections) -> None:
        self._desk = desk
        self._checks = checks
        self._corrections = corrections

    async def receive_round(self, case_id: str, correction_round: int) -> Acceptances:
        """Close the round; what still stands.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: no correction of this round is on file.
        """
        return await self._desk.database.run(self._receive, case_id, correction_round)

    def _receive(self, case_id: str, number: int) -> Acceptances:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            here = (
                pbg_correction_round.c.case_id == case_id,
                pbg_correction_round.c.round == number,
                pbg_correction_round.c.submitted_at.is_not(None),
            )
            found = connection.execute(pbg_correction_round.select().where(*here)).mappings().first()
            if found is None:
                raise StepMissing
            if found["received_at"] is None:
                connection.execute(update(pbg_correction_round).where(*here).values(received_at=desk.clock.now()))
            # The applicant has acted at the submission: from then on the office has the file again.
            ground = Ground("perbaikan diterima", SYSTEM, PAUSE_BASIS, correction_reference(number))
            resumed = desk.clocks.resume(connection, case_id, found["submitted_at"], ground)
            stands = {name: self._stands(connection, case, name) for name in _STEPS}
            return Acceptances(
                documents_present=stands.pop("documents_present") != REOPENED,
                identity_check=self._checks.standing(connection, case, "identity_check") or REOPENED,
                land_check=self._checks.standing(connection, case, "land_check") or REOPENED,
                clock_commitments=resumed,
                **stands,
            )

    def _stands(self, connection: Connection, case: RowMapping, name: str) -> str:
        elements, accepted = _STEPS[name]
        step = latest_step(connection, case["case_id"], *elements)
        if step is None or step["result"] != accepted:
            return REOPENED
        changed = self._desk.changed_since(connection, case["case_id"], step["application_revision"])
        return REOPENED if touches(name, changed) else accepted
