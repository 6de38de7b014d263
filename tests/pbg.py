"""An invented application for PBG MBR, its files, and what officers enter when nothing is wrong."""

from __future__ import annotations

import struct
import zlib
from itertools import count
from typing import Any

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.case_records import ApplicationReceipt
from penaemas.casefiles.faults import checked
from penaemas.casefiles.pbg.application_form import ApplicationEntry
from tests import signing_double

APPLICANT_NIK = "3211020202909991"
OWNER_NIK = "3211024503929992"

APPLICATION: dict[str, Any] = {
    "region_code": "32.11",
    "applicant_nik": APPLICANT_NIK,
    "applicant_name": "Budi Rekaan",
    "owner_nik": APPLICANT_NIK,
    "owner_name": "Budi Rekaan",
    "owner_address": "Dusun Karangan 1, Jatinunggal",
    "phone": "0812 0000 0001",
    "household_status": "KAWIN",
    "own_income_idr": 4_000_000,
    "partner_income_idr": 2_500_000,
    "owns_a_house": False,
    "house_kind": "SWADAYA",
    "building_form": "TUNGGAL",
    "floor_area_m2": "36.00",
    "storeys": 1,
    "prototype_code": "T36-1",
    "sub_district_code": "321102",
    "village": "Sirnasari",
    "building_address": "Blok Rekaan 7, Jatinunggal",
    "latitude": -6.9,
    "longitude": 108.2,
    "land_area_m2": "84.00",
    "land_right_kind": "HM",
    "land_right_number": "00123",
    "land_holder_name": "BUDI  Rekaan",
    "land_holder_is_owner": True,
    "consents_to_data_processing": True,
    "declares_truth": True,
}

PERSONAL = (
    *(APPLICANT_NIK, OWNER_NIK, "Budi Rekaan", "Dusun Karangan", "6281200000001", "4000000", "2500000"),
    *("Blok Rekaan", "00123", "Ani Contoh", "KAWIN"),
)

TICKED = {"no_conflict_of_interest": True}

STEPS: dict[str, dict[str, Any]] = {
    "Task_PreCheckApplication": {"documents_present": True, "warnings_seen": True, "due_time_told": True},
    "Task_RegisterApplication": {
        "registration_result": "accepted",
        "identity_seen": True,
        "income_proof_seen": True,
        "ownership_seen": True,
        "consent_confirmed": True,
    },
    "Task_CheckCompleteness": {"completeness_result": "complete", "verdict_ktp": "SESUAI", "verdict_kk": "SESUAI"},
    "Task_VerifyManually": {
        "manual_verification_result": "confirmed",
        "identity_verdict": "confirmed",
        "land_verdict": "confirmed",
        "evidence": "KTP-el dibaca dan buku tanah diperiksa di loket BPN.",
    },
    "Task_ReviewSpatialFit": {
        "spatial_review_result": "fits",
        "zone": "Permukiman",
        "spatial_statement_number": "KRK/1/2026",
        "kdb_planned_percent": 42.86,
        "kdb_limit_percent": 60,
        "klb_planned": 0.43,
        "klb_limit": 1.2,
        "gsb_planned_m": 4,
        "gsb_limit_m": 3,
    },
    "Task_ReviewPrototypeLayout": {
        "technical_review_result": "meets",
        **dict.fromkeys(("check_design_unchanged", "check_site_layout", "check_soil", "check_sanitation"), "SESUAI"),
    },
    "Task_RecordSimbgRegistration": {
        "simbg_registration_result": "recorded",
        "simbg_registration_number": "PBG-321102-02022026-01",
        "simbg_registered_on": "2026-02-02",
    },
    "Task_DecideJointly": {"joint_decision": "meets", "minutes_of_meeting": "Berita acara 1/2026: memenuhi standar"},
    "Task_IssueComplianceStatement": {
        "compliance_statement_result": "issued",
        "compliance_statement_number": "SPPST/1/2026",
        "compliance_statement_date": "2026-02-02",
    },
    "Task_ConfirmRetribution": {
        "retribution_result": "exempt",
        "computation_checked": True,
        "exemption_basis": "SKB 3 Menteri",
    },
    "Task_VerifyDraftPermit": {
        "draft_verification_result": "approved",
        "check_identity": True,
        "check_location": True,
        "check_building": True,
        "check_compliance_statement": True,
        "check_retribution": True,
    },
    "Task_RecordSimbgPermitNumber": {
        "simbg_permit_number_result": "recorded",
        "simbg_permit_number": "SK-PBG-321102-02022026-001",
        "simbg_permit_date": "2026-02-02",
    },
    "Task_SignPermit": {"signing_result": "signed"},
    "Task_HandOverPermit": {"hand_over_channel": "LOKET", "hand_over_note": "Diambil Budi Rekaan"},
    "Task_DecideRejection": {
        "rejection_reasons": "Bangunan berada di sempadan sungai menurut rencana tata ruang.",
        "rejection_legal_basis": "Perda RTRW",
        "objection_right_stated": True,
    },
}

_task_keys = count(2251799813685300)
_request_ids = count(1)


def application(**changes: Any) -> ApplicationEntry:
    """The application with some fields changed; None takes a field out."""
    content = {name: value for name, value in (APPLICATION | changes).items() if value is not None}
    if "applicant_name" in changes and "owner_name" not in changes:
        content |= {"owner_name": changes["applicant_name"], "land_holder_name": changes["applicant_name"]}
    if "applicant_nik" in changes and "owner_nik" not in changes:
        content["owner_nik"] = changes["applicant_nik"]
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
    if signing_double.signs(element_id, entry):
        key, process = next(_task_keys), office.pbg.signing.process_id
        command = await signing_double.sign(office, process, case_id, key, entry, "petugas.1")
        if command is not None:
            return command
    return await office.pbg.steps.complete_step(case_id, next(_task_keys), element_id, entry, officer="petugas.1")
