"""What applicants are told, kind by kind: number and state only, since anybody may look over a shoulder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.outgoing_messages import queue_message
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.letter_data import indonesian_day
from penaemas.casefiles.pbg_tables import pbg_correction_item, pbg_correction_round
from penaemas.licensing.faults import Bilingual
from penaemas.licensing.instants import wib_date

_ONCE = "1"
_TEXTS = {
    "permit_issued": Bilingual(
        "Permohonan {number}: PBG telah terbit dan dapat diunduh atau diambil di loket. Layanan ini gratis.",
        "Application {number}: the building approval is issued; download it or fetch it at the counter. It is free.",
    ),
    "application_rejected": Bilingual(
        "Permohonan {number}: ditolak. Alasan tertulis dan hak keberatan ada pada suratnya.",
        "Application {number}: rejected. The letter has the written reasons and the right to object.",
    ),
    "application_withdrawn": Bilingual(
        "Permohonan {number}: ditarik kembali sesuai permintaan.", "Application {number}: withdrawn as requested."
    ),
    "application_expired": Bilingual(
        "Permohonan {number}: ditutup karena perbaikan tidak diterima. Permohonan baru dapat diajukan kapan saja.",
        "Application {number}: closed, because no correction arrived. A new one may be handed in at any time.",
    ),
    "handed_to_ordinary_pbg": Bilingual(
        "Permohonan {number}: diteruskan sebagai PBG biasa dengan semua data; tidak perlu mengisi ulang.",
        "Application {number}: goes on as an ordinary building approval with all data; nothing is entered again.",
    ),
    "survey_invitation": Bilingual(
        "Permohonan {number}: mohon nilai layanan kami. Jawaban tidak memengaruhi permohonan.",
        "Application {number}: please rate our service. Your answer does not affect the application.",
    ),
}
_CORRECTION = Bilingual(
    "Permohonan {number}: {count} hal perlu diperbaiki paling lambat {due}. Rinciannya ada di halaman permohonan.",
    "Application {number}: {count} things need to be corrected by {due}. The page of the application lists them.",
)
CORRECTION_REQUESTED = "correction_requested"


class ApplicantNotices:
    """Queues what applicants are told, once for (case, kind, round)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send(self, case_id: str, kind: str) -> datetime:
        """Queue a notice; when that was.

        Raises:
            LookupError: no such kind.
            StepMissing: a correction is announced that nobody has asked for.
        """
        if kind not in _TEXTS and kind != CORRECTION_REQUESTED:
            raise LookupError(kind)
        return await self._desk.database.run(self._send, case_id, kind)

    def _send(self, case_id: str, kind: str) -> datetime:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            round, text = self._correction(connection, case) if kind == CORRECTION_REQUESTED else (_ONCE, _TEXTS[kind])
            filled = Bilingual(text.id.format(number=case["number"]), text.en.format(number=case["number"]))
            return queue_message(connection, case_id, kind, round, filled, desk.clock.now())

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
        indonesian = _CORRECTION.id.format(number="{number}", count=count, due=indonesian_day(day))
        english = _CORRECTION.en.format(number="{number}", count=count, due=day.isoformat())
        return str(row["round"]), Bilingual(indonesian, english)
