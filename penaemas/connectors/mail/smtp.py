"""Mail by SMTP, over a few connections that stay open while there is work.

A letter's way: connection → MAIL → RCPT → (the caller notes that it is handed over) → DATA. A refusal is always the
server's own reply; a cut or a silence after the note is an unknown outcome, never another try. Replies are kept as
codes, because servers write the address into the words.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import aiosmtplib
from aiosmtplib import SMTP, SMTPResponseException

from penaemas.connectors.mail.mime import as_bytes
from penaemas.connectors.mail.port import HandingOver, Letter
from penaemas.connectors.message_outcomes import (
    Accepted,
    ChannelAway,
    NotNow,
    Outcome,
    OutcomeUnknown,
    RefusedForGood,
)

Security = Literal["none", "starttls", "tls"]

# A relay may look at a text for minutes before it answers (RFC 5321, 4.5.3.2.6, allows ten).
ANSWER_WITHIN_S: Final = 60.0
_FAREWELL_WITHIN_S: Final = 2.0
_ENHANCED: Final = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")
_LOST: Final = (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail goes out. `password` is of `user`; `ca_file` names an authority of the office's own."""

    host: str
    port: int
    security: Security
    sender: str
    user: str | None = None
    password: str | None = None
    ca_file: Path | None = None


class SmtpMail:
    """See `Mail`."""

    def __init__(self, server: SmtpServer, *, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self._server = server
        self._answer_within_s = answer_within_s
        self._idle: list[SMTP] = []

    async def send(self, letter: Letter, handing_over: HandingOver) -> Outcome:
        """See the port."""
        try:
            content = as_bytes(letter, self._server.sender, datetime.now(UTC))
        except ValueError:
            return RefusedForGood("no address")
        connection = await self._ready()
        outcome: Outcome | None = None
        try:
            outcome = await self._receiver(connection, letter)
            if outcome is None:
                await handing_over()
                outcome = await self._text(connection, content)
            return outcome
        finally:
            # After a refusal or an error the conversation's state is not known: the next letter gets a fresh one.
            if isinstance(outcome, Accepted):
                self._idle.append(connection)
            else:
                connection.close()

    async def close(self) -> None:
        """See the port."""
        while self._idle:
            connection = self._idle.pop()
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await connection.quit(timeout=_FAREWELL_WITHIN_S)

    async def _ready(self) -> SMTP:
        """A connection that has accepted our sender.

        Raises:
            ChannelAway: there is none.
        """
        while self._idle:
            connection = self._idle.pop()
            try:
                await connection.mail(self._server.sender)
            except (aiosmtplib.SMTPException, OSError):  # the server has closed it meanwhile: a fresh one tells why
                connection.close()
            else:
                return connection
        connection = self._new()
        try:
            await connection.connect()
            await connection.mail(self._server.sender)
        except SMTPResponseException as refusal:
            connection.close()
            raise ChannelAway(_code(refusal)) from refusal
        except (aiosmtplib.SMTPException, OSError, ValueError) as away:
            connection.close()
            raise ChannelAway(type(away).__name__) from away
        except asyncio.CancelledError:
            connection.close()
            raise
        return connection

    def _new(self) -> SMTP:
        server = self._server
        secure = server.security != "none"
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            timeout=self._answer_within_s,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=ssl.create_default_context(cafile=server.ca_file) if secure else None,
        )

    async def _receiver(self, connection: SMTP, letter: Letter) -> Outcome | None:
        """What the server says about the receiver; None if it will take the letter."""
        try:
            await connection.rcpt(letter.receiver)
        except SMTPResponseException as refusal:
            return _refusal(refusal)
        except _LOST:
            return NotNow("connection lost")
        return None

    async def _text(self, connection: SMTP, content: bytes) -> Outcome:
        try:
            answer = await connection.data(content)
        except SMTPResponseException as refusal:
            return _refusal(refusal)
        except _LOST as lost:
            silent = isinstance(lost, aiosmtplib.SMTPTimeoutError)
            return OutcomeUnknown("no answer" if silent else "connection lost")
        return Accepted(_code_of(answer.code, answer.message))


def _refusal(refusal: SMTPResponseException) -> Outcome:
    return RefusedForGood(_code(refusal)) if refusal.code >= 500 else NotNow(_code(refusal))


def _code(answer: SMTPResponseException) -> str:
    return _code_of(answer.code, answer.message)


def _code_of(code: int, message: str) -> str:
    """`550 5.1.1`, without the words."""
    enhanced = _ENHANCED.match(message)
    return f"{code} {enhanced[1]}" if enhanced else str(code)
