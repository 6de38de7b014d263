"""What applicants are told, kind by kind, in the words of `config/messages/`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, func, select

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.emas.desk import PROCESS_ID, EmasDesk
from penaemas.casefiles.emas_tables import emas_correction_item, emas_correction_round, emas_fee
from penaemas.casefiles.message_templates import MessageTemplates
from penaemas.casefiles.outgoing_messages import MessageBell, queue_message
from penaemas.casefiles.pbg.letter_data import indonesian_amount, indonesian_day
from penaemas.casefiles.surveys import Surveys
from penaemas.licensing.faults import Bilingual
from penaemas.licensing.instants import wib_date

_ONCE = "1"
NoticeKind = Literal[
    "correction_requested",
    "payment_due",
    "licence_issued",
    "application_rejected",
    "application_withdrawn",
    "application_expired",
    "survey_invitation",
]


class ApplicantNotices:
    """Queues what applicants are told, once for (case, kind, round)."""

    def __init__(self, desk: EmasDesk, templates: MessageTemplates, surveys: Surveys, bell: MessageBell) -> None:
        self._desk = desk
        self._templates = templates
        self._surveys = surveys
        self._bell = bell

    async def send(self, case_id: str, kind: NoticeKind) -> datetime:
        """Queue a notice; when that was.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: a correction or payment is announced that nobody has asked for.
        """
        queued_at = await self._desk.database.run(self._send, case_id, kind)
        self._bell.ring()
        return queued_at

    def _send(self, case_id: str, kind: NoticeKind) -> datetime:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            if kind == "correction_requested":
                round, text = self._correction(connection, case)
            elif kind == "payment_due":
                round, text = self._payment(connection, case)
            else:
                round = _ONCE
                text = self._templates.text(PROCESS_ID, kind, case["region_code"], number=case["number"])
            if kind == "survey_invitation":
                service, region_code = case["licence_type"], case["region_code"]
                self._surveys.invite(connection, case_id, service, region_code, desk.clock.now())
            return queue_message(connection, case["case_id"], kind, round, text, desk.clock.now())

    def _correction(self, connection: Connection, case: RowMapping) -> tuple[str, Bilingual]:
        of_case = emas_correction_round.c.case_id == case["case_id"]
        latest = select(emas_correction_round).where(of_case).order_by(emas_correction_round.c.round.desc())
        row = connection.execute(latest).mappings().first()
        if row is None:
            raise StepMissing
        count = connection.execute(
            select(func.count(func.distinct(emas_correction_item.c.subject))).where(
                emas_correction_item.c.case_id == case["case_id"], emas_correction_item.c.round == row["round"]
            )
        ).scalar_one()
        text = self._filled("correction_requested", case, row["due_at"], count=count)
        return str(row["round"]), text

    def _payment(self, connection: Connection, case: RowMapping) -> tuple[str, Bilingual]:
        fee = connection.execute(select(emas_fee).where(emas_fee.c.case_id == case["case_id"])).mappings().first()
        if fee is None:
            raise StepMissing
        amount = indonesian_amount(fee["amount_idr"])
        return _ONCE, self._filled("payment_due", case, fee["due_at"], amount=amount, notice=fee["number"])

    def _filled(self, kind: NoticeKind, case: RowMapping, due_at: datetime, **words: object) -> Bilingual:
        day = wib_date(due_at)
        due = Bilingual(indonesian_day(day), day.isoformat())
        region_code, number = case["region_code"], case["number"]
        return self._templates.of_each_language(PROCESS_ID, kind, region_code, due, number=number, **words)
