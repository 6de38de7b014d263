"""May this application take the three-hour way, and if not, which?

Every fault is reported; the first kind of invalid, wrong region, duplicate, ordinary PBG, incomplete decides the way. A
warning goes to the officer and decides nothing. No personal value is an input: the income arrives as an answer, the
owner and the land as look-ups already made.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from penaemas.licensing.faults import Bilingual, Fault
from penaemas.licensing.legal_values import HOUSE_LIMITS, HouseKind, in_force
from penaemas.licensing.required_documents import Document, DocumentFacts, is_known_prototype, missing_documents


class Way(StrEnum):
    """Where an application goes, the earliest in this order that has a fault; `ELIGIBLE` without any."""

    INVALID = "INVALID"
    WRONG_REGION = "WRONG_REGION"
    DUPLICATE = "DUPLICATE"
    ORDINARY_PBG = "ORDINARY_PBG"
    INCOMPLETE = "INCOMPLETE"
    ELIGIBLE = "ELIGIBLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts:
    """What decides the way. Areas in m²; `income_within_ceiling` is None when no ceiling is in force on the day."""

    application_day: date
    regency: str
    building_regency: str
    income_within_ceiling: bool | None
    house_kind: HouseKind
    floor_area_m2: Decimal
    storeys: int
    land_area_m2: Decimal
    prototype_code: str | None
    documents: DocumentFacts
    documents_brought: Collection[Document]
    consents_to_data_processing: bool
    declares_truth: bool
    has_running_case_for_land_and_owner: bool
    has_issued_permit_on_land: bool
    owns_a_house_already: bool
    lies_in_bounding_box: bool | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The way, every fault with the way it leads to, and the warnings."""

    faults: tuple[tuple[Way, Fault], ...]
    warnings: tuple[Fault, ...]

    @property
    def way(self) -> Way:
        """The earliest way that any fault leads to."""
        found = {way for way, _ in self.faults}
        return next((way for way in Way if way in found), Way.ELIGIBLE)


def assess(facts: ApplicationFacts) -> Assessment:
    """All faults and warnings of an application, checked on the rules of its own day.

    Source: SKB 3 Menteri 25 November 2024; Permen PKP 5/2025; limits in `legal_values`.
    """
    faults = (*_invalid(facts), *_elsewhere(facts), *_ordinary(facts), *_incomplete(facts))
    return Assessment(faults, tuple(_warnings(facts)))


def _fault(field: str, rule: str, says: tuple[str, str], fix: tuple[str, str]) -> Fault:
    return Fault(field, rule, Bilingual(*says), Bilingual(*fix))


def _invalid(facts: ApplicationFacts) -> Iterator[tuple[Way, Fault]]:
    if facts.floor_area_m2 <= 0:
        yield Way.INVALID, _positive("luas_bangunan")
    if facts.land_area_m2 <= 0:
        yield Way.INVALID, _positive("luas_tanah")
    if facts.storeys < 1:
        yield Way.INVALID, _positive("jumlah_lantai")
    elif 0 < facts.land_area_m2 < facts.floor_area_m2 / facts.storeys:
        yield (
            Way.INVALID,
            _fault(
                "luas_tanah",
                "land_smaller_than_house",
                ("tanah lebih kecil daripada bangunan di atasnya", "the land is smaller than the house on it"),
                ("periksa luas tanah, luas bangunan dan jumlah lantai", "check both areas and the storeys"),
            ),
        )
    if facts.prototype_code is not None and not is_known_prototype(facts.prototype_code, facts.application_day):
        yield (
            Way.INVALID,
            _fault(
                "prototype_code",
                "prototype_unknown",
                ("desain prototipe ini tidak berlaku pada hari permohonan", "no such design is in force on that day"),
                ("pilih dari daftar desain, atau pilih gambar sendiri", "choose from the list, or choose own drawings"),
            ),
        )
    for field, given in (("setuju_pdp", facts.consents_to_data_processing), ("pernyataan_benar", facts.declares_truth)):
        if not given:
            yield (
                Way.INVALID,
                _fault(
                    field,
                    "statement_missing",
                    ("pernyataan ini wajib disetujui", "this statement has to be agreed to"),
                    ("beri tanda setuju setelah membacanya", "tick it after reading"),
                ),
            )
    if facts.income_within_ceiling is None:
        yield (
            Way.INVALID,
            _fault(
                "tanggal_permohonan",
                "no_income_table",
                ("tidak ada batas penghasilan yang berlaku pada hari itu", "no income ceiling is in force on that day"),
                ("periksa tanggal, atau minta aturan hari itu dimasukkan", "check the date, or have the rule entered"),
            ),
        )


