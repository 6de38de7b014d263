"""Invented applications for licences of the catalogue, and what officers enter when nothing is wrong."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.emas.application_form import LicenceApplication
from penaemas.casefiles.emas.mandates import Mandate
from penaemas.casefiles.faults import checked
from penaemas.licensing.posts import Post
from tests import signing_double
from tests.pbg import TICKED, pdf

HEALTH, RESEARCH, ADVERTISING = "health_practice_licence", "research_permit", "advertising_permit"
FIVE_AGENCIES = ("DPUTR", "DISHUB", "SATPOLPP", "BAPENDA", "DLHK")
NIK = "3211020202909991"
DAY_ONE = date(2025, 1, 1)

FIELDS: dict[str, Any] = {
    "region_code": "32.11",
    "applicant_nik": NIK,
    "applicant_name": "Budi Rekaan",
    "applicant_address": "Dusun Karangan 1, Jatinunggal",
    "phone": "0812 0000 0001",
    "place_name": "Tempat Rekaan",
    "place_address": "Blok Rekaan 7, Jatinunggal",
    "sub_district_code": "321102",
    "consents_to_data_processing": True,
    "declares_truth": True,
    "declares_no_gratuity": True,
}
ANSWERS: dict[str, dict[str, str]] = {
    HEALTH: {"profession": "Perawat", "str_number": "CTH-0001", "str_valid_until": "2030-01-31"},
    RESEARCH: {
        "research_title": "Pasar desa rekaan",
        "institution": "Universitas Rekaan",
        "starts_on": "2026-03-02",
        "ends_on": "2026-06-30",
    },
    ADVERTISING: {"content_summary": "Toko Rekaan", "area_m2": "4", "faces": "2", "months": "6"},
}
DOCUMENTS: dict[str, tuple[str, ...]] = {
    HEALTH: ("KTP", "PAS_FOTO", "STR", "SURAT_TEMPAT_PRAKTIK"),
    RESEARCH: ("KTP", "SURAT_PENGANTAR", "PROPOSAL"),
    ADVERTISING: ("KTP", "GAMBAR_REKLAME", "PETA_LOKASI", "IZIN_PEMILIK_TEMPAT"),
}
FEE_IDR = 4 * 2 * 6 * 15_000

STEPS: dict[str, dict[str, Any]] = {
    "Task_VerifyIdentity": {
        "identity_result": "accepted",
        **dict.fromkeys(("identity_seen", "consent_explained", "no_gratuity_explained"), True),
    },
    "Task_CheckCompleteness": {"completeness_result": "complete"},
    "Task_GiveRecommendation": {
        "recommendation_result": "recommended",
        "recommendation_basis": "Diperiksa menurut ketentuan perangkat daerah.",
        "speaks_for_the_agency": True,
    },
    "Task_RecordFieldVisit": {"visited_on": "2026-02-02", "visit_findings": "Tempat sesuai gambar."},
    "Task_ConfirmFee": {"fee_checked": True, "official_channel_named": True},
    "Task_DraftLicence": {"draft_result": "drafted", "recommendations_observed": True, "valid_until": "2031-01-31"},
    "Task_VerifyDraft": {
        "verification_result": "approved",
        **dict.fromkeys(("check_identity", "check_recommendations", "check_fee"), True),
    },
    "Task_SignLicence": {"signing_result": "signed"},
    "Task_StateBreachReason": {
        "breach_reason_code": "INSTANSI_TEKNIS",
        "breach_reason": "Petugas perangkat daerah sakit.",
        "breach_remedy": "Petugas pengganti ditunjuk.",
    },
    "Task_DecideRejection": {
        "rejection_reasons": "Tempat tidak boleh dipakai untuk kegiatan ini.",
        "rejection_legal_basis": "Peraturan daerah tentang ketertiban umum",
        "objection_right_stated": True,
    },
    "Task_AuditCase": {"audit_result": "in_order"},
}
"""What an officer enters at each step when nothing is wrong."""

OFFICERS: dict[str, str] = {
    "Task_VerifyIdentity": "loket.1",
    "Task_CheckCompleteness": "operator.1",
    "Task_ConfirmFee": "retribusi.1",
    "Task_DraftLicence": "operator.1",
    "Task_VerifyDraft": "pengawas.1",
    "Task_SignLicence": "kadis",
    "Task_StateBreachReason": "pengawas.1",
    "Task_DecideRejection": "kadis",
    "Task_AuditCase": "inspektorat.1",
}

_task_keys = count(2251799813785300)
_request_ids = count(1)


def application(licence_type: str, **changes: Any) -> LicenceApplication:
    """An application with some fields changed; None takes a field out."""
    content = FIELDS | {"licence_type": licence_type, "answers": ANSWERS[licence_type]} | changes
    return checked(LicenceApplication, {name: value for name, value in content.items() if value is not None})


def documents(licence_type: str, *, without: tuple[str, ...] = ()) -> dict[str, bytes]:
    """The usual files of a licence."""
    return {kind: pdf(f"contoh {kind}") for kind in DOCUMENTS[licence_type] if kind not in without}


def agency_officer(agency: str) -> str:
    """The officer of an agency at the mall."""
    return f"rekom.{agency.lower()}"


async def agencies_have_officers(office: Office, region_code: str = "32.11") -> None:
    """Every agency has one officer with a mandate."""
    for agency in office.emas.desk.catalogue.agencies:
        mandate = Mandate(region_code, agency, agency_officer(agency), f"SK-MANDAT/{agency}", DAY_ONE, None)
        await office.emas.mandates.record(mandate, by="admin-contoh")


async def heads_are_appointed(office: Office, region_code: str = "32.11") -> None:
    """Every post and every head of an agency has a holder who is called like it."""
    posts = [*Post, *(agency.head_post for agency in office.emas.desk.catalogue.agencies.values())]
    for post in posts:
        await office.deadlines.posts.appoint(region_code, post, post.lower(), DAY_ONE, by="admin-contoh")


async def opened(office: Office, licence_type: str = HEALTH, *, without: tuple[str, ...] = (), **changes: Any) -> str:
    """A case with its number; its id."""
    receipt = await office.emas.submission.submit(
        application(licence_type, **changes),
        documents(licence_type, without=without),
        request_id=f"emas-{next(_request_ids)}",
        by="loket.1",
    )
    await office.emas.lifecycle.open_case(receipt.case_id)
    return receipt.case_id


async def done(
    office: Office, case_id: str, element_id: str, *, officer: str = "", agency: str | None = None, **changes: Any
) -> str:
    """An officer completes a step; the command's id."""
    entry = TICKED | STEPS[element_id] | changes
    if signing_double.signs(element_id, entry):
        key, process = next(_task_keys), office.emas.signing.process_id
        command = await signing_double.sign(office, process, case_id, key, entry, officer or OFFICERS[element_id])
        if command is not None:
            return command
    who = officer or (agency_officer(agency) if agency else OFFICERS[element_id])
    return await office.emas.steps.complete_step(
        case_id, next(_task_keys), element_id, entry, officer=who, agency_id=agency
    )
