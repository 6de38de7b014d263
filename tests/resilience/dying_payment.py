"""Takes a payment in and is killed at its first, second, … executed line; then somebody alive takes it in again.

Run as a process: `python -m tests.resilience.dying_payment OFFICE.sqlite NOTICE AMOUNT INSTANT`. It forks for each
life, so that a hundred deaths cost seconds, and prints what was left as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import func, select

from penaemas.casefiles import payments
from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.emas import fees
from penaemas.casefiles.outside_tables import told_payment
from penaemas.casefiles.payments import ToldPayment
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.tables import outbox
from penaemas.storage.database import Database
from tests.offices import MASTER_KEY, OfficeClock

WATCHED = (payments.__file__, fees.__file__)


def die_at_line(number: int) -> None:
    """Let this process be killed when it is about to execute so many lines of taking a payment in."""
    executed = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        nonlocal executed
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            executed += 1
            if executed == number:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    threading.settrace(trace)
    sys.settrace(trace)


def in_a_life_of_its_own(work: Callable[[], None]) -> int:
    """Do something in a fork; how it ended, as `os.waitpid` says."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def take(office: Office, payment: ToldPayment, *, dies_at: int | None = None) -> None:
    """Take the payment in."""
    if dies_at is not None:
        die_at_line(dies_at)
    asyncio.run(office.payments.take(payment))
    sys.settrace(None)


def take_and_tell(office: Office, payment: ToldPayment, result: Path) -> None:
    """Take it in, and write down what there is then, in one line."""
    take(office, payment)
    with office.database.reading() as connection:
        messages = connection.execute(
            select(func.count()).select_from(outbox).where(outbox.c.kind == "publish_message")
        ).scalar_one()
        verdicts = connection.execute(select(told_payment.c.outcome)).scalars().all()
    result.write_text(f"{messages} message, {', '.join(verdicts)}")


def main(template: str, notice: str, amount: str, instant: str) -> None:
    """Every death, and what came of it."""
    payment = ToldPayment("STS-1", notice, int(amount), datetime.fromisoformat(instant), "poll")
    file, result = (Path(template).with_name(name) for name in ("life.sqlite", "life.txt"))
    # Made once: it connects to nothing and starts no thread before a life uses it.
    database = Database.open(f"sqlite:///{file}")
    office = wire(database, PersonVault(MASTER_KEY), OfficeClock(payment.paid_at), files=file.parent / "files")
    deaths, results = 0, set()
    while True:
        for old in file.parent.glob("life.*"):
            old.unlink()
        shutil.copy(template, file)
        first = in_a_life_of_its_own(partial(take, office, payment, dies_at=deaths + 1))
        second = in_a_life_of_its_own(partial(take_and_tell, office, payment, result))
        results.add(result.read_text() if second == 0 else f"the second life failed after a death at {deaths + 1}")
        if not (os.WIFSIGNALED(first) and os.WTERMSIG(first) == signal.SIGKILL):
            found = {"deaths": deaths, "first_life_ended": first, "results": sorted(results)}
            sys.stdout.write(json.dumps(found) + "\n")
            return
        deaths += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
