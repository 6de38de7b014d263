"""A real SMTP server in a process of its own, with faults that the receiver's address asks for.

Called with a folder. It writes its port to `port`, each mail that it has taken as a line of JSON to `taken`, and the
subjects of faults to nowhere: an address begins with what is to happen:

    rcpt451.…   refused for now when the receiver is named     rcpt550.…   refused for good then
    data451.…   refused for now after the text                 data554.…   refused for good after the text
    once451.…   refused for now after the text, the first time, then taken
    cut.…       taken, then the connection is cut before the answer
    lost.…      the connection is cut before the text is taken
    silent.…    taken, and never answered
"""

from __future__ import annotations

import asyncio
import email
import json
import ssl
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "pena", "rahasia-uji"
_WORDS = {"451": "451 4.3.0 not now", "550": "550 5.1.1 no such user", "554": "554 5.7.1 not wanted"}


class Taking:
    """What the server does with each receiver and each mail."""

    def __init__(self, folder: Path) -> None:
        self._taken = (folder / "taken").open("a", buffering=1, encoding="utf-8")
        self._seen: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        kind = address.partition(".")[0]
        if kind.startswith("rcpt"):
            return _WORDS[kind.removeprefix("rcpt")]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        address = envelope.rcpt_tos[0]
        kind = address.partition(".")[0]
        if kind == "lost":
            server.transport.abort()
            return "451 cut"
        if kind.startswith("data"):
            return _WORDS[kind.removeprefix("data")]
        if kind == "once451" and address not in self._seen:
            self._seen.add(address)
            return _WORDS["451"]
        mail = email.message_from_bytes(envelope.original_content or envelope.content)
        line = {"to": address, "from": envelope.mail_from, "message_id": mail["Message-ID"], "mail": mail.as_string()}
        self._taken.write(json.dumps(line) + "\n")
        if kind == "cut":
            server.transport.abort()
        if kind == "silent":
            await asyncio.Event().wait()
        return "250 2.0.0 taken"


def may_sign_in(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
    """Only the one account."""
    known = isinstance(login, LoginPassword) and (login.login, login.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


async def serve(folder: Path, certificate: Path | None) -> None:
    """Serve until killed. With a certificate it wants STARTTLS and a sign-in."""
    taking = Taking(folder)
    options: dict[str, Any] = {"hostname": "smtp.example", "enable_SMTPUTF8": True}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        options |= {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": may_sign_in,
        }
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(taking, **options), "127.0.0.1", 0)
    (folder / "port.new").write_text(str(server.sockets[0].getsockname()[1]))
    (folder / "port.new").rename(folder / "port")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
