"""Escalations as lines: each with its instant, what it was about, and whom it told. Each is printed once."""

from __future__ import annotations

import asyncio

from penaemas.casefiles.breaches import breach_of
from penaemas.casefiles.escalation_steps import SERVICE_WINDOW
from penaemas.casefiles.outgoing_messages import messages_of
from penaemas.cli.desk import Desk, in_wib
from penaemas.licensing.instants import WIB


class EscalationLines:
    """What a case's ladders and notices have done, told as it comes."""

    def __init__(self, desk: Desk, case_id: str) -> None:
        self._desk = desk
        self._case_id = case_id
        self._printed: set[str] = set()

    def print_new(self) -> None:
        """Print what has come since the last time."""
        for line in (*self._notices(), *self._messages(), *self._breach()):
            if line not in self._printed:
                self._printed.add(line)
                print(line, flush=True)

    def _notices(self) -> list[str]:
        rows = asyncio.run(self._desk.office.deadlines.escalations.notices_of(self._case_id))
        lines = []
        for row in rows:
            about = "layanan · service" if row["step_id"] == SERVICE_WINDOW else row["step_id"]
            whom = row["officer"] or "daftar jabatan · the post's list"
            passed_on = f" → {row['post']}" if row["post"] != row["meant_for"] else ""
            digest = ", ikhtisar · digest" if row["in_digest"] else ""
            at = row["noticed_at"].astimezone(WIB)
            lines.append(
                f"{at:%d-%m %H.%M.%S}  ! {row['level']:<16} {about:<30} → {row['meant_for']}{passed_on}: {whom}{digest}"
            )
        return lines

    def _messages(self) -> list[str]:
        with self._desk.office.database.reading() as connection:
            messages = messages_of(connection, self._case_id)
        return [
            f"{message.queued_at.astimezone(WIB):%d-%m %H.%M.%S}  ✉ {message.kind} → {message.addressed_to}"
            for message in messages
        ]

    def _breach(self) -> list[str]:
        with self._desk.office.database.reading() as connection:
            breach = breach_of(connection, self._case_id)
        if breach is None:
            return []
        given = ", ".join(breach.compensations)
        at = breach.recorded_at.astimezone(WIB)
        return [
            f"{at:%d-%m %H.%M.%S}  ! janji terlampaui · promise broken: due {in_wib(breach.due_at)}, "
            f"new time {in_wib(breach.new_due_at)}, compensation {given}"
        ]
