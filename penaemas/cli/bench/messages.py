"""`./pena bench messages`: how fast an outbox of messages drains over SMTP.

Ours is the workers' own sender on an office's database: addresses from the vault, a durable note before each text is
handed over, a durable state after each answer. The control is a plain loop of the standard library's smtplib over one
connection, which remembers nothing. Both send the same text to the same server (aiosmtpd, in a process of its own);
half of the control runs before ours and half after, so that a slow minute hits both.
"""

import argparse
import asyncio
import smtplib
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from sqlalchemy import func, select

from penaemas.casefiles.bootstrap import Office, open_office
from penaemas.casefiles.emas.application_form import LicenceApplication
from penaemas.casefiles.faults import checked
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.outgoing_messages import queue_message
from penaemas.cli.bench import result
from penaemas.cli.supervision.plans import PROJECT
from penaemas.connectors.mail.mime import as_bytes
from penaemas.connectors.mail.port import Letter
from penaemas.connectors.mail.smtp import SmtpMail, SmtpServer
from penaemas.licensing.faults import Bilingual
from penaemas.observability import logging
from penaemas.settings import OfficeDatabase
from penaemas.zeebe.clock import SystemClock
from workers.message_channels import Channels
from workers.message_sender import MessageSender

TARGET_PER_S: Final = 200.0
SENDER: Final = "tidak-dibalas@pena.example"
LOCALHOST: Final = "127.0.0.1"
_CASES: Final = 100
_TEXT: Final = Bilingual(
    "Permohonan PENA-UJI-0001: izin telah terbit; unduh dan cetak sendiri, atau ambil di loket.",
    "Application PENA-UJI-0001: the licence is issued; download and print it, or fetch it at the counter.",
)
_APPLICATION: Final = {
    "licence_type": "research_permit",
    "region_code": "32.11",
    "applicant_nik": "3211020202909991",
    "applicant_name": "Budi Rekaan",
    "applicant_address": "Dusun Karangan 1, Jatinunggal",
    "phone": "081200000001",
    "place_name": "Tempat Rekaan",
    "place_address": "Blok Rekaan 7, Jatinunggal",
    "sub_district_code": "321102",
    **dict.fromkeys(("consents_to_data_processing", "declares_truth", "declares_no_gratuity"), True),
    "answers": {
        "research_title": "Pasar desa rekaan",
        "institution": "Universitas Rekaan",
        "starts_on": "2030-03-04",
        "ends_on": "2030-06-28",
    },
}
_DOCUMENTS: Final = ("KTP", "SURAT_PENGANTAR", "PROPOSAL")


@contextmanager
def smtp_server() -> Iterator[int]:
    """A server that takes everything and keeps nothing; its port."""
    command = [sys.executable, "-m", "penaemas.cli.bench.messages_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        try:
            assert process.stdout is not None  # noqa: S101 (for the type checker: stdout=PIPE above)
            yield int(process.stdout.readline())
        finally:
            process.kill()


def control_seconds(port: int, letters: Sequence[bytes]) -> float:
    """How long a plain loop takes."""
    begun = time.perf_counter()
    with smtplib.SMTP(LOCALHOST, port) as connection:
        for number, content in enumerate(letters):
            connection.sendmail(SENDER, [f"penerima.{number}@pena.example"], content)
    return time.perf_counter() - begun


async def queued_messages(office: Office, count: int, console: Console) -> None:
    """Cases of invented applicants, each with its share of the messages."""
    document = next((PROJECT / "examples" / "documents").glob("*.pdf")).read_bytes()
    case_ids = []
    for number in range(_CASES):
        entry = checked(LicenceApplication, _APPLICATION | {"email": f"penerima.{number}@pena.example"})
        files = dict.fromkeys(_DOCUMENTS, document)
        receipt = await office.emas.submission.submit(entry, files, request_id=str(uuid.uuid4()), by="bench")
        case_ids.append(receipt.case_id)
    now = office.clock.now()
    with office.database.transaction() as connection:
        for number in range(count):
            queue_message(connection, case_ids[number % _CASES], "licence_issued", str(number), _TEXT, now)
    console.print(f"{count} messages of {_CASES} cases are queued")


async def ours_seconds(office: Office, port: int, at_once: int) -> float:
    """How long our sender takes until nothing is queued."""
    mail = SmtpMail(SmtpServer(LOCALHOST, port, "none", SENDER))
    sender = MessageSender(office.database, office.message_queue, Channels(mail), office.clock, at_once=at_once)
    begun = time.perf_counter()
    running = asyncio.create_task(sender.run())
    await asyncio.to_thread(_until_sent, office)
    seconds = time.perf_counter() - begun
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return seconds


def _until_sent(office: Office) -> None:
    while _count(office, "queued"):
        time.sleep(0.1)


def _count(office: Office, state: str) -> int:
    with office.database.reading() as connection:
        wanted = select(func.count()).select_from(outgoing_message).where(outgoing_message.c.state == state)
        return int(connection.execute(wanted).scalar_one())


async def measure(args: argparse.Namespace, folder: Path, console: Console) -> tuple[float, float]:
    """Messages a second: ours and the control's."""
    settings = OfficeDatabase(data_folder=folder, office_database_url=args.database)
    office = await asyncio.to_thread(open_office, settings, SystemClock())
    try:
        await queued_messages(office, args.messages, console)
        letter = Letter("rujukan", "penerima@pena.example", "Dinas", "Pemberitahuan", f"{_TEXT.id}\n\n{_TEXT.en}\n")
        half = [as_bytes(letter, SENDER, datetime.now(UTC))] * (args.messages // 2)
        with smtp_server() as port:
            before = await asyncio.to_thread(control_seconds, port, half)
            ours = await ours_seconds(office, port, args.at_once)
            after = await asyncio.to_thread(control_seconds, port, half)
        sent = _count(office, "sent")
        if sent != args.messages:
            raise RuntimeError(f"{sent} of {args.messages} messages were sent")
        return args.messages / ours, 2 * len(half) / (before + after)
    finally:
        office.close()


def main(argv: Sequence[str]) -> int:
    """Runs the bench and prints one JSON object per comparison, last."""
    parser = argparse.ArgumentParser(prog="./pena bench messages")
    parser.add_argument("--messages", type=int, default=10_000, help="how many wait at the beginning")
    parser.add_argument("--at-once", type=int, default=8, help="connections of ours")
    parser.add_argument("--database", help="address of an empty office database; default: SQLite")
    args = parser.parse_args(argv)
    logging.configure("bench", console=True, level="WARNING")  # on standard error
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="pena-bench-") as folder:
        ours, control = asyncio.run(measure(args, Path(folder), console))
    print(result("messages_drained", ours, control, "messages/s"))
    print(result("messages_drained_vs_target", ours, TARGET_PER_S, "messages/s"))
    return 0
