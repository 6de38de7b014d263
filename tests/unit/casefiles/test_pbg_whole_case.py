"""A whole case through the repositories, in the order of the diagram."""

from __future__ import annotations

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.outgoing_messages import messages_of
from penaemas.casefiles.overview import find_case
from penaemas.casefiles.pbg.papers import PERMIT
from tests.pbg import done, opened


async def test_a_case_goes_from_its_application_to_the_published_permit(office: Office) -> None:
    pbg = office.pbg
    case_id = await opened(office)
    facts = await pbg.opening.gather_facts(case_id, office.pbg.desk.clock.now().date())
    assert (facts.floor_area_m2, facts.land_holder_is_owner, facts.land_covers_house) == (36.0, True, True)

    for element in ("Task_PreCheckApplication", "Task_RegisterApplication"):
        await done(office, case_id, element)
    registration = await pbg.register.assign_registration_number(case_id)
    for element in (
        *("Task_CheckCompleteness", "Task_ReviewSpatialFit", "Task_ReviewPrototypeLayout"),
        *("Task_RecordSimbgRegistration", "Task_DecideJointly", "Task_IssueComplianceStatement"),
    ):
        await done(office, case_id, element)
    sheet = await pbg.retribution.calculate(case_id, exempt=True)
    await done(office, case_id, "Task_ConfirmRetribution")
    assessment = await pbg.retribution.issue_zero_assessment(case_id)
    draft = await pbg.papers.draft_permit(case_id)
    await done(office, case_id, "Task_VerifyDraftPermit")
    await done(office, case_id, "Task_RecordSimbgPermitNumber")
    number = await pbg.register.assign_permit_number(case_id, simbg_registration=True)
    permit = await pbg.papers.render_permit(case_id, simbg_registration=True)
    await done(office, case_id, "Task_SignPermit")
    await pbg.register.publish_permit(case_id)
    await pbg.notices.send(case_id, "permit_issued")
    await done(office, case_id, "Task_HandOverPermit")
    await pbg.notices.send(case_id, "survey_invitation")
    await pbg.closing.close_case(case_id, "issued")

    assert registration == "PENA-SMD-PBG-321102-02022026-01"
    assert assessment == "PENA-SMD-PBG-SKRD-321102-02022026-001"
    assert number == "SK-PBG-321102-02022026-001"
    assert (sheet.charged_idr, sheet.waived_idr) == (0, 182_347)
    assert (draft.is_concept, permit.is_concept) == (True, False)
    assert (await pbg.papers.content_as_read_by(case_id, PERMIT, "kadis")).startswith(b"%PDF-")
    overview = find_case(office.database, "PENA-SMD-2026-00001")
    assert overview
    assert overview.closed_at is not None
    with office.database.reading() as connection:
        assert [message.state for message in messages_of(connection, case_id)] == ["queued", "queued"]
