"""The office's mail server, as far as the history needs one: it takes a mail, or says why not."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Literal

ANSWERS_WITHIN_S: Final = 10.0
"""Less than a stop of the process may take."""

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class MailServer:
    """Who takes our mail.

    Args:
        security: `starttls` and `tls` check the server's certificate; `none` is for a server on this machine.
        authority: PEM file of who signed its certificate, if no public authority did.
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    authority: Path | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand a mail over; on return the server has taken it for every recipient.

        Raises:
            smtplib.SMTPException: it has not, or not surely.
            OSError: it cannot be reached, or is not who it says.
        """
        context = None if self.security == "none" else ssl.create_default_context(cafile=self.authority)
        if self.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=ANSWERS_WITHIN_S, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=ANSWERS_WITHIN_S)
        with connection:
            if self.security == "starttls":
                connection.starttls(context=context)
            if self.user is not None:
                connection.login(self.user, self.password or "")
            connection.send_message(message)


def reason_of(error: Exception) -> str:
    """What an operator needs; the server's own words may name a person's address."""
    code = getattr(error, "smtp_code", None)
    return type(error).__name__ + (f" {code}" if code is not None else "")
