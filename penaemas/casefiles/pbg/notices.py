"""What applicants are told, kind by kind, in the words of `config/messages/`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.message_templates import KINDS, MessageTemplates
from penaemas.casefiles.outgoing_messages import MessageBell, queue_message
from penaemas.casefiles.pbg.desk import PROCESS_ID, Desk
from penaemas.casefiles.pbg.letter_data import indonesian_day
from penaemas.casefiles.pbg_tables import pbg_correction_item, pbg_correction_round
from penaemas.casefiles.surveys import Surveys
from penaemas.licensing.faults import Bilingual
from penaemas.licensing.instants import wib_date

_ONCE = "1"
CORRECTION_REQUESTED = "correction_requested"
SURVEY_INVITATION = "survey_invitation"


class ApplicantNotices:
    """Queues what applicants are told, once for (case, kind, round)."""

    def __init__(self, desk: Desk, templates: MessageTemplates, surveys: Surveys, bell: MessageBell) -> None:
        self._desk = desk
        self._templates = templates
        self._surveys = surveys
        self._bell = bell

    async def send(self, case_id: str, kind: str) -> datetime:
        """Queue a notice; when that was.

        Raises:
            LookupError: no such kind.
            StepMissing: a correction is announced that nobody has asked for.
        """
        if kind not in KINDS[PROCESS_ID]:
            raise LookupError(kind)
        queued_at = await self._desk.database.run(self._send, case_id, kind)
        self._bell.ring()
        return queued_at

    def _send(self, case_id: str, kind: str) -> datetime:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            now, region_code = desk.clock.now(), case["region_code"]
            if kind == CORRECTION_REQUESTED:
                round, text = self._correction(connection, case)
            else:
                text = self._templates.text(PROCESS_ID, kind, region_code, number=case["number"])
                round = _ONCE
            if kind == SURVEY_INVITATION:
                self._surveys.invite(connection, case_id, PROCESS_ID, region_code, now)
            return queue_message(connection, case_id, kind, round, text, now)

    def _correction(self, connection: Connection, case: RowMapping) -> tuple[str, Bilingual]:
        of_case = pbg_correction_round.c.case_id == case["case_id"]
        latest = select(pbg_correction_round).where(of_case).order_by(pbg_correction_round.c.round.desc())
        row = connection.execute(latest).mappings().first()
        if row is None:
            raise StepMissing
        count = connection.execute(
            select(func.count())
            .select_from(pbg_correction_item)
            .where(pbg_correction_item.c.case_id == case["case_id"], pbg_correction_item.c.round == row["round"])
        ).scalar_one()
        day = wib_date(row["due_at"])
        due = Bilingual(indonesian_day(day), day.isoformat())
        words = {"number": case["number"], "count": count}
        texts = self._templates
        text = texts.of_each_language(PROCESS_ID, CORRECTION_REQUESTED, case["region_code"], due, **words)
        return str(row["round"]), text
