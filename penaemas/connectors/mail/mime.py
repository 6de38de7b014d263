"""A letter as the bytes that travel."""

from __future__ import annotations

import email.policy
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from penaemas.connectors.mail.port import Letter


def message_id(letter: Letter, sender: str) -> str:
    """`<reference@domain>`: the same at every try."""
    return f"<{letter.reference}@{sender.rpartition('@')[2]}>"


def as_bytes(letter: Letter, sender: str, at: datetime) -> bytes:
    """The mail, as plain text.

    Raises:
        ValueError: the receiver is no address.
    """
    mail = EmailMessage(policy=email.policy.SMTP)
    local, _, domain = letter.receiver.rpartition("@")
    if not local or not domain:
        raise ValueError("an address has a part on each side of @")
    mail["From"] = Address(letter.from_name, addr_spec=sender)
    mail["To"] = Address(username=local, domain=domain)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(letter, sender)
    # A machine that answers "I am on leave" must not answer this one (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="quoted-printable")
    return mail.as_bytes()
