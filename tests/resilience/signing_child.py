"""Signs a permit, or issues a signed one, and is killed at each line of it: `python -m … URL FILES CASE WHAT TASK`.

Each try is a fork that kills itself at the n-th line of ours that it comes to, from where the first thing is written.
Before each, the case is looked at and one line of JSON is written; the run ends with the first try that survives.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select

from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.officer_sign_in_delays import SignInDelays
from penaemas.casefiles.pbg_tables import outgoing_message, pbg_number, pbg_paper, pbg_step
from penaemas.casefiles.permit_tables import permit
from penaemas.casefiles.person_vault import PersonVault
from penaemas.connectors.e_signature.port import SignerCertificate, SigningFacts
from penaemas.portal.signing.signing_room import Draft, SigningRoom
from penaemas.storage.database import Database
from tests.offices import MASTER_KEY, MONDAY_NINE, OfficeClock
from workers.notices.send import SendInput, send
from workers.permits.publish import PublishInput, publish

OURS = ("/penaemas/casefiles/", "/penaemas/portal/signing/", "/workers/")
PASSPHRASE = SecretStr("kucing payung gunung teh")


class QuickKey:
    """A double: it signs with a line of text."""

    certificate = SignerCertificate("kadis", "Ani Rekaan", "ab12", MONDAY_NINE, datetime(2030, 1, 1, tzinfo=UTC), None)

    async def sign(self, pdf: bytes, facts: SigningFacts) -> bytes:
        return pdf + b"% signed by a test\n"


class QuickSignature:
    """A double: every passphrase opens its key."""

    async def certificate_of(self, account: str) -> SignerCertificate | None:
        return QuickKey.certificate

    @asynccontextmanager
    async def unlocked(self, account: str, passphrase: SecretStr) -> AsyncIterator[QuickKey]:
        yield QuickKey()


class KillAt:
    """Kills this process at the n-th line of ours, each line counted once, from where a function is entered."""

    def __init__(self, number: int, first: str) -> None:
        self._left = number
        self._first = first
        self._begun = False
        self._seen: set[tuple[str, int]] = set()

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if not any(part in frame.f_code.co_filename for part in OURS):
            return None
        self._begun = self._begun or frame.f_code.co_qualname == self._first
        if not self._begun:
            return None
        place = (frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and place not in self._seen:
            self._seen.add(place)
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def signing(office: Office, case_id: str, task: int) -> Callable[[], Coroutine[Any, Any, object]]:
    """What the portal does."""
    delays = SignInDelays(office.database, office.vault, office.acts, office.clock, office.clock)
    room = SigningRoom(
        office,
        QuickSignature(),
        lambda payload: bytes(64),
        delays,
        address="https://pena.example",
        ledger=Path("/none"),
    )
    draft = Draft("pbg_mbr_3_jam", case_id, task)
    return lambda: room.sign([draft], "kadis", PASSPHRASE, {"no_conflict_of_interest": True})


def issuing(office: Office, case_id: str) -> Callable[[], Coroutine[Any, Any, object]]:
    """What the workers do once the engine has the signer's step."""

    async def issue() -> None:
        await publish(PublishInput(case_id=case_id), pbg_register=office.pbg.register)
        await send(SendInput(case_id=case_id, notice_kind="permit_issued"), pbg_notices=office.pbg.notices)

    return issue


def counts(office: Office, case_id: str) -> dict[str, int]:
    """How much there is of everything that must be there once."""
    with office.database.reading() as connection:

        def count(table: Any, *where: Any) -> int:
            wanted = select(func.count()).select_from(table).where(table.c.case_id == case_id, *where)
            return connection.execute(wanted).scalar_one()

        return {
            "numbers": count(pbg_number, pbg_number.c.kind == "permit"),
            "papers": count(pbg_paper, pbg_paper.c.kind == "permit"),
            "signed": count(permit),
            "in_force": count(permit, permit.c.state == "in_force"),
            "steps": count(pbg_step, pbg_step.c.element_id == "Task_SignPermit"),
            "messages": count(outgoing_message),
        }


def main(url: str, files: str, case_id: str, what: str, task: str) -> None:
    # Nothing is asked of the database before a fork: connections are each child's own.
    office = wire(Database.open(url), PersonVault(MASTER_KEY), OfficeClock(), files=Path(files))
    if what == "sign":
        act, first = signing(office, case_id, int(task)), "PermitSigning.complete"
    else:
        act, first = issuing(office, case_id), "publish"

    def look_and_try(number: int) -> None:
        sys.stdout.write(json.dumps(counts(office, case_id)) + "\n")
        sys.stdout.flush()
        tracer = KillAt(number, first)
        threading.settrace(tracer)
        sys.settrace(tracer)
        asyncio.run(act())

    for number in range(1, 10_000):
        child = os.fork()
        if child == 0:
            look_and_try(number)
            os._exit(0)
        if os.waitpid(child, 0)[1] != signal.SIGKILL:
            break
    sys.stdout.write(json.dumps(counts(office, case_id)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
