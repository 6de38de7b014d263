"""What the public pages say about codes of the case files. A code that is not here is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from penaemas.portal.cases.words import CLOCK_KINDS, SUBJECTS
from penaemas.portal.forms.sentences import Words

REASONS: Final[Mapping[str, Words]] = {
    "permohonan diterima": Words("permohonan diterima", "application received"),
    "pra-periksa lulus": Words("pra-pemeriksaan lulus", "pre-check passed"),
    "berkas dinyatakan lengkap": Words("berkas dinyatakan lengkap", "file declared complete"),
    "menunggu perbaikan pemohon": Words("menunggu perbaikan dari Anda", "waiting for your correction"),
    "perbaikan diterima": Words("perbaikan Anda diterima", "your correction was received"),
    "menunggu pembayaran pemohon": Words("menunggu pembayaran dari Anda", "waiting for your payment"),
    "pembayaran diterima": Words("pembayaran diterima", "payment received"),
    "izin diserahkan": Words("izin diserahkan", "permit handed over"),
    "izin terbit": Words("izin terbit", "licence issued"),
    "perkara ditutup": Words("perkara ditutup", "case closed"),
}
KINDS: Final[Mapping[str, Words]] = CLOCK_KINDS
CLOCKS: Final[Mapping[str, Words]] = {
    "pre_check": Words("Pra-pemeriksaan", "Pre-check"),
    "promise": Words("Janji layanan 180 menit", "Promise of 180 minutes"),
    "statutory": Words("Batas undang-undang", "Limit of law"),
    "service": Words("Batas layanan", "Limit of the service"),
}
OUTCOMES: Final[Mapping[str, tuple[Words, Words]]] = {
    "TERBIT": (
        Words("Izin sudah terbit.", "The permit is issued."),
        Words(
            "Unduh izin dengan rahasia pada tanda terima, atau ambil di loket.",
            "Download it with the secret of your receipt, or fetch it at the counter.",
        ),
    ),
    "DITOLAK": (
        Words("Permohonan ditolak.", "The application was rejected."),
        Words(
            "Alasan dan cara mengajukan keberatan ada pada surat penolakan; buka dengan rahasia pada tanda terima.",
            "The reasons and how to object stand in the letter; open it with the secret of your receipt.",
        ),
    ),
    "DIBATALKAN": (
        Words("Permohonan sudah Anda tarik.", "You have taken the application back."),
        Words("Anda boleh mengajukan lagi kapan saja.", "You may apply again at any time."),
    ),
    "KEDALUWARSA": (
        Words("Permohonan berakhir karena batas waktu Anda lewat.", "It ended because your time ran out."),
        Words("Ajukan lagi; berkas yang sama boleh dipakai.", "Apply again; the same files may be used."),
    ),
    "DIALIHKAN": (
        Words("Permohonan diteruskan ke PBG biasa.", "The application goes on as an ordinary PBG."),
        Words(
            "Semua data Anda ikut diteruskan; tanyakan kelanjutannya di loket PBG.",
            "All your data went along; ask about it at the PBG counter.",
        ),
    ),
}
_DOCUMENT_FIX: Final = Words("Unggah berkas baru yang jelas dan lengkap.", "Upload a new file that is clear and whole.")
_DATA_FIX: Final = Words("Betulkan jawaban Anda.", "Correct your answers.")
_STEP_FIX: Final = Words(
    "Baca permintaan petugas, lalu betulkan jawaban atau berkasnya.",
    "Read what the officer asks, then correct answers or files.",
)
_STEPS: Final = frozenset({"PENDAFTARAN", "IDENTITAS", "TANAH", "TATA_RUANG", "TEKNIS", "UMUM"})


def fix_of(subject: str) -> Words:
    """How a thing that was asked for is mended, in general; the officer's own words need the secret."""
    if subject in _STEPS:
        return _STEP_FIX
    return _DATA_FIX if subject.startswith("DATA_") or subject.islower() else _DOCUMENT_FIX


def subject_of(subject: str, of_licence: Mapping[str, Words]) -> Words:
    """What is asked for. Args: of_licence: names of the licence's own documents and questions."""
    return of_licence.get(subject) or SUBJECTS.get(subject) or Words(subject, subject)
