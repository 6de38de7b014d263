"""Telling an applicant something and taking a payment, killed by SIGKILL at each line that they execute."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from penaemas.casefiles.acts import Act
from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.clock_tables import clock_entry
from penaemas.casefiles.emas_tables import emas_fee
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.tables import outbox
from tests import emas
from tests.mail.servers import PROJECT, mail_server

# More than the lines that either executes.
CASES = {"tell": 330, "take_payment": 230}


# A transaction is all or nothing on both, so each line on one of them and each fourth on the other tells enough.
EVERY = {"sqlite": 1, "postgresql": 4}


def killed(story: str, url: str, folder: Path) -> int:
    """How many children were killed, each at another line."""
    every = EVERY[url.partition(":")[0].partition("+")[0]]
    command = [sys.executable, "-m", "tests.resilience.killed_at_each_line", story, url, str(folder), str(every)]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=280)
    assert run.returncode == 0, run.stderr[-3000:]
    killed, lines = map(int, (folder / "killed").read_text().split())
    # A line that only a first message reaches (the database was empty before) is not reached again.
    assert killed > 0.9 * lines > 0
    return killed


async def cases(office: Office, folder: Path, licence_type: str, count: int, *, pays: bool) -> None:
    """Cases for the children, written where they look for them."""
    made = []
    for number in range(count):
        case_id = await emas.opened(office, licence_type, email=f"pemohon.{number}@example.id")
        if pays:
            await office.emas.fees.issue_notice(case_id)
        made.append(case_id)
    (folder / "cases").write_text(json.dumps(made), encoding="utf-8")


def test_a_message_is_sent_once_or_its_outcome_is_called_unknown(
    office: Office, office_url: str, tmp_path: Path
) -> None:
    asyncio.run(cases(office, tmp_path, emas.HEALTH, CASES["tell"], pays=False))

    with mail_server(tmp_path / "mail") as server:
        count = killed("tell", office_url, tmp_path)
        copies = Counter(mail["message_id"][1:37] for mail in server.taken())

    with office.database.reading() as connection:
        columns = (outgoing_message.c.message_id, outgoing_message.c.state)
        states = {message_id: state for message_id, state in connection.execute(select(*columns))}
    assert len(states) > count
    assert set(states.values()) == {"sent", "outcome_unknown"}
    assert {state for message_id, state in states.items() if copies[message_id] == 0} <= {"outcome_unknown"}
    assert max(copies.values()) == 1


def test_a_payment_is_taken_once(office: Office, office_url: str, tmp_path: Path) -> None:
    asyncio.run(cases(office, tmp_path, emas.ADVERTISING, CASES["take_payment"], pays=True))

    count = killed("take_payment", office_url, tmp_path)

    with office.database.reading() as connection:
        paid = connection.execute(select(emas_fee.c.case_id).where(emas_fee.c.paid_at.is_not(None))).scalars().all()
        told = connection.execute(
            select(outbox.c.case_id, func.count()).where(outbox.c.kind == "publish_message").group_by(outbox.c.case_id)
        )
        messages = {case_id: count for case_id, count in told}
        resumed = connection.execute(
            select(clock_entry.c.case_id, func.count())
            .where(clock_entry.c.kind == "resume")
            .group_by(clock_entry.c.case_id)
        )
        clocks = {case_id: count for case_id, count in resumed}
        acts: list[Act] = [act for act in office.acts.after(connection, 0, 10**6) if act.action == "record_payment"]
    assert len(paid) > count
    assert messages == dict.fromkeys(paid, 1)
    assert set(clocks.values()) <= {1, 2}
    assert Counter(act.case_id for act in acts) == dict.fromkeys(paid, 1)
