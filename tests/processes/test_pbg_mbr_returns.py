"""Steps of a PBG MBR case that an officer sends back inside the office, and what a registry did not know."""

import pytest

from tests.processes.kit import pbg
from tests.processes.kit.story import PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

SEEN_AGAIN = "Luas bangunan dibaca keliru."


async def test_what_a_registry_does_not_know_is_looked_up_by_hand(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office, registries_know=False)

    await pbg.complete_each(case, *pbg.INTAKE, "Task_VerifyManually", *pbg.REVIEWS, *pbg.ISSUING)

    assert (await case.ends()).state == "completed"
    assert case.path.count("Task_VerifyManually") == 1
    assert case.path[-1] == "EndEvent_PermitIssued"


async def test_a_land_right_without_a_certificate_is_looked_up_by_hand(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office, land_right_kind="GIRIK")

    await pbg.complete_each(case, *pbg.INTAKE)

    await case.waits_at("Task_VerifyManually")
    assert "Gateway_ReviewFork" not in case.path


async def test_a_returned_compliance_statement_goes_back_to_the_joint_decision(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete_up_to(case, "Task_IssueComplianceStatement")

    await pbg.complete(
        case,
        "Task_IssueComplianceStatement",
        compliance_statement_result="returned",
        return_reason=SEEN_AGAIN,
        compliance_statement_number=None,
        compliance_statement_date=None,
    )
    await pbg.complete_each(case, *pbg.ISSUING)

    assert (await case.ends()).state == "completed"
    assert (case.path.count("Task_DecideJointly"), case.path.count("Task_IssueComplianceStatement")) == (2, 2)


async def test_a_draft_goes_back_to_where_its_mistake_is(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete_up_to(case, "Task_VerifyDraftPermit")

    await pbg.complete(
        case, "Task_VerifyDraftPermit", draft_verification_result="return_to_retribution", draft_note=SEEN_AGAIN
    )
    await pbg.complete(case, "Task_ConfirmRetribution")
    await pbg.complete(
        case,
        "Task_VerifyDraftPermit",
        draft_verification_result="return_to_compliance_statement",
        draft_note=SEEN_AGAIN,
    )
    await pbg.complete_each(case, *pbg.ISSUING[1:])

    assert (await case.ends()).state == "completed"
    assert case.path.count("Task_DecideJointly") == 1
    assert case.path.count("Task_IssueComplianceStatement") == 2
    assert case.path.count("Task_ConfirmRetribution") == 3


async def test_a_permit_that_its_signer_returns_is_drafted_again_under_the_same_number(
    permit_office: PermitOffice,
) -> None:
    case = await pbg.a_family_applies(permit_office)
    await pbg.complete_up_to(case, "Task_SignPermit")
    register = permit_office.running.casefiles.pbg.register
    first_number = await register.number_of(case.case_id, "permit")

    await pbg.complete(case, "Task_SignPermit", signing_result="returned", return_reason=SEEN_AGAIN)
    await pbg.complete_each(case, *pbg.ISSUING[2:])

    assert (await case.ends()).state == "completed"
    assert (case.path.count("Task_SignPermit"), case.path.count("Task_RenderPermit")) == (2, 2)
    assert await register.number_of(case.case_id, "permit") == first_number
