"""Rules of what applicants hand in, in Indonesian; part of the table of `rules_of_case_files`."""

from __future__ import annotations

from typing import Final

_SAVE_AGAIN: Final = "simpan sebagai salah satunya, lalu kirim lagi"

# A regular expression of the whole English sentence → Indonesian.
RULES_OF_APPLICATIONS: Final[tuple[tuple[str, str], ...]] = (
    # Numbers and contacts.
    (r"(?:the )?(.+) consists of digits only", r"\1 hanya terdiri atas angka"),
    (r"copy the digits from the document", "salin angka dari dokumennya"),
    (r"(?:the )?(.+) has (\d+) digits", r"\1 terdiri atas \2 angka"),
    (r"look for a missing or an extra digit", "periksa angka yang kurang atau lebih"),
    (
        r"digits 7 to 12 of the NIK are no possible date of birth",
        "angka ke-7 sampai ke-12 NIK bukan tanggal lahir yang mungkin",
    ),
    (
        r"compare with the identity card: days 01-31, or 41-71 for women",
        "cocokkan dengan KTP: tanggal 01-31, atau 41-71 untuk perempuan",
    ),
    (r"the last four digits of a NIK are never 0000", "empat angka terakhir NIK tidak mungkin 0000"),
    (r"copy the digits from the identity card", "salin angka dari KTP"),
    (r"a mobile number begins with 08 or \+628", "nomor ponsel diawali 08 atau +628"),
    (r"has the wrong form", "bentuknya salah"),
    (r"has too many digits", "terlalu banyak angka"),
    (r"is too large", "terlalu besar"),
    # Answers that contradict each other.
    (
        r"applicant and owner have one NIK and two names",
        "pemohon dan pemilik memakai satu NIK tetapi dua nama",
    ),
    (r"correct the number or a name", "betulkan nomornya atau namanya"),
    (
        r"land_holder_is_owner is ticked although the names differ",
        "dicentang sebagai pemilik, padahal namanya berbeda",
    ),
    (r"latitude and longitude come together", "lintang dan bujur harus diisi keduanya"),
    (r"add the other one", "isi yang satunya"),
    (r"this statement has to be agreed to", "pernyataan ini wajib disetujui"),
    (r"set it to true after the applicant has read it", "baca, lalu beri tanda centang"),
    (r"lies outside this region", "di luar kabupaten ini"),
    (
        r"choose the sub-district of the place, or hand it in at that region's office",
        "pilih kecamatan tempatnya, atau ajukan di kantor kabupaten itu",
    ),
    # Questions of a licence.
    (r"must be a text of at most 1000 characters", "paling banyak 1.000 huruf"),
    (r"is no date like 2026-01-31", "bukan tanggal"),
    (r"must be a number above 0", "harus angka lebih dari 0"),
    (r"answer it as the question asks", "jawab sesuai pertanyaannya"),
    (r"has no time limit in force today", "belum ada batas waktu layanan yang berlaku hari ini"),
    (r"has no tariff in force today", "belum ada tarif yang berlaku hari ini"),
    (r"have the office enter it in the service catalogue", "minta kantor melengkapi standar layanannya"),
    # Files.
    (r"is larger than 10 MB", "lebih besar dari 10 MB"),
    (r"scan it with a lower resolution", "foto atau pindai lagi dengan ukuran lebih kecil"),
    (r"is neither PDF, JPEG nor PNG", "bukan foto JPG atau PNG, dan bukan PDF"),
    (r"save it as one of these and send it again", _SAVE_AGAIN),
    (r"is a damaged picture", "gambarnya rusak"),
    (r"scan or photograph it again", "foto atau pindai lagi"),
    (r"has more than 80 million pixels", "gambarnya terlalu besar (lebih dari 80 juta titik)"),
    (
        r"has fewer than 1,000 pixels on the long side",
        "gambarnya terlalu kecil untuk dibaca (sisi panjang kurang dari 1.000 titik)",
    ),
    (r"scan it again so that it can be read", "foto lebih dekat atau pindai lagi supaya terbaca"),
    # Corrections.
    (r"was asked to be mended and is unchanged", "diminta dibetulkan, tetapi belum berubah"),
    (r"mend it, or explain why it is right as it is", "betulkan, atau jelaskan mengapa sudah benar"),
)
