"""What is queued is sent at once, once, and its state says what is known."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.connectors.message_outcomes import Accepted, Outcome
from penaemas.connectors.whatsapp.port import ShortMessage
from tests import emas, pbg
from tests.mail.servers import MailServer, mail_server
from tests.offices import MONDAY_NINE
from tests.waiting import wait_until_async
from workers.message_channels import Channels
from workers.message_sender import MessageSender

PUBLIC = "http://127.0.0.1:8600"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as running:
        yield running


@asynccontextmanager
async def sending(office: Office, channels: Channels, *, wakes: bool = True) -> AsyncIterator[MessageSender]:
    """A sender at work."""
    sender = MessageSender(office.database, office.message_queue, channels, office.clock, first_wait_s=0.01)
    if wakes:
        office.bell.listen(sender.wake)
    running = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def told(office: Office, address: str | None, kind: str = "licence_issued") -> str:
    """A case whose applicant is to be told something; its id."""
    case_id = await emas.opened(office, email=address)
    await office.emas.notices.send(case_id, kind)  # type: ignore[arg-type]
    return case_id


def states(office: Office, case_id: str) -> list[tuple[str, str | None, str | None]]:
    """State, channel and outcome of a case's messages."""
    columns = (outgoing_message.c.state, outgoing_message.c.channel, outgoing_message.c.outcome)
    with office.database.reading() as connection:
        rows = connection.execute(select(*columns).where(outgoing_message.c.case_id == case_id))
        return [(state, channel, outcome) for state, channel, outcome in rows]


async def settled(office: Office, case_id: str) -> tuple[str, str | None, str | None]:
    """What became of the case's one message."""
    await wait_until_async(lambda: states(office, case_id)[0][0] != "queued", "the message is settled")
    (state,) = states(office, case_id)
    return state


async def test_a_message_is_sent_while_its_job_is_hardly_over(office: Office, server: MailServer) -> None:
    receiver = f"segera.{office.database.is_sqlite}@example.id"
    async with sending(office, Channels(server.client())):
        await asyncio.sleep(0)
        case_id = await told(office, receiver, "survey_invitation")
        assert await settled(office, case_id) == ("sent", "mail", "250 2.0.0")

    (mail,) = server.taken(receiver)
    link = f"{PUBLIC}/survei/{office.surveys.code(case_id)}".encode()
    assert link in office_text(mail["mail"])
    assert b"/pengaduan" in office_text(mail["mail"])


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("rcpt550.a@example.id", ("failed", "mail", "550 5.1.1")),
        ("data554.a@example.id", ("failed", "mail", "554 5.7.1")),
        ("cut.sekali@example.id", ("outcome_unknown", "mail", "connection lost")),
        ("once451.a@example.id", ("sent", "mail", "250 2.0.0")),
        (None, ("by_hand", "by_hand", "prepared")),
    ],
    ids=["no such receiver", "not wanted", "cut after the text", "taken at the second try", "no address but a phone"],
)
async def test_a_state_says_what_is_known(
    office: Office, server: MailServer, address: str | None, state: tuple[str, str, str]
) -> None:
    unique = address and address.replace("@", f".{office.database.is_sqlite}@")
    case_id = await told(office, unique)

    async with sending(office, Channels(server.client())):
        assert await settled(office, case_id) == state

    copies = len(server.taken(unique)) if unique else 0
    assert copies == (0 if state[0] in ("failed", "by_hand") else 1)


async def test_an_applicant_of_pbg_mbr_is_reached_too(office: Office, server: MailServer) -> None:
    receiver = f"rumah.{office.database.is_sqlite}@example.id"
    case_id = await pbg.opened(office, email=receiver)
    await office.pbg.notices.send(case_id, "permit_issued")

    async with sending(office, Channels(server.client())):
        assert await settled(office, case_id) == ("sent", "mail", "250 2.0.0")

    assert len(server.taken(receiver)) == 1


async def test_a_retry_keeps_its_message_id(office: Office, server: MailServer) -> None:
    receiver = f"once451.kenal.{office.database.is_sqlite}@example.id"
    case_id = await told(office, receiver)
    with office.database.reading() as connection:
        wanted = select(outgoing_message.c.message_id).where(outgoing_message.c.case_id == case_id)
        message_id = connection.execute(wanted).scalar_one()

    async with sending(office, Channels(server.client())):
        await settled(office, case_id)

    assert [mail["message_id"] for mail in server.taken(receiver)] == [f"<{message_id}@pena.example>"]


async def test_what_a_dead_sender_had_handed_over_is_unknown_and_not_sent_again(
    office: Office, server: MailServer
) -> None:
    receiver = f"mati.{office.database.is_sqlite}@example.id"
    case_id = await told(office, receiver)
    with office.database.transaction() as connection:
        connection.execute(update(outgoing_message).values(handed_over_at=MONDAY_NINE, channel="mail"))

    async with sending(office, Channels(server.client())):
        assert await settled(office, case_id) == ("outcome_unknown", "mail", "sender stopped")

    assert server.taken(receiver) == []


async def test_a_server_that_is_away_costs_no_try(office: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("away")
    (folder / "port").write_text("1")  # nobody listens there
    case_id = await told(office, "siti.rekaan@example.id")

    async with sending(office, Channels(MailServer(folder).client())):
        await wait_until_async(lambda: row(office, case_id)["next_try_at"] is not None, "it is put off")

    found = row(office, case_id)
    assert (found["state"], found["attempts"], found["handed_over_at"]) == ("queued", 0, None)
    assert found["next_try_at"] > datetime.now(UTC)


class Carrier:
    """A carrier of WhatsApp messages that takes everything; a double of the port."""

    def __init__(self) -> None:
        self.taken: list[ShortMessage] = []

    async def send(self, message: ShortMessage, handing_over: object) -> Outcome:
        await handing_over()  # type: ignore[operator]
        self.taken.append(message)
        return Accepted("202")

    async def close(self) -> None:
        pass


async def test_who_has_no_mail_is_told_by_whatsapp(office: Office) -> None:
    carrier = Carrier()
    case_id = await told(office, None)

    async with sending(office, Channels(whatsapp=carrier)):
        assert await settled(office, case_id) == ("sent", "whatsapp", "202")

    (message,) = carrier.taken
    assert message.receiver == "6281200000001"
    assert "Permohonan" in message.text


async def test_a_report_without_a_mailbox_of_the_region_reaches_nobody_and_says_so(office: Office) -> None:
    with office.database.transaction() as connection:
        report_message(connection)

    async with sending(office, Channels()):
        await wait_until_async(lambda: row(office, None)["state"] == "failed", "it is given up")

    assert row(office, None)["outcome"] == "no address"


def report_message(connection: Connection) -> None:
    texts = {"text_id": "Laporan WBS-1 masuk.", "text_en": "Report WBS-1 came."}
    place = {"kind": "bribe_received", "round": "WBS-1", "addressed_to": "INSPEKTORAT", "region_code": "32.11"}
    row = {"message_id": "00000000-0000-4000-8000-000000000001", "state": "queued", "queued_at": MONDAY_NINE}
    connection.execute(insert(outgoing_message).values(**texts, **place, **row))


def row(office: Office, case_id: str | None) -> dict[str, Any]:
    """The one message of a case."""
    with office.database.reading() as connection:
        wanted = select(outgoing_message).where(outgoing_message.c.case_id == case_id)
        return dict(connection.execute(wanted).mappings().one())


def office_text(mail: str) -> bytes:
    body = email.message_from_string(mail).get_payload(decode=True)
    assert isinstance(body, bytes)
    return body
