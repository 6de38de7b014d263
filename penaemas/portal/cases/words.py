"""Codes of the case files, in words. A code that is not here is shown as it is, so that nothing is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from penaemas.portal.forms.sentences import Words

DOCUMENTS: Final[Mapping[str, Words]] = {
    "KTP": Words("KTP", "Identity card"),
    "KK": Words("Kartu keluarga", "Family card"),
    "BUKTI_PENGHASILAN": Words("Bukti penghasilan", "Proof of income"),
    "BUKTI_TANAH": Words("Bukti hak atas tanah", "Proof of land right"),
    "PBB": Words("PBB tahun terakhir", "Last land tax receipt"),
    "PERSETUJUAN_TETANGGA": Words("Persetujuan tetangga", "Neighbours' consent"),
    "KRK": Words("KRK/KKPR", "Spatial statement"),
    "PILIHAN_PROTOTIPE": Words("Pilihan desain prototipe", "Choice of a prototype design"),
    "DENAH": Words("Denah", "Floor plan"),
    "TAMPAK": Words("Tampak", "Elevations"),
    "POTONGAN": Words("Potongan", "Sections"),
    "GAMBAR_FONDASI": Words("Gambar fondasi", "Foundation drawing"),
    "GAMBAR_ATAP": Words("Gambar rangka dan penutup atap", "Roof drawing"),
    "FOTO_LOKASI": Words("Foto lokasi", "Photo of the site"),
    "SURAT_KUASA": Words("Surat kuasa", "Power of attorney"),
    "IZIN_PEMANFAATAN_TANAH": Words("Izin pemanfaatan tanah", "Land-use consent"),
}
_SUBJECTS: Final[Mapping[str, Words]] = {
    "DATA_PEMOHON": Words("Data pemohon", "Applicant's data"),
    "DATA_PEMILIK": Words("Data pemilik", "Owner's data"),
    "DATA_PENGHASILAN": Words("Data penghasilan", "Income data"),
    "DATA_BANGUNAN": Words("Data bangunan", "Building data"),
    "DATA_LOKASI": Words("Data lokasi", "Location data"),
    "DATA_TANAH": Words("Data tanah", "Land data"),
    "PENDAFTARAN": Words("Seluruh pendaftaran", "The whole registration"),
    "IDENTITAS": Words("Identitas", "Identity"),
    "TANAH": Words("Hak atas tanah", "Land right"),
    "TATA_RUANG": Words("Seluruh tata ruang", "The whole spatial fit"),
    "TEKNIS": Words("Seluruh teknis", "The whole technical part"),
    "UMUM": Words("Umum", "In general"),
}
SUBJECTS: Final[Mapping[str, Words]] = {**DOCUMENTS, **_SUBJECTS}
VERDICTS: Final[Mapping[str, Words]] = {
    "SESUAI": Words("Sesuai", "Conforms"),
    "TIDAK_SESUAI": Words("Tidak sesuai", "Does not conform"),
    "TIDAK_BERLAKU": Words("Tidak berlaku", "Not applicable"),
}
PAPERS: Final[Mapping[str, Words]] = {
    "draft": Words("Konsep SK", "Draft permit"),
    "permit": Words("SK PBG", "Permit"),
    "licence": Words("Izin", "Licence"),
    "rejection": Words("Surat penolakan", "Rejection letter"),
    "package": Words("Paket serah terima ke PBG biasa", "Package for the ordinary PBG"),
}
CLOCKS: Final[Mapping[str, Words]] = {
    "pre_check": Words("Pra-pemeriksaan (30 menit)", "Pre-check (30 minutes)"),
    "promise": Words("Janji layanan (180 menit)", "Service promise (180 minutes)"),
    "statutory": Words("Batas undang-undang (hari kerja)", "Limits of law (working days)"),
    "service": Words("Standar layanan (hari kerja)", "Service standard (working days)"),
}
CLOCK_KINDS: Final[Mapping[str, Words]] = {
    "start": Words("mulai", "started"),
    "pause": Words("dijeda", "paused"),
    "resume": Words("dilanjutkan", "resumed"),
    "outage_begin": Words("gangguan mulai", "outage began"),
    "outage_end": Words("gangguan selesai", "outage ended"),
    "stop": Words("berhenti", "stopped"),
}
CHECKS: Final[Mapping[str, Words]] = {
    "identity_check": Words("Identitas di data kependudukan", "Identity in the population registry"),
    "land_check": Words("Tanah di data pertanahan", "Plot in the land registry"),
    "income": Words("Penghasilan terhadap batas MBR", "Income against the MBR ceiling"),
}
ANSWERS: Final[Mapping[str, Words]] = {
    "confirmed": Words("cocok", "confirmed"),
    "not_confirmed": Words("tidak cocok", "not confirmed"),
    "matches": Words("cocok", "matches"),
    "verified": Words("cocok", "verified"),
    "matched": Words("cocok", "matched"),
    "mismatch": Words("berbeda", "differs"),
    "differs": Words("berbeda", "differs"),
    "unknown": Words("belum diketahui: diperiksa manual", "unknown: checked by hand"),
    "within": Words("di bawah batas", "within the ceiling"),
    "above": Words("di atas batas", "above the ceiling"),
    "no_table": Words("tidak ada tabel yang berlaku", "no table in force"),
}
WARNINGS: Final[Mapping[str, Words]] = {
    "nik_outside_regency": Words(
        "NIK diterbitkan di luar kabupaten ini; pastikan alamat KTP di kabupaten ini",
        "The NIK was first issued outside this regency; make sure the identity card's address lies here",
    ),
    "nik_prefix_unknown": Words(
        "Kode kecamatan pada NIK tidak dikenal; cocokkan NIK dengan KTP",
        "The sub-district code of the NIK is not known; compare the NIK with the identity card",
    ),
    "owns_a_house": Words("Pemohon sudah mempunyai rumah", "The applicant already owns a house"),
    "no_tariff": Words("Tidak ada tarif yang berlaku pada hari permohonan", "No tariff in force on that day"),
    "example_tariff": Words("Tarif masih contoh, bukan tarif resmi", "The tariff is an example, not the official one"),
    "permit_issued_before": Words(
        "Pemilik ini pernah mendapat PBG untuk bidang yang sama", "This owner had a permit for the same plot"
    ),
    "outside_bounding_box": Words("Koordinat di luar kabupaten", "The coordinates lie outside the regency"),
    "property_tax_differs": Words("NOP PBB berbeda dari data pajak", "The property tax has another record"),
    "property_tax_owed": Words("PBB tahun lalu belum lunas", "Last year's property tax is not paid"),
    "plan_forbids_the_use": Words("Rencana tata ruang melarang rumah di sini", "The plan forbids a house there"),
    "plan_allows_the_use_on_conditions": Words(
        "Rencana tata ruang memberi syarat di sini", "The plan sets conditions there"
    ),
    "simbg_has_another_number": Words("SIMBG mencatat nomor lain", "SIMBG has another number"),
}
NUMBERS: Final[Mapping[str, Words]] = {
    "registration": Words("Nomor pendaftaran", "Registration number"),
    "permit": Words("Nomor PBG", "Permit number"),
    "assessment": Words("Nomor SKRD", "Assessment number"),
    "licence": Words("Nomor izin", "Licence number"),
}
SOURCES: Final[Mapping[str, Words]] = {
    "own": Words("register kantor", "the office's register"),
    "register": Words("register kantor", "the office's register"),
    "simbg": Words("SIMBG", "SIMBG"),
}
OUTCOMES: Final[Mapping[str, Words]] = {
    "TERBIT": Words("Terbit", "Issued"),
    "DITOLAK": Words("Ditolak", "Rejected"),
    "DIBATALKAN": Words("Dibatalkan", "Withdrawn"),
    "KEDALUWARSA": Words("Kedaluwarsa", "Expired"),
    "DIALIHKAN": Words("Dialihkan", "Handed over"),
    "issued": Words("Terbit", "Issued"),
    "rejected": Words("Ditolak", "Rejected"),
    "expired": Words("Kedaluwarsa", "Expired"),
    "withdrawn": Words("Ditarik", "Withdrawn"),
    "given": Words("Diberikan", "Given"),
    "partly_given": Words("Diberikan sebagian", "Partly given"),
    "refused": Words("Ditolak", "Refused"),
}
BREACH_REASONS: Final[Mapping[str, Words]] = {
    "BEBAN_LOKET": Words("Beban loket", "Load at the counter"),
    "PETUGAS_TIDAK_ADA": Words("Petugas tidak ada", "Officer absent"),
    "SISTEM_LAIN": Words("Sistem lain", "Another system"),
    "KUALITAS_BERKAS": Words("Mutu berkas", "Quality of the file"),
    "INSTANSI_TEKNIS": Words("Dinas teknis", "Technical agency"),
    "LAINNYA": Words("Lainnya", "Other"),
}
COMPENSATIONS: Final[Mapping[str, Words]] = {
    "souvenir": Words("cendera mata", "a souvenir"),
    "priority_on_next_visit": Words("didahulukan pada kunjungan berikut", "priority on the next visit"),
}
TASK_EVENTS: Final[Mapping[str, Words]] = {
    "task_created": Words("dibuat", "created"),
    "task_assigned": Words("diambil", "taken"),
    "task_updated": Words("diubah", "changed"),
    "task_migrated": Words("dipindah ke versi baru", "moved to a new version"),
    "task_completed": Words("diselesaikan", "completed"),
    "task_canceled": Words("dibatalkan", "cancelled"),
}


def said(table: Mapping[str, Words], code: str) -> Words:
    """The words of a code, or the code itself."""
    return table.get(code, Words(code, code))
