"""An officer's desk on the command line: the case files to write, the history to read, and what became of a command."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from penaemas.casefiles.bootstrap import Office, open_office
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.message_templates import MessagesInvalid
from penaemas.casefiles.office_keys import MasterKeyUnusable
from penaemas.casefiles.outbox import QueuedCommand
from penaemas.casefiles.outbox_wake import notify_workers
from penaemas.casefiles.person_vault import WrongMasterKey
from penaemas.casefiles.survey_questions import QuestionsInvalid
from penaemas.cli.offices import clock_of, running_office
from penaemas.cli.problem import Problem
from penaemas.cli.supervision.ports import LOOPBACK, Ports
from penaemas.history.queries import History
from penaemas.licensing.clock import Clock
from penaemas.licensing.instants import WIB
from penaemas.regions import RegionInvalid
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError

ANSWER_WITHIN_S: Final = 4.0
_LOOK_AGAIN_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Desk:
    """What an officer works with. `wake` pokes the workers to send the outbox; False if they do not answer."""

    office: Office
    history: History
    clock: Clock
    wake: Callable[[], bool]
    data_folder: Path
    public_address: str

    def command(self, case_id: str, command_id: str) -> QueuedCommand:
        """A command of the outbox as it stands now."""
        with self.office.database.reading() as connection:
            return next(row for row in self.office.outbox.of_case(connection, case_id) if row.id == command_id)

    def newest_command(self, case_id: str) -> QueuedCommand:
        """The last command of a case."""
        with self.office.database.reading() as connection:
            return self.office.outbox.of_case(connection, case_id)[-1]

    def send(self, queued: QueuedCommand) -> QueuedCommand:
        """Poke the workers and see for a moment what becomes of the command."""
        until = time.monotonic() + (ANSWER_WITHIN_S if self.wake() else 0)
        while queued.state == "waiting" and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN_S)
            queued = self.command(queued.case_id, queued.id)
        return queued


@contextmanager
def officers_desk(args: argparse.Namespace) -> Iterator[Desk]:
    """Open the office that the arguments name.

    Raises:
        Problem: it cannot be opened or used; says what to mend.
    """
    settings = running_office(args)
    clock = clock_of(settings)
    try:
        office = open_office(settings, clock)
        try:
            with faults_told(), Database.open(settings.history_url) as history_database:
                workers = f"http://{LOOPBACK}:{Ports(settings.port).workers}"
                yield Desk(
                    office,
                    History(history_database, clock),
                    clock,
                    partial(notify_workers, workers),
                    settings.data_folder,
                    settings.public_address,
                )
        finally:
            office.close()
    except StorageError as fault:
        raise Problem(f"the office's database cannot be used: {fault}.", "Mend that and repeat the command.") from fault
    except (MasterKeyUnusable, WrongMasterKey) as fault:
        raise Problem(
            "the master key does not open the case files.", "Restore secrets/office_master_key from the backup."
        ) from fault
    except (RegionInvalid, MessagesInvalid, QuestionsInvalid, ValidationError) as fault:
        raise Problem(f"the configuration is wrong: {fault}", "Correct the file under config/ and repeat.") from fault


@contextmanager
def faults_told() -> Iterator[None]:
    """What is wrong in an entry, told with field, rule and fix.

    Raises:
        Problem: in the place of `EntryFaulty`.
    """
    try:
        yield
    except EntryFaulty as fault:
        faults = "".join(f"\n        {each}" for each in fault.faults)
        raise Problem(f"nothing was stored; the entry breaks rules:{faults}", "Correct it and repeat.") from None


def in_wib(instant: datetime | None) -> str:
    """An instant as people of the office write it."""
    return "-" if instant is None else f"{instant.astimezone(WIB):%d-%m-%Y %H.%M} WIB"


def what_became_of(queued: QueuedCommand) -> str:
    """One line about a command, in both languages."""
    return {
        "waiting": "menunggu; dikirim begitu mesin proses siap · waiting; sent as soon as the engine is there",
        "sent": "diterima mesin proses · accepted by the engine",
        "done": "selesai, tercatat dalam riwayat · done, recorded in the history",
        "refused": f"ditolak: {queued.outcome}",
    }[queued.state]
