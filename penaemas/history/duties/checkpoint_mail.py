"""Mails the newest checkpoint of every log to those who keep it outside the office, such as the inspectorate.

A checkpoint that is in somebody else's mailbox pins everything before it. The mail holds nothing but names of logs,
sizes, roots and signatures.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from penaemas.history.duties.daily import DutyFailed, NothingToDo
from penaemas.history.duties.mail_server import MailServer, reason_of
from penaemas.history.ledger.sealing import VERIFIER_KEY, Ledger
from penaemas.licensing.clock import Clock
from penaemas.licensing.instants import WIB

_TEXT: Final = """\
Terlampir titik periksa terbaru riwayat {installation}, {day}.

Mohon disimpan di luar jangkauan kantor yang mengirimnya. Selama surat ini ada, tidak satu catatan pun sebelum titik ini
dapat diubah, dihapus, atau disisipkan tanpa ketahuan. Cara memeriksa, di kantor itu, dengan lampiran ini:

    ./pena history verify --checkpoint BERKAS

--

Attached are the newest checkpoints of the history of {installation}, {day}.

Please keep them out of reach of the office that sends them. While this mail exists, no record before these points
can be changed, removed or inserted unseen. To check, at that office, with an attachment:

    ./pena history verify --checkpoint FILE

Kunci · key: {key}

{checkpoints}"""


class CheckpointMail:
    """One mail for each recipient and day.

    The mails of one day have one message id, so that one that is sent again, because the answer to the first was lost,
    is known as the same: a checkpoint too many harms nobody, one too few does.
    """

    def __init__(self, ledger: Ledger, server: MailServer, recipients: Sequence[str], clock: Clock) -> None:
        self._ledger = ledger
        self._server = server
        self._recipients = recipients
        self._clock = clock
        self._taken: set[tuple[datetime, str]] = set()

    def send(self, due: datetime) -> None:
        """Send what has not been sent for this day.

        Raises:
            NothingToDo: there is no checkpoint yet.
            DutyFailed: not every recipient's was taken.
            StorageError: the database does not answer; nothing was sent.
        """
        checkpoints = self._checkpoints()
        if not checkpoints:
            raise NothingToDo
        refused = []
        for recipient in self._recipients:
            if (due, recipient) in self._taken:
                continue
            try:
                self._server.send(self._message(due, recipient, checkpoints))
            except (smtplib.SMTPException, OSError) as error:
                refused.append(reason_of(error))
            else:
                self._taken.add((due, recipient))
        if refused:
            raise DutyFailed(f"{len(refused)} of {len(self._recipients)} mails not taken: {', '.join(refused)}")
        self._taken = {(day, recipient) for day, recipient in self._taken if day == due}

    def _checkpoints(self) -> dict[str, str]:
        """Origin → signed note, of every log that has one."""
        notes = {log.origin: self._ledger.files(log).checkpoint() for log in self._ledger.current()}
        return {origin: note for origin, note in notes.items() if note is not None}

    def _message(self, due: datetime, recipient: str, checkpoints: dict[str, str]) -> EmailMessage:
        installation = self._ledger.installation
        day = due.astimezone(WIB).date()
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = recipient
        message["Subject"] = f"Titik periksa · checkpoint {installation} {day}"
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<checkpoint.{day:%Y%m%d}@{installation}>"
        message["Auto-Submitted"] = "auto-generated"
        key = (self._ledger.folder / VERIFIER_KEY).read_text(encoding="utf-8").strip()
        message.set_content(
            _TEXT.format(installation=installation, day=day, key=key, checkpoints="\n".join(checkpoints.values()))
        )
        for origin, note in checkpoints.items():
            name = origin.removeprefix(f"{installation}/").replace("/", "-") + ".checkpoint"
            # Not as text: a mail server may rewrite its lines, and the signature stands on the bytes.
            message.add_attachment(note.encode(), maintype="application", subtype="octet-stream", filename=name)
        return message
