"""The services that one may apply for, each in the same shape: PBG MBR and every licence of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from penaemas.casefiles.applicants.status import PBG_SERVICE
from penaemas.casefiles.bootstrap import Office
from penaemas.licensing.service_standard import Components, Label, ServiceStandard
from penaemas.portal.cases.words import DOCUMENTS
from penaemas.portal.forms.sentences import Words


@dataclass(frozen=True, slots=True)
class PaperAskedFor:
    """A file that is asked for."""

    name: Words
    mandatory: bool
    reusable: bool


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `standard` is None for PBG MBR, which has a form and rules of its own."""

    service: str
    name: Words
    components: Components
    papers: tuple[PaperAskedFor, ...]
    is_free: bool
    standard: ServiceStandard | None


COMPONENTS: Final[tuple[tuple[str, Words], ...]] = (
    ("requirements", Words("Persyaratan", "Requirements")),
    ("procedure", Words("Sistem, mekanisme dan prosedur", "System, mechanism and procedure")),
    ("time", Words("Jangka waktu", "Time")),
    ("cost", Words("Biaya", "Cost")),
    ("product", Words("Produk layanan", "Product")),
    ("complaints", Words("Pengaduan, saran dan masukan", "Complaints and suggestions")),
    ("legal_basis", Words("Dasar hukum", "Legal basis")),
    ("facilities", Words("Sarana dan prasarana", "Facilities")),
    ("staff_competence", Words("Kompetensi pelaksana", "Competence of staff")),
    ("internal_supervision", Words("Pengawasan internal", "Internal supervision")),
    ("number_of_staff", Words("Jumlah pelaksana", "Number of staff")),
    ("service_guarantee", Words("Jaminan pelayanan", "Service guarantee")),
    ("safety_guarantee", Words("Jaminan keamanan", "Safety and security guarantee")),
    ("performance_evaluation", Words("Evaluasi kinerja", "Performance evaluation")),
)
"""The fourteen of Permenpan 15/2014, in its order."""

_ALWAYS: Final = ("KTP", "KK", "BUKTI_PENGHASILAN", "BUKTI_TANAH", "FOTO_LOKASI")


def services_of(office: Office) -> Mapping[str, Service]:
    """Every service by its id, PBG MBR first."""
    pbg = Service(
        PBG_SERVICE,
        words(office.pbg_standard.name),
        office.pbg_standard.components,
        tuple(PaperAskedFor(name, kind in _ALWAYS, False) for kind, name in DOCUMENTS.items()),
        True,
        None,
    )
    licences = {
        one.id: Service(
            one.id,
            words(one.name),
            one.components,
            tuple(PaperAskedFor(words(paper.name), paper.mandatory, paper.reusable) for paper in one.documents),
            one.fee is None,
            one,
        )
        for one in office.emas.desk.catalogue.standards.values()
    }
    return {PBG_SERVICE: pbg, **licences}


def words(label: Label) -> Words:
    """A text of the catalogue as the pages pass texts."""
    return Words(label.id, label.en)
