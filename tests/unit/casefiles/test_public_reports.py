"""Complaints, and reports of bribes that go past the line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.faults import EntryFaulty, checked
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.outgoing_messages import messages_of
from penaemas.casefiles.public_reports import ReportEntry, ReportReceipt, ReportUnknown
from penaemas.licensing.roles import Grant, Role
from tests import emas
from tests.offices import LAMPUNG_SELATAN, MONDAY_NINE, SUMEDANG

TEXT = "Petugas meminta uang rokok sebelum berkas diterima."


def officer(role: Role, region_code: str = SUMEDANG) -> Officer:
    name = role.lower()
    grants = (Grant(role, region_code),)
    return Officer(name, name, grants, (), (), "id", "auto", True, True, MONDAY_NINE, None)


INSPECTOR, LINE_MANAGER = officer(Role.INSPEKTORAT), officer(Role.PENGAWAS)


def entry(**changes: Any) -> ReportEntry:
    content: Mapping[str, Any] = {"kind": "bribe", "region_code": SUMEDANG, "text": TEXT, "anonymous": True}
    return checked(ReportEntry, {**content, **changes})


async def received(office: Office, **changes: Any) -> ReportReceipt:
    return await office.public_reports.receive(entry(**changes), request_id="laporan-1", channel="public_page")


async def test_a_report_of_a_bribe_does_not_exist_for_anybody_but_the_inspectorate(office: Office) -> None:
    receipt = await received(office)

    for other in (officer(role) for role in Role if role is not Role.INSPEKTORAT):
        assert await office.public_reports.lines_for(other) == ()
        with pytest.raises(ReportUnknown):
            await office.public_reports.read(receipt.number, other)
        with pytest.raises(ReportUnknown):
            await office.public_reports.answer(receipt.number, other, "Tidak benar.")


async def test_the_inspectorate_reads_it_and_that_is_recorded(office: Office) -> None:
    receipt = await received(office)

    content = await office.public_reports.read(receipt.number, INSPECTOR)

    assert (content.text, content.contact) == (TEXT, None)
    with office.database.reading() as connection:
        act = office.acts.after(connection, 0, limit=100)[-1]
    assert (act.actor, act.action, act.case_id) == ("inspektorat", "read_public_report", None)


async def test_the_inspectorate_of_another_region_does_not_see_it(office: Office) -> None:
    await received(office)

    assert await office.public_reports.lines_for(officer(Role.INSPEKTORAT, LAMPUNG_SELATAN)) == ()


async def test_nothing_of_it_stands_in_its_case(office: Office) -> None:
    case_id = await emas.opened(office)
    await office.emas.notices.send(case_id, "survey_invitation")
    await received(office, survey_code=office.surveys.code(case_id))

    with office.database.reading() as connection:
        kinds = [message.kind for message in messages_of(connection, case_id)]
        acts = [act.action for act in office.acts.after(connection, 0, limit=100) if act.case_id == case_id]
    (line,) = await office.public_reports.lines_for(INSPECTOR)

    assert kinds == ["survey_invitation"]
    assert not [action for action in acts if "report" in action]
    assert line.case_id == case_id


async def test_the_inspectorates_mailbox_is_told_that_it_came_and_nothing_else(office: Office) -> None:
    receipt = await received(office)

    with office.database.reading() as connection:
        message = connection.execute(select(outgoing_message)).mappings().one()

    assert (message["addressed_to"], message["region_code"], message["case_id"]) == ("INSPEKTORAT", SUMEDANG, None)
    assert receipt.number in message["text_id"]
    assert TEXT not in message["text_id"]


async def test_sent_twice_it_is_one_report(office: Office) -> None:
    first, second = await received(office), await received(office)

    assert first == second
    assert len(await office.public_reports.lines_for(INSPECTOR)) == 1


async def test_a_complaint_is_answered_by_the_supervisor_and_read_with_the_code(office: Office) -> None:
    receipt = await received(office, kind="complaint", anonymous=False, contact="0812 0000 0009")

    await office.public_reports.answer(receipt.number, LINE_MANAGER, "Kursi sudah ditambah.")

    content = await office.public_reports.read(receipt.number, LINE_MANAGER)
    status = await office.public_reports.status(receipt.code)
    assert (content.contact, content.line.is_anonymous) == ("0812 0000 0009", False)
    assert (status.number, status.answer, status.answered_at) == (receipt.number, "Kursi sudah ditambah.", MONDAY_NINE)


async def test_a_report_is_to_be_looked_at_within_three_working_days(office: Office) -> None:
    receipt = await received(office)

    status = await office.public_reports.status(receipt.code)

    assert status.due_at.isoformat() == "2026-02-05T08:00:00+00:00"  # Thursday, 15.00 WIB


async def test_an_anonymous_report_takes_no_contact() -> None:
    with pytest.raises(EntryFaulty):
        entry(contact="0812 0000 0009")


async def test_a_code_of_no_survey_is_refused(office: Office) -> None:
    with pytest.raises(EntryFaulty):
        await received(office, survey_code="AAAA-BBBB-CCCC-DDDD")


async def test_an_unknown_code_shows_no_report(office: Office) -> None:
    with pytest.raises(ReportUnknown):
        await office.public_reports.status("AAAA-BBBB-CCCC-DDDD")
