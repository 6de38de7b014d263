"""What the killed children do: tell an applicant something, and take the treasury's notice of a payment.

Each child has a case of its own, made before; it does again what its predecessor may have left undone.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.person_vault import PersonVault
from penaemas.storage.database import Database
from tests.emas import FEE_IDR
from tests.mail.servers import MailServer
from tests.offices import MASTER_KEY, MONDAY_NINE, OfficeClock
from tests.waiting import wait_until
from workers.licences.notify import NotifyInput, notify
from workers.licences.receive_payment import ReceivePaymentInput, receive_payment
from workers.message_channels import Channels
from workers.message_sender import MessageSender

FILES: Final = {
    "tell": (
        "workers/licences/notify.py",
        "workers/message_channels.py",
        "workers/message_sender.py",
        "workers/message_writes.py",
        "penaemas/casefiles/emas/notices.py",
        "penaemas/casefiles/message_queue.py",
        "penaemas/casefiles/outgoing_messages.py",
        "penaemas/connectors/mail/mime.py",
        "penaemas/connectors/mail/smtp.py",
    ),
    "take_payment": (
        "workers/licences/receive_payment.py",
        "penaemas/casefiles/acts.py",
        "penaemas/casefiles/clock_ledger.py",
        "penaemas/casefiles/emas/fees.py",
        "penaemas/casefiles/outbox.py",
    ),
}


def cases_in(folder: Path) -> list[str]:
    """The ids of the cases that were made, in the order in which the children use them."""
    found: list[str] = json.loads((folder / "cases").read_text(encoding="utf-8"))
    return found


def opened(url: str, folder: Path) -> Office:
    """The office an hour later. Nothing is connected yet, so that each child makes connections of its own."""
    clock = OfficeClock(MONDAY_NINE + timedelta(hours=1))
    return wire(Database.open(url), PersonVault(MASTER_KEY), clock, files=folder / "files")


async def tell(office: Office, folder: Path, numbers: range) -> None:
    """The job that tells the applicant, and the sender, until nothing is queued."""
    cases = cases_in(folder)
    for case_id in (cases[number] for number in numbers):
        await notify(NotifyInput(case_id=case_id, notice_kind="licence_issued"), emas_notices=office.emas.notices)
    mail = MailServer(folder / "mail").client()
    sender = MessageSender(office.database, office.message_queue, Channels(mail), office.clock, at_once=2)
    sending = asyncio.create_task(sender.run())
    await office.database.run(_until_settled, office)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    office.close()


async def take_payment(office: Office, folder: Path, numbers: range) -> None:
    """The treasury tells of a payment, and the job that goes on with the case."""
    cases = cases_in(folder)
    for number in numbers:
        case_id = cases[number]
        await office.emas.fees.record_payment(
            case_id, reference=f"STS-{number}", amount_idr=FEE_IDR, paid_at=office.clock.now(), by="bendahara.1"
        )
        await receive_payment(ReceivePaymentInput(case_id=case_id), emas_fees=office.emas.fees)
    office.close()


def _until_settled(office: Office) -> None:
    wanted = select(func.count()).select_from(outgoing_message).where(outgoing_message.c.state == "queued")

    def settled() -> bool:
        with office.database.reading() as connection:
            return connection.execute(wanted).scalar_one() == 0

    wait_until(settled, "nothing is queued")
