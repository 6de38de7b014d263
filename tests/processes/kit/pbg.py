"""PBG MBR in the office's words: a family applies, officers complete steps, the family corrects or withdraws.

Everybody does what is usual unless the story says otherwise; so a story tells only what is special.
"""

from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from penaemas.casefiles.pbg.application_form import ApplicationEntry
from penaemas.connectors.land_registry.local import LocalLandRegistry
from penaemas.connectors.land_registry.port import LandClaim
from penaemas.connectors.population_registry.local import LocalPopulationRegistry
from penaemas.history.queries import UserTask
from penaemas.licensing.identifiers import Nik
from tests import pbg
from tests.processes.kit.story import Case, PermitOffice

OFFICER, COUNTER, FAMILY = "petugas-contoh", "loket-contoh", "keluarga-contoh"
PROTOTYPE_DOCUMENTS = ("KTP", "KK", "BUKTI_PENGHASILAN", "BUKTI_TANAH", "FOTO_LOKASI", "PILIHAN_PROTOTIPE")
DRAWINGS = ("DENAH", "TAMPAK", "POTONGAN", "GAMBAR_FONDASI", "GAMBAR_ATAP")
INTAKE = ("Task_PreCheckApplication", "Task_RegisterApplication", "Task_CheckCompleteness")
REVIEWS = ("Task_ReviewSpatialFit", "Task_ReviewPrototypeLayout", "Task_RecordSimbgRegistration")
ISSUING = (
    "Task_DecideJointly",
    "Task_IssueComplianceStatement",
    "Task_ConfirmRetribution",
    "Task_VerifyDraftPermit",
    "Task_RecordSimbgPermitNumber",
    "Task_SignPermit",
    "Task_HandOverPermit",
)
TO_THE_PERMIT = (*INTAKE, *REVIEWS, *ISSUING)
"""Every officer's step of a prototype house with SIMBG, in an order that the diagram allows."""
_MORE_STEPS: dict[str, dict[str, Any]] = {
    "Task_ConfirmLateEntry": {
        "late_entry_result": "confirmed",
        "received_at": "2026-11-02T09:00:00+07:00",
        "outage_reference": "GANGGUAN/1/2026",
        "received_by_nip": "198501012010011001",
        "late_entry_reason": "Listrik padam; berkas diterima di loket secara kertas.",
    },
    "Task_ReviewTechnicalDrawings": {
        "technical_review_result": "meets",
        **dict.fromkeys(("check_foundation", "check_columns", "check_beams", "check_roof"), "SESUAI"),
        **dict.fromkeys(("check_sanitation", "check_light_and_air"), "SESUAI"),
    },
    "Task_TakeOverAsOrdinaryPbg": {"file_taken_over": True},
    "Task_StateBreachReason": {
        "breach_reason_code": "PETUGAS_TIDAK_ADA",
        "breach_reason": "Petugas sakit dan penggantinya datang siang.",
        "breach_remedy": "Daftar pengganti harian.",
    },
}
USUAL: dict[str, dict[str, Any]] = pbg.STEPS | _MORE_STEPS
"""What an officer enters at each step when nothing is wrong."""

WITHOUT_KTP: dict[str, Any] = {
    "documents_present": False,
    "presence_ktp": "TIDAK_ADA",
    "missing_note": "KTP belum ada.",
}
"""The pre-check's answers when one document is missing."""

_FAMILIES = count(1)


async def a_family_applies(
    office: PermitOffice,
    *,
    documents: tuple[str, ...] = PROTOTYPE_DOCUMENTS,
    registries_know: bool = True,
    region_code: str | None = None,
    **differences: Any,
) -> Case:
    """A family hands in its application at the counter, each family for a plot of its own; the running case.

    Args:
        documents: kinds of files that they bring.
        registries_know: whether the registries of residents and of land know them; else they answer "unknown".
        region_code: where, if not in the story's own region.
        differences: fields of the application that differ from the usual one; None leaves a field out.
    """
    code = region_code or office.region_code
    entry = pbg.application(
        **{
            "region_code": code,
            "sub_district_code": code.replace(".", "") + "02",
            "land_right_number": f"{next(_FAMILIES):05}",
        }
        | differences
    )
    if registries_know:
        await the_registries_know(office, entry)
    running = office.running
    receipt = await running.casefiles.pbg.submission.submit(
        entry, pbg.documents(*documents), request_id=f"story-{next(_FAMILIES)}", by=COUNTER
    )
    running.wake_outbox()
    return await office.case(receipt.case_id)


