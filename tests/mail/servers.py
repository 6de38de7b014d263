"""Starts the SMTP server of the tests, and reads what it has taken."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penaemas.connectors.mail.smtp import Security, SmtpMail, SmtpServer
from tests.waiting import wait_until

PROJECT = Path(__file__).parents[2]
SENDER = "tidak-dibalas@pena.example"


@dataclass(frozen=True)
class MailServer:
    """A running server."""

    folder: Path

    @property
    def port(self) -> int:
        return int((self.folder / "port").read_text())

    def taken(self, to: str = "") -> list[dict[str, Any]]:
        """The mails that it has taken, for one receiver if one is named."""
        lines = (self.folder / "taken").read_text(encoding="utf-8").splitlines()
        return [mail for mail in map(json.loads, lines) if mail["to"].startswith(to)]

    def client(self, *, answer_within_s: float = 60.0, security: Security = "none", **more: Any) -> SmtpMail:
        """Our side of it."""
        server = SmtpServer("127.0.0.1", self.port, security, SENDER, **more)
        return SmtpMail(server, answer_within_s=answer_within_s)


@contextmanager
def mail_server(folder: Path, certificate: Path | None = None) -> Iterator[MailServer]:
    """A server in a process of its own; gone at the end."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "tests.mail.smtp_server", str(folder)]
    command += [str(certificate)] if certificate else []
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until((folder / "port").exists, "the SMTP server listens")
            yield MailServer(folder)
        finally:
            process.kill()
