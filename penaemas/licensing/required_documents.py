"""Which documents an application for PBG MBR needs, and whether the technical route is short or full.

A Python reference of the decision tables of the same names: the tables must agree with it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from penaemas.licensing.legal_values import PROTOTYPE_DESIGNS, PROTOTYPE_LIMITS, in_force


class Document(StrEnum):
    """A kind of document; one file each."""

    IDENTITY_CARD = "KTP"
    FAMILY_CARD = "KK"
    PROOF_OF_INCOME = "BUKTI_PENGHASILAN"
    PROOF_OF_LAND = "BUKTI_TANAH"
    PROPERTY_TAX = "PBB"
    NEIGHBOURS_CONSENT = "PERSETUJUAN_TETANGGA"
    SPATIAL_STATEMENT = "KRK"
    PROTOTYPE_CHOICE = "PILIHAN_PROTOTIPE"
    FLOOR_PLAN = "DENAH"
    ELEVATIONS = "TAMPAK"
    SECTIONS = "POTONGAN"
    FOUNDATION_DRAWING = "GAMBAR_FONDASI"
    ROOF_DRAWING = "GAMBAR_ATAP"
    SITE_PHOTO = "FOTO_LOKASI"
    POWER_OF_ATTORNEY = "SURAT_KUASA"
    LAND_USE_PERMIT = "IZIN_PEMANFAATAN_TANAH"


class TechnicalRoute(StrEnum):
    """Short: layout only, the design is already checked. Full: the whole sheet."""

    SHORT = "SINGKAT"
    FULL = "LENGKAP"


ALWAYS_REQUIRED = (
    Document.IDENTITY_CARD,
    Document.FAMILY_CARD,
    Document.PROOF_OF_INCOME,
    Document.PROOF_OF_LAND,
    Document.SITE_PHOTO,
)
OWN_DRAWINGS = (
    Document.FLOOR_PLAN,
    Document.ELEVATIONS,
    Document.SECTIONS,
    Document.FOUNDATION_DRAWING,
    Document.ROOF_DRAWING,
)
OPTIONAL = (Document.PROPERTY_TAX,)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What decides the list. The last two are switches of the region."""

    uses_prototype: bool
    owner_is_applicant: bool
    land_holder_is_owner: bool
    neighbours_consent_required: bool
    spatial_statement_made_at_counter: bool


def required_documents(facts: DocumentFacts) -> tuple[Document, ...]:
    """The documents without which a file is not complete, in the order of the checklist."""
    required = set(ALWAYS_REQUIRED)
    required.update([Document.PROTOTYPE_CHOICE] if facts.uses_prototype else OWN_DRAWINGS)
    conditional = {
        Document.NEIGHBOURS_CONSENT: facts.neighbours_consent_required,
        Document.SPATIAL_STATEMENT: not facts.spatial_statement_made_at_counter,
        Document.POWER_OF_ATTORNEY: not facts.owner_is_applicant,
        Document.LAND_USE_PERMIT: not facts.land_holder_is_owner,
    }
    required.update(document for document, needed in conditional.items() if needed)
    return tuple(document for document in Document if document in required)


def missing_documents(facts: DocumentFacts, brought: Collection[Document]) -> tuple[Document, ...]:
    """What is required and was not brought, in the order of the checklist."""
    return tuple(document for document in required_documents(facts) if document not in brought)


def is_known_prototype(code: str, day: date) -> bool:
    """Whether the code names a standard design in force on the day."""
    return code in {design.code for design in in_force(PROTOTYPE_DESIGNS, day)}


def technical_route(prototype_code: str | None, floor_area_m2: Decimal, storeys: int, day: date) -> TechnicalRoute:
    """Short for a standard design in force within its floor area (72 m² in one storey, 90 m² in two), else full."""
    if prototype_code is None or not is_known_prototype(prototype_code, day):
        return TechnicalRoute.FULL
    within = any(
        limit.storeys == storeys and floor_area_m2 <= limit.floor_area_m2 for limit in in_force(PROTOTYPE_LIMITS, day)
    )
    return TechnicalRoute.SHORT if within else TechnicalRoute.FULL
