"""How a PBG MBR case ends: issued, rejected, handed to the ordinary PBG. Expiry is told with the corrections."""

from typing import Any

import pytest

from tests.processes.kit import pbg
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

REASON = "Bangunan berada di sempadan sungai."


async def ends_at(case: Case, end: str) -> None:
    """The case is over, and that is where."""
    assert (await case.ends()).state == "completed", case.stands()
    assert case.path[-1] == end, case.stands()


async def test_a_prototype_house_gets_its_permit(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)

    await pbg.complete_each(case, *pbg.TO_THE_PERMIT)

    await ends_at(case, "EndEvent_PermitIssued")
    assert "Task_ReviewTechnicalDrawings" not in case.path
    assert "Task_VerifyManually" not in case.path, "both registries knew the family"


async def test_own_drawings_take_the_full_review(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_with_own_drawings_applies(permit_office)

    await pbg.complete_each(case, *pbg.INTAKE, "Task_ReviewSpatialFit", "Task_ReviewTechnicalDrawings")
    await pbg.complete_each(case, "Task_RecordSimbgRegistration", *pbg.ISSUING)

    await ends_at(case, "EndEvent_PermitIssued")
    assert "Task_ReviewPrototypeLayout" not in case.path


async def test_a_region_without_simbg_issues_a_concept(permit_office: PermitOffice) -> None:
    permit_office.switches(simbg_registration=False)
    case = await pbg.a_family_applies(permit_office)

    await pbg.complete_each(case, *(step for step in pbg.TO_THE_PERMIT if "Simbg" not in step))

    await ends_at(case, "EndEvent_PermitIssued")
    assert not [element for element in case.path if element.startswith("Task_RecordSimbg")]


async def test_a_case_taken_on_paper_is_confirmed_by_a_supervisor_first(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies_on_paper(permit_office)

    await pbg.complete(case, "Task_ConfirmLateEntry", received_at=permit_office.at(-3, 9).isoformat())

    await case.waits_at("Task_PreCheckApplication")
    assert case.path[:4] == (
        "StartEvent_ApplicationSubmitted",
        "Task_OpenCase",
        "Gateway_LateEntry",
        "Task_ConfirmLateEntry",
    )


@pytest.mark.parametrize(
    ("reviews", "decision"),
    [
        (
            {"Task_ReviewSpatialFit": {"spatial_review_result": "does_not_fit", "spatial_note": REASON}},
            {"joint_decision": "rejected", "rejection_reasons": REASON},
        ),
        (
            {"Task_ReviewPrototypeLayout": {"technical_review_result": "does_not_meet", "technical_note": REASON}},
            {"joint_decision": "rejected", "rejection_reasons": REASON},
        ),
        ({}, {"joint_decision": "rejected", "rejection_reasons": REASON}),
    ],
    ids=["the place does not fit", "the building does not meet the standards", "both together"],
)
async def test_an_unfit_design_is_rejected_by_the_joint_decision(
    permit_office: PermitOffice, reviews: dict[str, dict[str, str]], decision: dict[str, str]
) -> None:
    case = await pbg.a_family_applies(permit_office)

    await pbg.complete_each(case, *pbg.INTAKE, *pbg.REVIEWS, **reviews)
    await pbg.complete(case, "Task_DecideJointly", **decision)
    await pbg.complete(case, "Task_DecideRejection")

    await ends_at(case, "EndEvent_ApplicationRejected")
    assert "EndEvent_DesignRejected" in case.path


async def test_what_a_check_by_hand_refutes_is_rejected(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office, registries_know=False)

    await pbg.complete_each(case, *pbg.INTAKE)
    await pbg.complete(
        case,
        "Task_VerifyManually",
        manual_verification_result="rejected",
        land_verdict="not_confirmed",
        verification_note="Sertipikat itu milik orang lain.",
    )
    await pbg.complete(case, "Task_DecideRejection")

    await ends_at(case, "EndEvent_ApplicationRejected")
    assert "EndEvent_VerificationRejected" in case.path


@pytest.mark.parametrize(
    "differences",
    [{"land_area_m2": "20.00"}, {"sub_district_code": "321102"}],
    ids=["a plot smaller than its house", "a building in another region"],
)
async def test_an_application_that_no_repair_can_save_is_rejected_after_the_pre_check(
    permit_office: PermitOffice, differences: dict[str, Any]
) -> None:
    case = await pbg.a_family_applies(permit_office, **differences)

    await pbg.complete_each(case, "Task_PreCheckApplication", "Task_DecideRejection")

    await ends_at(case, "EndEvent_ApplicationRejected")
    assert "EndEvent_NotAcceptable" in case.path
    assert "SubProcess_ServiceWindow" not in case.path


async def test_the_later_of_two_applications_for_one_plot_is_rejected(permit_office: PermitOffice) -> None:
    first = await pbg.a_family_applies(permit_office, land_right_number="KEMBAR-1")
    await first.waits_at("Task_PreCheckApplication")
    second = await pbg.a_family_applies(permit_office, land_right_number="KEMBAR-1")

    await pbg.complete_each(second, "Task_PreCheckApplication", "Task_DecideRejection")
    await pbg.complete(first, "Task_PreCheckApplication")

    await ends_at(second, "EndEvent_ApplicationRejected")
    await first.waits_at("Task_RegisterApplication")


@pytest.mark.parametrize(
    "differences",
    [
        {"own_income_idr": 30_000_000},
        {"floor_area_m2": "49.00"},
        {"storeys": 3, "prototype_code": "NONE"},
    ],
    ids=["income above the ceiling", "floor area above 48 m²", "three storeys"],
)
async def test_who_is_not_covered_is_handed_to_the_ordinary_pbg(
    permit_office: PermitOffice, differences: dict[str, Any]
) -> None:
    case = await pbg.a_family_applies(permit_office, **differences)

    await pbg.complete_each(case, "Task_PreCheckApplication", "Task_TakeOverAsOrdinaryPbg")

    await ends_at(case, "EndEvent_HandedToOrdinaryPbg")
    assert "SubProcess_ServiceWindow" not in case.path


async def test_without_a_valid_exemption_the_case_leaves_the_promise(permit_office: PermitOffice) -> None:
    rule = permit_office.region.exemption_regulation.model_copy(update={"in_force": False})
    permit_office.works_like(permit_office.region.model_copy(update={"exemption_regulation": rule}))
    case = await pbg.a_family_applies(permit_office)

    await pbg.complete_up_to(case, "Task_ConfirmRetribution")
    await pbg.complete(
        case,
        "Task_ConfirmRetribution",
        retribution_result="not_exempt",
        exemption_basis=None,
        not_exempt_reason="Peraturan Bupati belum berlaku.",
    )
    await pbg.complete(case, "Task_TakeOverAsOrdinaryPbg")

    await ends_at(case, "EndEvent_HandedToOrdinaryPbg")
    assert "EndEvent_ExemptionNotValid" in case.path
