"""Wires the history process from its settings."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

import penaemas
from penaemas.history.duties.checkpoint_mail import CheckpointMail
from penaemas.history.duties.daily import DailyDuties, Duty, DutyFailed
from penaemas.history.duties.mail_server import MailServer
from penaemas.history.export.pseudonyms import Pseudonyms
from penaemas.history.export.webhook import Webhook
from penaemas.history.ledger.keeping import LedgerKeeper
from penaemas.history.ledger.portal_log import PortalLog
from penaemas.history.ledger.sealing import Ledger
from penaemas.history.ledger.witnesses import Witness, Witnessing
from penaemas.history.retention import keep, read_rules
from penaemas.history.server import IntakeServer
from penaemas.licensing.clock import Clock
from penaemas.observability import logging
from penaemas.observability.pauses import spare_what_lives_on
from penaemas.settings import HistorySettings
from penaemas.storage.database import Database
from penaemas.zeebe.clock import SystemClock
from penaemas.zeebe.demo_clock import DemoPresent
from penaemas.zeebe.exported_positions import exported_positions

log = structlog.get_logger(__name__)

SEAL: Final = "seal"
"""The argument with which the process seals what waits, and ends."""

KEEP: Final = "keep"
"""The argument with which it compresses old records, forgets those whose time is over, and ends."""

# The other process finds this program wherever this one was started from.
_PROJECT: Final = Path(penaemas.__file__).parents[1]
_APART: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from penaemas.history.bootstrap import main; main(sys.argv[2:])"
)
_RULES: Final = _PROJECT / "config" / "retention.toml"

# Below the process that receives: sealing may wait, records may not.
_NICENESS: Final = 5
_SEAL_AT_ONCE: Final = 500_000


async def serve(settings: HistorySettings) -> None:
    """Receive records until SIGTERM or SIGINT.

    Raises:
        OSError: the port is taken.
        StorageError: the tables cannot be made or read.
        KeyMissing: the ledger's key is gone.
        ValueError: a setting of the ledger is wrong.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stopping.set)
    clock = DemoPresent(settings.data_folder) if settings.demo else SystemClock()
    with Database.open(settings.history_url) as database, Database.open(settings.office_url, threads=1) as office:
        server = IntakeServer(
            database,
            clock,
            password=settings.intake_password.get_secret_value(),
            port=settings.history_port,
            host=settings.host,
            api_token=settings.history_api_token.get_secret_value() if settings.history_api_token else None,
            webhook=_webhook(settings, database),
            keeper=lambda: _keeper(settings, database, office, clock),
            duties=lambda: daily_duties(settings, database, clock),
        )
        async with server:
            spare_what_lives_on()
            await stopping.wait()


def _webhook(settings: HistorySettings, database: Database) -> Webhook | None:
    if settings.history_webhook_url is None:
        return None
    token = settings.history_webhook_token
    key = settings.history_webhook_pseudonyms_key
    return Webhook(
        database,
        settings.history_webhook_url,
        # Without a key of the office's own the pseudonyms change with each start.
        Pseudonyms(key.get_secret_value().encode() if key is not None else None),
        source=settings.history_webhook_source,
        token=token.get_secret_value() if token is not None else None,
    )


def _keeper(settings: HistorySettings, database: Database, office: Database, clock: Clock) -> LedgerKeeper:
    ledger = Ledger(database, settings.data_folder, settings.ledger_name)
    return LedgerKeeper(
        database,
        ledger,
        PortalLog(database, office, clock),
        Witnessing(ledger, [Witness.parse(witness) for witness in settings.ledger_witnesses]),
        exported=lambda: exported_positions(settings.zeebe_management_address),
        seal_apart=seal_apart,
    )


def daily_duties(settings: HistorySettings, database: Database, clock: Clock) -> DailyDuties:
    """What this office does once a day.

    Raises:
        KeyMissing: the ledger's key is gone.
        ValueError: a setting of the ledger is wrong.
    """
    duties = [Duty("keep_records", _keep_apart)]
    # A training room has nothing that an inspectorate should keep.
    server = None if settings.demo else _mail_server(settings)
    if settings.ledger_mail_to and server is not None:
        ledger = Ledger(database, settings.data_folder, settings.ledger_name)
        mail = CheckpointMail(ledger, server, settings.ledger_mail_to, clock)
        duties.append(Duty("mail_checkpoints", lambda due: database.run(mail.send, due), begins_at_once=True))
    return DailyDuties(database, clock, duties)


def _mail_server(settings: HistorySettings) -> MailServer | None:
    if settings.smtp_host is None or settings.smtp_sender is None:
        return None
    password = settings.smtp_password
    return MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_sender,
        settings.smtp_security,
        settings.smtp_user,
        password.get_secret_value() if password is not None else None,
        settings.smtp_ca_file,
    )


async def seal_apart() -> None:
    """Seal what waits in a process of its own.

    Raises:
        OSError: it did not do it.
    """
    code = await _apart(SEAL)
    if code:
        raise OSError(f"sealing apart ended with code {code}")


async def _keep_apart(_due: datetime) -> None:
    """Raises DutyFailed: it did not do it, or not all."""
    try:
        code = await _apart(KEEP)
    except OSError as error:
        raise DutyFailed(f"keeping records did not start: {type(error).__name__}") from error
    if code:
        raise DutyFailed(f"keeping records ended with code {code}; the lines before this one say why")


async def _apart(what: str) -> int:
    """Run this program for one piece of work, below the process that receives; its exit code."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-P", "-c", _APART, str(_PROJECT), what)
    try:
        return await process.wait()
    except asyncio.CancelledError:
        process.kill()  # at any line: what is done stays done, and the next start goes on from there
        await process.wait()
        raise


def seal(settings: HistorySettings) -> None:
    """Seal what waits, and end.

    Raises:
        StorageError: the database does not answer.
        OSError: the files cannot be written.
    """
    os.nice(_NICENESS)
    with Database.open(settings.history_url, threads=1) as database:
        Ledger(database, settings.data_folder, settings.ledger_name).seal(_SEAL_AT_ONCE)


def keep_records(settings: HistorySettings) -> None:
    """Compress old records, forget those whose time is over, and end.

    Raises:
        StorageError: the database does not answer.
        OSError: the rules cannot be read.
        ValueError: they are not rules.
    """
    os.nice(_NICENESS)
    clock = DemoPresent(settings.data_folder) if settings.demo else SystemClock()
    rules = read_rules(_RULES)
    with Database.open(settings.history_url, threads=1) as database:
        kept = keep(database, clock.now(), rules)
    forgotten = kept.forgotten
    log.info(
        "history_kept",
        deflated_records=kept.deflated,
        forgotten_cases=forgotten.cases,
        forgotten_records=forgotten.records,
        waiting_cases=forgotten.waiting,
    )


def main(arguments: Sequence[str] = ()) -> int:
    """`python -m penaemas.history`."""
    settings = HistorySettings()
    logging.configure("history", console=settings.log_console, level=settings.log_level)
    if list(arguments) == [SEAL]:
        seal(settings)
    elif list(arguments) == [KEEP]:
        keep_records(settings)
    else:
        asyncio.run(serve(settings))
    return 0
