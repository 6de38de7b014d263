"""What applicants are told, kind by kind: number and state only, since anybody may look over a shoulder."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, func, select

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.casefiles.emas_tables import emas_correction_item, emas_correction_round, emas_fee
from penaemas.casefiles.outgoing_messages import queue_message
from penaemas.casefiles.pbg.letter_data import indonesian_amount, indonesian_day
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
_TEXTS = {
    "licence_issued": Bilingual(
        "Permohonan {number}: izin telah terbit; unduh dan cetak sendiri, atau ambil di loket.",
        "Application {number}: the licence is issued; download and print it, or fetch it at the counter.",
    ),
    "application_rejected": Bilingual(
        "Permohonan {number}: ditolak. Alasan tertulis dan hak keberatan ada pada suratnya.",
        "Application {number}: rejected. The letter has the written reasons and the right to object.",
    ),
    "application_withdrawn": Bilingual(
        "Permohonan {number}: ditarik kembali sesuai permintaan.", "Application {number}: withdrawn as requested."
    ),
    "application_expired": Bilingual(
        "Permohonan {number}: ditutup karena perbaikan atau pembayaran tidak diterima. Permohonan baru dapat diajukan.",
        "Application {number}: closed, because no correction or payment arrived. A new one may be handed in.",
    ),
    "survey_invitation": Bilingual(
        "Permohonan {number}: mohon nilai layanan kami; di akhir survei ada tautan pengaduan. "
        "Jawaban tidak memengaruhi permohonan.",
        "Application {number}: please rate our service; the survey ends with a link for complaints. "
        "Your answer does not affect the application.",
    ),
}
_CORRECTION = Bilingual(
    "Permohonan {number}: {count} hal perlu diperbaiki paling lambat {due}. Rinciannya ada di halaman permohonan.",
    "Application {number}: {count} things need to be corrected by {due}. The page of the application lists them.",
)
_PAYMENT = Bilingual(
    "Permohonan {number}: bayar Rp{amount} dengan nomor {notice} paling lambat {due}, hanya ke rekening kas daerah. "
    "Petugas tidak menerima uang.",
    "Application {number}: pay Rp{amount} with number {notice} by {due}, to the regional treasury only. "
    "Officers take no money.",
)


class ApplicantNotices:
    """Queues what applicants are told, once for (case, kind, round)."""

    def __init__(self, desk: EmasDesk) -> None:
        self._desk = desk

    async def send(self, case_id: str, kind: NoticeKind) -> datetime:
        """Queue a notice; when that was.

        Raises:
            CaseUnknown: there is no such case.
            StepMissing: a correction or payment is announced that nobody has asked for.
        """
        return await self._desk.database.run(self._send, case_id, kind)

    def _send(self, case_id: str, kind: NoticeKind) -> datetime:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            if kind == "correction_requested":
                round, text = self._correction(connection, case)
            elif kind == "payment_due":
                round, text = self._payment(connection, case)
            else:
                words = _TEXTS[kind]
                round, number = _ONCE, case["number"]
                text = Bilingual(words.id.format(number=number), words.en.format(number=number))
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
        return str(row["round"]), _filled(_CORRECTION, row["due_at"], number=case["number"], count=count)

    def _payment(self, connection: Connection, case: RowMapping) -> tuple[str, Bilingual]:
        fee = connection.execute(select(emas_fee).where(emas_fee.c.case_id == case["case_id"])).mappings().first()
        if fee is None:
            raise StepMissing
        amount = indonesian_amount(fee["amount_idr"])
        text = _filled(_PAYMENT, fee["due_at"], number=case["number"], amount=amount, notice=fee["number"])
        return _ONCE, text


def _filled(text: Bilingual, due_at: datetime, **words: object) -> Bilingual:
    day = wib_date(due_at)
    return Bilingual(text.id.format(due=indonesian_day(day), **words), text.en.format(due=day.isoformat(), **words))