async def a_family_with_own_drawings_applies(office: PermitOffice, **differences: Any) -> Case:
    """The same with drawings of their own in the place of a prototype."""
    documents = (*PROTOTYPE_DOCUMENTS[:-1], *DRAWINGS)
    return await a_family_applies(office, **{"documents": documents, "prototype_code": "NONE"} | differences)


async def a_family_applies_on_paper(office: PermitOffice, **differences: Any) -> Case:
    """The application was taken on paper the Friday before, during an outage."""
    paper = {
        "paper_received_at": office.at(-3, 9).isoformat(),
        "late_entry_reason": "Listrik padam sejak pagi.",
        "late_entry_supervisor": "Pengawas Contoh",
    }
    return await a_family_applies(office, **paper | differences)


async def the_registries_know(office: PermitOffice, entry: ApplicationEntry) -> None:
    """Owner, applicant and plot stand in the office's own tables of residents and of land."""
    casefiles, now = office.running.casefiles, office.now()
    residents = LocalPopulationRegistry(casefiles.database, casefiles.vault.blind)
    for nik, name in ((entry.applicant_nik, entry.applicant_name), (entry.owner_nik, entry.owner_name)):
        await residents.note(Nik.parse(nik, field="nik"), name, source="cerita", at=now)
    claim = LandClaim(
        entry.land_right_kind,
        entry.land_right_number,
        entry.sub_district_code,
        entry.land_holder_name,
        Decimal(entry.land_area_m2),
        entry.land_tax_number,
    )
    await LocalLandRegistry(casefiles.database, casefiles.vault.blind).note(claim, source="cerita", at=now)


async def complete(case: Case, element_id: str, *, officer: str = OFFICER, **answers: Any) -> UserTask:
    """An officer completes the open task of an element; the task as the engine has recorded it then.

    Args:
        answers: what differs from the usual entry; None leaves a field out.
    """
    task = await case.open_task(element_id)
    office = case.office.running
    entry = {**pbg.TICKED, **usual(case, element_id), **answers}
    await office.casefiles.pbg.steps.complete_step(
        case.case_id,
        task.user_task_key,
        element_id,
        {name: value for name, value in entry.items() if value is not None},
        officer=officer,
    )
    office.wake_outbox()
    return await case.task_changes(task.user_task_key, lambda task: task.ended_at is not None, f"ends {element_id}")


async def complete_each(case: Case, *element_ids: str, **answers: Mapping[str, Any]) -> None:
    """Officers complete these steps one after another.

    Args:
        answers: element id → what differs from the usual entry.
    """
    for element_id in element_ids:
        await complete(case, element_id, **answers.get(element_id, {}))


async def complete_up_to(case: Case, element_id: str, steps: tuple[str, ...] = TO_THE_PERMIT) -> UserTask:
    """Officers complete what comes before a step; its open task."""
    await complete_each(case, *steps[: steps.index(element_id)])
    return await case.open_task(element_id)


async def its_breach_is_to_be_explained(case: Case) -> Case:
    """The case ended without a permit, too late; the process that asks the supervisor why, told of like a case."""
    return await case.calls("breach_reason_v1")


async def awaits_the_family(case: Case) -> None:
    """The case waits for the correction of its latest round."""
    await case.passes("Gateway_AwaitCorrection", times=case.path.count("Task_ReceiveCorrection") + 1)


async def the_family_corrects(
    case: Case, *documents: str, explanations: Mapping[str, str] | None = None, **changes: Any
) -> None:
    """The family answers the open request, as soon as it waits for them: new files, changed fields, explanations."""
    await awaits_the_family(case)
    office = case.office.running
    await office.casefiles.pbg.corrections.submit(
        case.case_id,
        changes,
        {kind: pbg.pdf(f"perbaikan {kind} {next(_FAMILIES)}") for kind in documents},
        explanations=explanations or {},
        by=FAMILY,
    )
    office.wake_outbox()


async def the_family_withdraws(case: Case) -> None:
    """The family takes its application back."""
    office = case.office.running
    await office.casefiles.pbg.submission.withdraw(case.case_id, reason="Pindah rumah.", by=FAMILY)
    office.wake_outbox()


def usual(case: Case, element_id: str) -> dict[str, Any]:
    """What an officer enters at the step when nothing is wrong; SIMBG's numbers are each given once."""
    entry = USUAL.get(element_id, {})
    place, number = f"{case.office.region_code.replace('.', '')}02-02022026", case.process_instance_key
    if element_id == "Task_RecordSimbgRegistration":
        return entry | {"simbg_registration_number": f"PBG-{place}-{number % 10**6:06}"}
    if element_id == "Task_RecordSimbgPermitNumber":
        return entry | {"simbg_permit_number": f"SK-PBG-{place}-{number % 10**6:06}"}
    return entry
