"""What the case file finds wrong in an entry, beside the field it is about and in both languages.

The case file says its rules in English (`casefiles.faults`); a rule that nobody has translated is shown in English
rather than not at all, and tests/portal/forms holds that every rule of the officers' forms is here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, Protocol

from penaemas.portal.forms.rules_of_applications import RULES_OF_APPLICATIONS
from penaemas.portal.forms.sentences import FieldError, Words


class EntryFault(Protocol):
    """As `casefiles.faults.Fault`: a field, the rule it breaks, how to mend it; the last two in English."""

    @property
    def field(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def fix(self) -> str: ...


_WRITE_THE_REASON: Final = "tulis alasannya dengan kata yang mudah dipahami"

# A regular expression of the whole English sentence → Indonesian; \1 is a field's key or a number.
_SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    (r"is required", "wajib diisi"),
    (r"add it", "isi kolom ini"),
    (r"has to be ticked", "wajib dicentang"),
    (
        r"do what it says first, or hand the task to a colleague",
        "lakukan dulu yang tertulis, atau serahkan tugas kepada rekan",
    ),
    (r"is not known here", "tidak dikenal di sini"),
    (r"remove it or correct its spelling", "hapus, atau betulkan ejaannya"),
    (r"is none of the choices", "bukan salah satu pilihan"),
    (r"choose (.+)", r"pilih \1"),
    (r"is too short", "terlalu pendek"),
    (r"is too long", "terlalu panjang"),
    (r"write at least (\d+) characters", r"tulis paling sedikit \1 huruf"),
    (r"write at most (\d+) characters", r"tulis paling banyak \1 huruf"),
    (r"write at most (\d+) decimals", r"paling banyak \1 angka di belakang koma"),
    (r"must be at least (.+)", r"paling kecil \1"),
    (r"must be at most (.+)", r"paling besar \1"),
    (r"must be more than (.+)", r"harus lebih dari \1"),
    (r"must be a number", "harus angka"),
    (r"must be a whole number", "harus bilangan bulat"),
    (r"has too many decimals", "terlalu banyak angka di belakang koma"),
    (r"enter what the document says", "tulis sesuai dokumen"),
    (r"is no date", "bukan tanggal"),
    (r"is no instant", "bukan tanggal dan jam"),
    (r"(\w+) is required for this result", "wajib diisi untuk hasil ini"),
    (r"(\w+) is required for this decision", "wajib diisi untuk putusan ini"),
    (r"write the reason in plain words", _WRITE_THE_REASON),
    (r"write the answer to the applicant", "tulis jawaban kepada pemohon"),
    (r"name what is exempt and the legal basis", "sebutkan yang dikecualikan dan dasar hukumnya"),
    (
        r"documents_present contradicts a required document that is missing",
        "dicentang lengkap, padahal ada dokumen wajib yang tidak ada",
    ),
    (r"correct one of them", "betulkan salah satunya"),
    (r"no document is marked TIDAK_ADA", "tidak ada dokumen yang ditandai tidak ada"),
    (
        r"mark what is missing, or tick documents_present",
        "tandai yang kurang, atau centang bahwa dokumen lengkap",
    ),
    (
        r"accepted needs identity, income and ownership seen and the consent confirmed",
        "diterima hanya bila identitas, penghasilan, kepemilikan, dan persetujuan sudah diperiksa",
    ),
    (r"tick each", "centang masing-masing"),
    (r"note_\w+ is required with TIDAK_SESUAI", "catatan wajib diisi bila dokumen tidak sesuai"),
    (r"write what is wrong with it", "tulis apa yang salah"),
    (
        r"correction_subjects follow from the verdicts",
        "yang harus diperbaiki mengikuti putusan tiap dokumen",
    ),
    (r"mark the documents TIDAK_SESUAI instead", "tandai dokumennya tidak sesuai"),
    (r"completeness_result contradicts the verdicts", "hasil bertentangan dengan putusan tiap dokumen"),
    (r"manual_verification_result contradicts the verdicts", "hasil bertentangan dengan kedua putusan"),
    (
        r"correction_subjects are named although nothing is to be mended",
        "ada hal yang dipilih, padahal tidak ada yang diminta diperbaiki",
    ),
    (r"choose the other result", "pilih hasil yang lain"),
    (r"fits contradicts a value beyond its limit", "sesuai, padahal ada nilai yang melampaui batas"),
    (r"correct the value or the result", "betulkan nilainya atau hasilnya"),
    (r"meets contradicts a finding", "memenuhi, padahal ada temuan yang tidak sesuai"),
    (r"is no registration number of SIMBG", "bukan nomor pendaftaran SIMBG"),
    (r"is no permit number of SIMBG", "bukan nomor PBG dari SIMBG"),
    (r"write it like (.+)", r"tulis seperti \1"),
    (r"the sub-district is six digits, e.g. 321102", "kode kecamatan terdiri atas enam angka, misalnya 321102"),
    (r"a counter begins at 1", "nomor urut mulai dari 1"),
    (r"the date is DDMMYYYY, like in (.+)", r"tanggalnya HHBBTTTT, seperti pada \1"),
    (r"the counter has at least (\d+) digits, like in (.+)", r"nomor urut paling sedikit \1 angka, seperti pada \2"),
    (r"is not SIMBG's", "bukan nomor dari SIMBG"),
    (r"copy it from SIMBG, it looks like (.+)", r"salin dari SIMBG, bentuknya seperti \1"),
    (
        r"is recorded for case (.+) already, and SIMBG gives a number once",
        r"sudah tercatat untuk perkara \1, dan SIMBG memberi satu nomor hanya sekali",
    ),
    (
        r"copy it from SIMBG again, or have the other case corrected first",
        "salin lagi dari SIMBG, atau betulkan dulu perkara yang lain",
    ),
    (
        r"compliance_statement_number and compliance_statement_date are required",
        "nomor dan tanggal SPPST wajib diisi",
    ),
    (r"add both", "isi keduanya"),
    (r"exemption_basis is required for an exemption", "dasar hukum wajib diisi untuk pembebasan"),
    (r"name the regulation", "sebutkan peraturannya"),
    (r"approved needs every check ticked", "disetujui hanya bila semua pemeriksaan dicentang"),
    (r"return the draft otherwise", "bila tidak, kembalikan konsepnya"),
    (
        r"contradicts the computation, which charges the case",
        "bertentangan dengan perhitungan, yang menagih perkara ini",
    ),
    (
        r"choose not_exempt, or have the region's rule entered",
        "pilih tidak dibebaskan, atau minta aturan daerah dimasukkan",
    ),
    (
        r"nothing is named that the applicant should mend",
        "belum disebutkan apa yang harus diperbaiki pemohon",
    ),
    (r"write what to mend in correction_items", "tulis yang harus diperbaiki"),
    (r"contradicts a review that did not accept", "bertentangan dengan pemeriksaan yang tidak menerima"),
    (r"ask for the correction, or reject with the reason", "minta perbaikan, atau tolak dengan alasan"),
    (r"write why it is named only now; auditors read it", "tulis mengapa baru disebut sekarang; auditor membacanya"),
    (
        r"is required, because (.+) was not asked for in an earlier round",
        r"wajib diisi, karena \1 tidak diminta pada putaran sebelumnya",
    ),
)
_COMPILED: Final = tuple(
    (re.compile(pattern), indonesian) for pattern, indonesian in (*_SENTENCES, *RULES_OF_APPLICATIONS)
)


def errors_of(faults: Iterable[EntryFault], keys: Collection[str]) -> tuple[FieldError, ...]:
    """The faults as errors beside their fields; what is about no single field of the form has an empty `field`.

    Args:
        keys: of the form's fields.
    """
    return tuple(FieldError(_field(fault, keys), _both(fault.rule), _both(fault.fix)) for fault in faults)


def indonesian_of(sentence: str) -> str | None:
    """The Indonesian of a rule or fix; None if nobody has translated it."""
    for pattern, indonesian in _COMPILED:
        found = pattern.fullmatch(sentence)
        if found is not None:
            return found.expand(indonesian)
    return None


def _both(sentence: str) -> Words:
    return Words(indonesian_of(sentence) or sentence, sentence)


def _field(fault: EntryFault, keys: Collection[str]) -> str:
    if fault.field in keys:
        return fault.field
    # A rule over several fields begins with the one it is about.
    return next((word for word in re.findall(r"\w+", fault.rule) if word in keys), "")
