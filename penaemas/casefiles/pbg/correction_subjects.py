"""What can be asked to be mended, and whose acceptance a change undoes.

Proposal of this product [I]: an acceptance stands as long as nothing it was based on is changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from penaemas.casefiles.pbg.application_form import DocumentKind

DataSubject = Literal["DATA_PEMOHON", "DATA_PEMILIK", "DATA_PENGHASILAN", "DATA_BANGUNAN", "DATA_LOKASI", "DATA_TANAH"]
Subject = Literal[
    "DATA_PEMOHON",
    "DATA_PEMILIK",
    "DATA_PENGHASILAN",
    "DATA_BANGUNAN",
    "DATA_LOKASI",
    "DATA_TANAH",
    "KTP",
    "KK",
    "BUKTI_PENGHASILAN",
    "BUKTI_TANAH",
    "PBB",
    "PERSETUJUAN_TETANGGA",
    "KRK",
    "PILIHAN_PROTOTIPE",
    "DENAH",
    "TAMPAK",
    "POTONGAN",
    "GAMBAR_FONDASI",
    "GAMBAR_ATAP",
    "FOTO_LOKASI",
    "SURAT_KUASA",
    "IZIN_PEMANFAATAN_TANAH",
    "PENDAFTARAN",
    "IDENTITAS",
    "TANAH",
    "TATA_RUANG",
    "TEKNIS",
    "UMUM",
]
"""A group of fields, a document, or what a whole step looks at; `UMUM` is answered by any change."""

DOCUMENTS = frozenset(get_args(DocumentKind))

FIELDS_OF: dict[str, frozenset[str]] = {
    "DATA_PEMOHON": frozenset({"applicant_nik", "applicant_name", "phone", "email"}),
    "DATA_PEMILIK": frozenset({"owner_nik", "owner_name", "owner_address"}),
    "DATA_PENGHASILAN": frozenset({"household_status", "own_income_idr", "partner_income_idr", "owns_a_house"}),
    "DATA_BANGUNAN": frozenset({"house_kind", "building_form", "floor_area_m2", "storeys", "prototype_code"}),
    "DATA_LOKASI": frozenset(
        {"sub_district_code", "village", "building_address", "latitude", "longitude", "spatial_statement_number"}
    ),
    "DATA_TANAH": frozenset(
        {
            "land_area_m2",
            "land_right_kind",
            "land_right_number",
            "land_holder_name",
            "land_holder_is_owner",
            "land_tax_number",
        }
    ),
}

CORRECTABLE_FIELDS = frozenset().union(*FIELDS_OF.values())

_DRAWINGS = frozenset({"DENAH", "TAMPAK", "POTONGAN", "GAMBAR_FONDASI", "GAMBAR_ATAP", "PILIHAN_PROTOTIPE"})

# acceptance → the fields and documents that it was based on
BASED_ON: dict[str, frozenset[str]] = {
    "documents_present": FIELDS_OF["DATA_PEMILIK"] | {"prototype_code", "land_holder_is_owner"},
    "registration_result": FIELDS_OF["DATA_PEMOHON"]
    | FIELDS_OF["DATA_PEMILIK"]
    | FIELDS_OF["DATA_PENGHASILAN"]
    | {"KTP", "KK", "BUKTI_PENGHASILAN", "SURAT_KUASA"},
    "completeness_result": DOCUMENTS | FIELDS_OF["DATA_PEMILIK"] | {"prototype_code", "land_holder_is_owner"},
    "identity_check": frozenset({"applicant_nik", "applicant_name", "KTP"}) | FIELDS_OF["DATA_PEMILIK"],
    "land_check": FIELDS_OF["DATA_TANAH"] | {"sub_district_code", "BUKTI_TANAH", "PBB"},
    "spatial_review_result": FIELDS_OF["DATA_LOKASI"]
    | FIELDS_OF["DATA_TANAH"]
    | {"floor_area_m2", "storeys", "building_form", "prototype_code", "KRK", "FOTO_LOKASI", "DENAH"}
    | {"PERSETUJUAN_TETANGGA", "BUKTI_TANAH"},
    "technical_review_result": FIELDS_OF["DATA_BANGUNAN"] | _DRAWINGS,
}


def touches(acceptance: str, changed: Iterable[str]) -> bool:
    """Whether any of these changed fields or documents is one that the acceptance was based on."""
    return not BASED_ON[acceptance].isdisjoint(changed)


_WHOLE_STEPS = {
    "PENDAFTARAN": "registration_result",
    "IDENTITAS": "identity_check",
    "TANAH": "land_check",
    "TATA_RUANG": "spatial_review_result",
    "TEKNIS": "technical_review_result",
}


def answers(subject: str, changed: Iterable[str]) -> bool:
    """Whether the changes touch what the subject asks for."""
    if subject == "UMUM":
        return any(True for _ in changed)
    if subject in _WHOLE_STEPS:
        return touches(_WHOLE_STEPS[subject], changed)
    return not FIELDS_OF.get(subject, frozenset({subject})).isdisjoint(changed)
