"""An invented application for PBG MBR, its files, and what officers enter when nothing is wrong."""

from __future__ import annotations

import struct
import zlib
from itertools import count
from typing import Any

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.faults import checked
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.casefiles.pbg.records import ApplicationReceipt

APPLICANT_NIK = "3211020202900001"
OWNER_NIK = "3211024503920002"

APPLICATION: dict[str, Any] = {
    "region_code": "32.11",
    "applicant_nik": APPLICANT_NIK,
    "applicant_name": "Budi Rekaan",
    "applicant_address": "Dusun Karangan 1, Jatinunggal",
    "applicant_phone": "0812 0000 0001",
    "applicant_is_owner": True,
    "household_status": "KAWIN",
    "own_income_idr": 4_000_000,
    "partner_income_idr": 2_500_000,
    "owns_a_house_already": False,
    "house_kind": "SWADAYA",
    "building_form": "TUNGGAL",
    "floor_area_m2": "36.00",
    "storeys": 1,
    "prototype_code": "T36-1",
    "sub_district": "321102",
    "building_address": "Blok Rekaan 7, Jatinunggal",
    "latitude": -6.9,
    "longitude": 108.2,
    "land_area_m2": "84.00",
    "land_right": "HM",
    "land_right_number": "00123",
    "land_holder_name": "BUDI  Rekaan",
    "consents_to_data_processing": True,
    "declares_truth": True,
}

PERSONAL = (
    *(APPLICANT_NIK, OWNER_NIK, "Budi Rekaan", "Dusun Karangan", "6281200000001", "4000000", "2500000"),
    *("Blok Rekaan", "00123", "Ani Contoh", "KAWIN"),
)

TICKED = {"no_conflict_of_interest": True}

STEPS: dict[str, dict[str, Any]] = {
    "Task_PreCheckApplication": {"documents_present": True},
    "Task_RegisterApplication": {
        "registration_result": "accepted",
        "identity_card_seen": True,
        "data_read_back_to_applicant": True,
    },
    "Task_CheckCompleteness": {"completeness_result": "complete", "verdict_ktp": "SESUAI", "verdict_kk": "SESUAI"},
    "Task_VerifyManually": {"manual_verification_result": "confirmed", "note": "Buku tanah diperiksa di loket BPN."},
    "Task_ReviewSpatialFit": {
        "spatial_review_result": "fits",
        "zone": "Permukiman",
        "building_coverage_percent": "42.86",
        "building_coverage_limit_percent": "60",
        "floor_area_ratio": "0.43",
        "floor_area_ratio_limit": "1.2",
        "building_line_m": "4",
        "building_line_limit_m": "3",
    },
    "Task_ReviewPrototypeLayout": {
        "technical_review_result": "meets",
        "design_unchanged": True,
        "layout_fits_plot": True,
    },
    "Task_RecordSimbgRegistration": {
        "simbg_registration_result": "recorded",
        "simbg_registration_number": "PBG-321102-02022026-01",
    },
    "Task_DecideJointly": {"joint_decision": "meets", "minutes_number": "BA/1/2026"},
    "Task_IssueComplianceStatement": {
        "compliance_statement_result": "issued",
        "compliance_statement_number": "SPPST/1/2026",
        "compliance_statement_date": "2026-02-02",
    },
    "Task_ConfirmRetribution": {"retribution_result": "exempt", "computation_checked": True},
    "Task_VerifyDraftPermit": {
        "draft_verification_result": "approved",
        "names_correct": True,
        "building_correct": True,
        "land_correct": True,
        "legal_basis_correct": True,
    },
    "Task_RecordSimbgPermitNumber": {
        "simbg_permit_number_result": "recorded",
        "simbg_permit_number": "SK-PBG-321102-02022026-001",
    },
    "Task_SignPermit": {"signing_result": "signed"},
    "Task_HandOverPermit": {"handed_over_by": "DIAMBIL", "received_by_name": "Budi Rekaan"},
    "Task_DecideRejection": {
        "rejection_reasons": "Bangunan berada di sempadan sungai menurut rencana tata ruang.",
        "rejection_legal_basis": "Perda RTRW",
    },
}

_task_keys = count(2251799813685300)
_request_ids = count(1)


def application(**changes: Any) -> ApplicationEntry:
    """The application with some fields changed; None takes a field out."""
    content = {name: value for name, value in (APPLICATION | changes).items() if value is not None}
    return checked(ApplicationEntry, content)


def pdf(words: str) -> bytes:
    """The smallest thing that is read as a PDF."""
    return b"%PDF-1.4\n% " + words.encode() + b"\n%%EOF\n"


def png(width: int, height: int) -> bytes:
    """A whole black PNG."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress((b"\0" + b"\0" * ((width + 7) // 8)) * height)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def documents(*kinds: str) -> dict[str, bytes]:
    """Files of the usual kinds, or of these."""
    usual = ("KTP", "KK", "BUKTI_PENGHASILAN", "BUKTI_TANAH", "FOTO_LOKASI", "PILIHAN_PROTOTIPE")
    return {kind: pdf(f"contoh {kind}") for kind in kinds or usual}


async def submitted(office: Office, **changes: Any) -> ApplicationReceipt:
    """A new case of this application."""
    request_id = f"submission-{next(_request_ids)}"
    return await office.pbg.submission.submit(application(**changes), documents(), request_id=request_id, by="loket.1")


async def opened(office: Office, **changes: Any) -> str:
    """A case with its number; its id."""
    case_id = (await submitted(office, **changes)).case_id
    await office.pbg.opening.open_case(case_id)
    return case_id


async def done(office: Office, case_id: str, element_id: str, **changes: Any) -> str:
    """An officer completes a step; the command's id."""
    entry = TICKED | STEPS.get(element_id, {}) | changes
    return await office.pbg.steps.complete_step(case_id, next(_task_keys), element_id, entry, officer="petugas.1")
