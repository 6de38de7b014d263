"""The family is asked to mend something, once a round; what was accepted stays accepted, and in the end time is up."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.processes.kit import pbg
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

SPATIAL = {"spatial_review_result": "correction_needed", "spatial_note": "Garis sempadan kurang dari tiga meter."}
TECHNICAL = {"technical_review_result": "correction_needed", "technical_note": "Tangki septik terlalu dekat sumur."}
CORRECTION = {"joint_decision": "correction_needed"}


async def reviews_ask(case: Case, **answers: Mapping[str, Any]) -> None:
    """Both reviews are done, and what they name is asked for in one request."""
    await pbg.complete_each(case, *pbg.INTAKE, *pbg.REVIEWS, **answers)
    await pbg.complete(case, "Task_DecideJointly", **CORRECTION)


def officers_steps(case: Case) -> dict[str, int]:
    """How often each officer's step was entered."""
    tasks = case.office.running.history.queries.tasks_of(case.process_instance_key)
    return {task.element_id: case.path.count(task.element_id) for task in tasks}


async def test_a_missing_document_is_handed_in_and_looked_at_again(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete(case, "Task_PreCheckApplication", **pbg.WITHOUT_KTP)

    await pbg.the_family_corrects(case, "KTP")
    await pbg.complete(case, "Task_PreCheckApplication")

    await case.waits_at("Task_RegisterApplication")
    assert "BoundaryEvent_PreCheckIncomplete" in case.path
    assert officers_steps(case)["Task_PreCheckApplication"] == 2


async def test_a_registration_that_asks_for_a_correction_is_done_again_without_a_second_pre_check(
    permit_office: PermitOffice,
) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete(case, "Task_PreCheckApplication")
    await pbg.complete(
        case,
        "Task_RegisterApplication",
        registration_result="correction_needed",
        registration_note="Slip gaji bulan terakhir belum ada.",
    )
    await pbg.complete(case, "Task_CheckCompleteness")

    await pbg.the_family_corrects(case, "BUKTI_PENGHASILAN")
    await pbg.complete_each(case, "Task_RegisterApplication", "Task_CheckCompleteness")

    await case.waits_at("Task_ReviewSpatialFit")
    assert officers_steps(case)["Task_PreCheckApplication"] == 1


async def test_a_document_that_does_not_conform_is_replaced_and_the_registration_stands(
    permit_office: PermitOffice,
) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete_each(case, "Task_PreCheckApplication", "Task_RegisterApplication")
    await pbg.complete(
        case,
        "Task_CheckCompleteness",
        completeness_result="correction_needed",
        verdict_foto_lokasi="TIDAK_SESUAI",
        note_foto_lokasi="Foto gelap.",
    )

    await pbg.the_family_corrects(case, "FOTO_LOKASI")
    await pbg.complete(case, "Task_CheckCompleteness")

    await case.waits_at("Task_ReviewSpatialFit")
    assert officers_steps(case)["Task_RegisterApplication"] == 1
    assert "EndEvent_FileIncomplete" in case.path


async def test_what_a_check_by_hand_could_not_confirm_is_mended_and_checked_again(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office, registries_know=False)
    await pbg.complete_each(case, *pbg.INTAKE)
    await pbg.complete(
        case,
        "Task_VerifyManually",
        manual_verification_result="correction_needed",
        land_verdict="not_confirmed",
        verification_note="Nomor sertipikat tidak terbaca.",
    )

    await pbg.the_family_corrects(case, land_right_number="BARU-77")
    await pbg.complete(case, "Task_VerifyManually")

    await case.waits_at("Task_ReviewSpatialFit")
    assert officers_steps(case)["Task_CheckCompleteness"] == 1


@pytest.mark.parametrize(
    ("asked", "changes", "documents", "again"),
    [
        (
            {"Task_ReviewSpatialFit": SPATIAL},
            {"village": "Sirnajaya"},
            (),
            ("Task_ReviewSpatialFit",),
        ),
        (
            {"Task_ReviewPrototypeLayout": TECHNICAL},
            {},
            ("PILIHAN_PROTOTIPE",),
            ("Task_CheckCompleteness", "Task_ReviewPrototypeLayout"),
        ),
        (
            {"Task_ReviewSpatialFit": SPATIAL, "Task_ReviewPrototypeLayout": TECHNICAL},
            {"floor_area_m2": "30.00"},
            (),
            ("Task_ReviewSpatialFit", "Task_ReviewPrototypeLayout"),
        ),
    ],
    ids=["the spatial review", "the technical review", "both reviews at once"],
)
async def test_after_a_correction_only_what_it_touched_is_reviewed_again(
    permit_office: PermitOffice,
    asked: dict[str, Mapping[str, Any]],
    changes: dict[str, Any],
    documents: tuple[str, ...],
    again: tuple[str, ...],
) -> None:
    case = await pbg.a_family_applies(permit_office)
    await reviews_ask(case, **asked)

    await pbg.the_family_corrects(case, *documents, **changes)
    await pbg.complete_each(case, *again, *pbg.ISSUING)

    assert (await case.ends()).state == "completed"
    assert case.path[-1] == "EndEvent_PermitIssued"
    assert case.path.count("Task_OpenCorrectionRound") == 1, "one request, whoever asked"
    twice = {step for step, times in officers_steps(case).items() if times == 2}
    assert twice == {*again, "Task_DecideJointly"}


async def test_the_joint_decision_asks_for_what_no_review_named(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete_each(case, *pbg.INTAKE, *pbg.REVIEWS)
    await pbg.complete(case, "Task_DecideJointly", **CORRECTION, correction_items="Jelaskan letak sumur tetangga.")

    await pbg.the_family_corrects(case, village="Sirnajaya")

    await case.waits_at("Task_ReviewSpatialFit", task_number=2)
    assert "EndEvent_DesignNeedsCorrection" in case.path


async def test_a_house_that_grew_in_the_correction_is_decided_again(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)
    await reviews_ask(case, Task_ReviewPrototypeLayout=TECHNICAL)

    await pbg.the_family_corrects(case, floor_area_m2="49.00")
    await pbg.complete(case, "Task_TakeOverAsOrdinaryPbg")

    assert (await case.ends()).state == "completed"
    assert case.path[-1] == "EndEvent_HandedToOrdinaryPbg"
    assert officers_steps(case)["Task_PreCheckApplication"] == 1


async def test_without_a_correction_the_case_expires_at_the_closing_of_the_fifth_working_day(
    permit_office: PermitOffice,
) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete(case, "Task_PreCheckApplication", **pbg.WITHOUT_KTP)
    await pbg.awaits_the_family(case)

    # Asked on a Monday: the fifth working day after it is the Monday of the week after, which closes at 15.00.
    await permit_office.wait_for_the_clock(permit_office.at(7, 14, 59))
    assert "IntermediateEvent_CorrectionOverdue" not in case.path
    await permit_office.wait_for_the_clock(permit_office.at(7, 15))

    assert (await case.ends()).state == "completed"
    assert case.path[-1] == "EndEvent_ApplicationExpired"


async def test_a_fourth_round_is_not_granted(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)
    for _ in range(3):
        await pbg.complete(case, "Task_PreCheckApplication", **pbg.WITHOUT_KTP)
        await pbg.the_family_corrects(case, "KTP")

    await pbg.complete(case, "Task_PreCheckApplication", **pbg.WITHOUT_KTP)

    assert (await case.ends()).state == "completed"
    assert case.path[-1] == "EndEvent_ApplicationExpired"
    assert case.path.count("Task_NotifyCorrection") == 3
