"""Messages that no channel has carried: an officer sends them with one press, and that stands in the file."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.message_decisions import MessageUnknown
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.outgoing_messages import messages_of
from tests import emas


async def message_of(office: Office, state: str) -> tuple[str, str]:
    """A message in this state; case and message id."""
    case_id = await emas.opened(office)
    await office.emas.notices.send(case_id, "licence_issued")
    with office.database.transaction() as connection:
        of_case = outgoing_message.c.case_id == case_id
        connection.execute(update(outgoing_message).where(of_case).values(state=state))
        wanted = select(outgoing_message.c.message_id).where(of_case)
        return case_id, connection.execute(wanted).scalar_one()


def acts_of(office: Office, case_id: str) -> list[tuple[str, str]]:
    with office.database.reading() as connection:
        return [(act.actor, act.action) for act in office.acts.after(connection, 0, 100) if act.case_id == case_id]


async def test_a_prepared_message_is_a_link_with_receiver_and_text_and_showing_it_is_recorded(office: Office) -> None:
    case_id, message_id = await message_of(office, "by_hand")

    prepared = await office.message_decisions.prepare(message_id, "loket.1")

    assert prepared.link
    link = urlsplit(prepared.link)
    assert (link.hostname, link.path) == ("wa.me", "/6281200000001")
    assert parse_qs(link.query)["text"] == [prepared.text]
    assert acts_of(office, case_id)[-1] == ("loket.1", "prepare_message")
    assert "6281200000001" not in repr(prepared)


async def test_who_sent_it_by_hand_stands_with_the_message(office: Office) -> None:
    case_id, message_id = await message_of(office, "by_hand")

    await office.message_decisions.sent_by_hand(message_id, "loket.1")

    with office.database.reading() as connection:
        (message,) = messages_of(connection, case_id)
    assert (message.state, message.channel, message.decided_by) == ("sent", "by_hand", "loket.1")
    assert acts_of(office, case_id)[-1] == ("loket.1", "message_sent_by_hand")
    assert await office.message_decisions.undelivered() == ()


async def test_a_message_of_unknown_outcome_is_sent_again_only_by_an_officer(office: Office) -> None:
    case_id, message_id = await message_of(office, "outcome_unknown")
    assert [one.state for one in await office.message_decisions.undelivered()] == ["outcome_unknown"]

    await office.message_decisions.send_again(message_id, "loket.1")

    with office.database.reading() as connection:
        (message,) = messages_of(connection, case_id)
    assert (message.message_id, message.state, message.decided_by) == (message_id, "queued", "loket.1")


@pytest.mark.parametrize("state", ["queued", "sent"])
async def test_what_the_office_sends_itself_nobody_sends_by_hand(office: Office, state: str) -> None:
    _, message_id = await message_of(office, state)

    with pytest.raises(NotAllowedNow):
        await office.message_decisions.sent_by_hand(message_id, "loket.1")


async def test_a_message_that_is_none_is_told(office: Office) -> None:
    with pytest.raises(MessageUnknown):
        await office.message_decisions.prepare("00000000-0000-4000-8000-000000000009", "loket.1")