def _positive(field: str) -> Fault:
    return _fault(
        field,
        "not_positive",
        ("nilainya harus lebih dari 0", "the value has to be above 0"),
        ("isi sesuai dokumen", "enter what the document says"),
    )


def _elsewhere(facts: ApplicationFacts) -> Iterator[tuple[Way, Fault]]:
    if facts.building_regency != facts.regency:
        yield (
            Way.WRONG_REGION,
            _fault(
                "kecamatan",
                "building_outside_region",
                ("bangunan berada di luar kabupaten ini", "the building lies outside this regency"),
                ("ajukan di kabupaten tempat bangunan berada", "apply in the regency of the building"),
            ),
        )
    if facts.has_running_case_for_land_and_owner:
        yield (
            Way.DUPLICATE,
            _fault(
                "nomor_hak",
                "running_case_exists",
                (
                    "permohonan untuk tanah dan pemilik yang sama sedang berjalan",
                    "an application for the same land and owner is running",
                ),
                ("lanjutkan atau cabut permohonan itu", "continue or withdraw that application"),
            ),
        )


def _ordinary(facts: ApplicationFacts) -> Iterator[tuple[Way, Fault]]:
    handed_over = ("diteruskan ke PBG biasa dengan semua data", "it is handed over to the ordinary PBG with all data")
    if facts.income_within_ceiling is False:
        says = ("penghasilan melebihi batas MBR", "the income is above the ceiling for low-income households")
        yield Way.ORDINARY_PBG, _fault("penghasilan_bulanan", "income_above_ceiling", says, handed_over)
    limits = [limit for limit in in_force(HOUSE_LIMITS, facts.application_day) if limit.house_kind is facts.house_kind]
    for limit in limits:
        if facts.floor_area_m2 > limit.floor_area_m2:
            area = limit.floor_area_m2
            says = (f"luas bangunan melebihi {area} m²", f"the floor area is above {area} m²")
            yield Way.ORDINARY_PBG, _fault("luas_bangunan", "floor_area_above_limit", says, handed_over)
        if facts.storeys > limit.storeys:
            says = (f"bangunan lebih dari {limit.storeys} lantai", f"the house has more than {limit.storeys} storeys")
            yield Way.ORDINARY_PBG, _fault("jumlah_lantai", "storeys_above_limit", says, handed_over)


def _incomplete(facts: ApplicationFacts) -> Iterator[tuple[Way, Fault]]:
    for document in missing_documents(facts.documents, facts.documents_brought):
        yield (
            Way.INCOMPLETE,
            _fault(
                f"dokumen.{document}",
                "document_missing",
                ("dokumen wajib ini belum ada", "this required document is missing"),
                ("unggah satu berkas pdf, jpg atau png", "upload one pdf, jpg or png file"),
            ),
        )


def _warnings(facts: ApplicationFacts) -> Iterator[Fault]:
    look = ("periksa sebelum melanjutkan", "look at it before going on")
    if facts.owns_a_house_already:
        says = ("pemohon menyatakan sudah punya rumah", "the applicant declares to own a house already")
        yield _fault("sudah_punya_rumah", "owns_a_house", says, look)
    if facts.has_issued_permit_on_land:
        says = ("di tanah ini pernah terbit izin", "a permit was issued on this land before")
        yield _fault("nomor_hak", "permit_issued_before", says, look)
    if facts.lies_in_bounding_box is False:
        says = ("koordinat di luar kabupaten", "the coordinates lie outside the regency")
        yield _fault("koordinat", "outside_bounding_box", says, look)
