"""A letter as the bytes that travel.

Written line by line: the standard library's header objects take a millisecond and a half for a mail, more than all the
rest of sending one.
"""

from __future__ import annotations

import quopri
import re
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Final

from penaemas.connectors.mail.port import Letter

_END: Final = "\r\n"
# Plain ASCII without anything that means something in a header; whatever else an applicant wrote is no address to us.
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def message_id(letter: Letter, sender: str) -> str:
    """`<reference@domain>`: the same at every try."""
    return f"<{letter.reference}@{sender.rpartition('@')[2]}>"


def as_bytes(letter: Letter, sender: str, at: datetime) -> bytes:
    """The mail, as plain text.

    Raises:
        ValueError: the receiver is no address.
    """
    if not _ADDRESS.fullmatch(letter.receiver):
        raise ValueError("the receiver is no address")
    head = (
        f"From: {formataddr((letter.from_name, sender))}",
        f"To: {letter.receiver}",
        f"Subject: {Header(letter.subject, 'utf-8', header_name='Subject').encode(linesep=_END)}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: {message_id(letter, sender)}",
        # A machine that answers "I am on leave" must not answer this one (RFC 3834).
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
    )
    body = quopri.encodestring(letter.text.encode()).replace(b"\n", b"\r\n")
    return _END.join((*head, "", "")).encode("ascii") + body
