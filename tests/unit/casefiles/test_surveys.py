"""The survey at the end of a case: one answer for each invitation, results by service and period."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.outgoing_messages import messages_of
from penaemas.casefiles.surveys import SurveyAnswered, SurveyUnknown
from penaemas.licensing.satisfaction import Element, Grade
from tests import emas, pbg
from tests.offices import MONDAY_NINE, SUMEDANG, OfficeClock

TODAY = date(2026, 2, 2)
ALL_FOUR = dict.fromkeys(Element, 4)


async def invited(office: Office, licence_type: str = emas.HEALTH) -> tuple[str, str]:
    """A case whose applicant was invited; its id and the code."""
    case_id = await emas.opened(office, licence_type)
    await office.emas.notices.send(case_id, "survey_invitation")
    return case_id, office.surveys.code(case_id)


async def test_the_invitation_of_a_case_opens_its_survey(office: Office) -> None:
    _, code = await invited(office)

    invitation = await office.surveys.invitation(code.lower())

    assert (invitation.service, invitation.region_code) == (emas.HEALTH, SUMEDANG)
    assert (invitation.invited_at, invitation.answered_at) == (MONDAY_NINE, None)


async def test_a_case_of_pbg_mbr_invites_too(office: Office) -> None:
    case_id = await pbg.opened(office)

    await office.pbg.notices.send(case_id, "survey_invitation")

    assert (await office.surveys.invitation(office.surveys.code(case_id))).service == "pbg_mbr_3_jam"


async def test_a_code_opens_nothing_before_its_case_invites(office: Office) -> None:
    case_id = await emas.opened(office)

    with pytest.raises(SurveyUnknown):
        await office.surveys.invitation(office.surveys.code(case_id))


async def test_an_invitation_is_answered_once(office: Office) -> None:
    _, code = await invited(office)
    await office.surveys.answer(code, ALL_FOUR)

    with pytest.raises(SurveyAnswered):
        await office.surveys.answer(code, dict.fromkeys(Element, 1))

    assert (await office.surveys.report(SUMEDANG, TODAY, TODAY)).overall.ikm == Decimal("100.00")


async def test_nothing_answered_is_no_answer(office: Office) -> None:
    _, code = await invited(office)

    with pytest.raises(EntryFaulty):
        await office.surveys.answer(code, dict.fromkeys(Element, None))

    await office.surveys.answer(code, {Element.TIME: 3})


async def test_a_score_outside_the_choices_is_refused(office: Office) -> None:
    _, code = await invited(office)

    with pytest.raises(EntryFaulty):
        await office.surveys.answer(code, ALL_FOUR | {Element.COST: 5})


async def test_results_are_graded_by_service_and_together(office: Office) -> None:
    _, content = await invited(office, emas.HEALTH)
    _, discontent = await invited(office, emas.RESEARCH)
    await invited(office, emas.RESEARCH)
    await office.surveys.answer(content, ALL_FOUR)
    await office.surveys.answer(discontent, dict.fromkeys(Element, 2))

    report = await office.surveys.report(SUMEDANG, TODAY, TODAY)

    assert [(one.service, one.invited, one.result.respondents, one.result.grade) for one in report.services] == [
        (emas.HEALTH, 1, 1, Grade.VERY_GOOD),
        (emas.RESEARCH, 2, 1, Grade.BAD),
    ]
    assert (report.overall.ikm, report.overall.grade) == (Decimal("75.00"), Grade.POOR)


async def test_an_answer_counts_on_its_own_day(office: Office, clock: OfficeClock) -> None:
    _, code = await invited(office)
    clock.let_pass(timedelta(days=1))
    await office.surveys.answer(code, ALL_FOUR)

    first = await office.surveys.report(SUMEDANG, TODAY, TODAY)
    second = await office.surveys.report(SUMEDANG, date(2026, 2, 3), date(2026, 2, 3))

    assert (first.services[0].invited, first.overall.respondents) == (1, 0)
    assert (second.services[0].invited, second.overall.respondents) == (0, 1)


async def test_a_suggestion_is_read_by_name_and_goes_with_its_writer(office: Office) -> None:
    case_id, code = await invited(office)
    await office.surveys.answer(code, ALL_FOUR, suggestion="Tambah kursi di ruang tunggu")

    read = await office.surveys.suggestions(SUMEDANG, TODAY, TODAY, by="pengawas.1")
    with office.database.transaction() as connection:
        acts = office.acts.after(connection, 0, limit=100)
        office.vault.erase(connection, office.emas.desk.seen(connection, case_id)["person_id"], MONDAY_NINE)

    assert [one.text for one in read] == ["Tambah kursi di ruang tunggu"]
    assert (acts[-1].actor, acts[-1].action) == ("pengawas.1", "read_survey_suggestions")
    assert await office.surveys.suggestions(SUMEDANG, TODAY, TODAY, by="pengawas.1") == ()


async def test_the_message_holds_no_code(office: Office) -> None:
    case_id, code = await invited(office)

    with office.database.reading() as connection:
        (message,) = (one for one in messages_of(connection, case_id) if one.kind == "survey_invitation")

    assert code not in message.text_id
    assert "{survey_link}" in message.text_id
    assert "{complaint_link}" in message.text_en


def test_the_survey_asks_the_nine_elements(office: Office) -> None:
    assert [question.element for question in office.surveys.questions] == list(Element)
