"""Letters by SMTP, against a real server: what it takes, refuses, and does not answer."""

from __future__ import annotations

import email.header
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from penaemas.connectors.mail.port import Letter
from penaemas.connectors.message_outcomes import (
    Accepted,
    ChannelAway,
    NotNow,
    Outcome,
    OutcomeUnknown,
    RefusedForGood,
)
from tests.mail.servers import MailServer, mail_server
from tests.mail.smtp_server import PASSWORD, USER

TEXT = "Permohonan PENA-1: izin telah terbit.\n.\nBaris yang diawali titik.\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as running:
        yield running


class Notes:
    """What the caller noted."""

    def __init__(self) -> None:
        self.handed_over = 0

    async def handing_over(self) -> None:
        self.handed_over += 1


def letter(receiver: str, reference: str = "rujukan-1") -> Letter:
    return Letter(reference, receiver, "DPMPTSP Rekaan", "Pemberitahuan permohonan PENA-1 · Notice", TEXT)


async def sent(server: MailServer, receiver: str, *, answer_within_s: float = 60.0) -> tuple[Outcome, int]:
    """The outcome, and how often the letter was handed over."""
    mail, notes = server.client(answer_within_s=answer_within_s), Notes()
    try:
        return await mail.send(letter(receiver), notes.handing_over), notes.handed_over
    finally:
        await mail.close()


async def test_a_letter_arrives_as_it_was_written(server: MailServer) -> None:
    assert await sent(server, "siti.rekaan@example.id") == (Accepted("250 2.0.0"), 1)

    (taken,) = server.taken("siti.rekaan@")
    mail = email.message_from_string(taken["mail"])
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().replace("\r\n", "\n") == TEXT
    assert mail["Message-ID"] == "<rujukan-1@pena.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    subject = str(email.header.make_header(email.header.decode_header(mail["Subject"])))
    assert subject == "Pemberitahuan permohonan PENA-1 · Notice"


@pytest.mark.parametrize(
    ("receiver", "outcome", "handed_over"),
    [
        ("rcpt451.a@example.id", NotNow("451 4.3.0"), 0),
        ("rcpt550.a@example.id", RefusedForGood("550 5.1.1"), 0),
        ("data451.a@example.id", NotNow("451 4.3.0"), 1),
        ("data554.a@example.id", RefusedForGood("554 5.7.1"), 1),
        ("cut.a@example.id", OutcomeUnknown("connection lost"), 1),
        ("lost.a@example.id", OutcomeUnknown("connection lost"), 1),
        ("no address", RefusedForGood("no address"), 0),
        ("a@example.id\r\nBcc: b@example.id", RefusedForGood("no address"), 0),
    ],
)
async def test_what_the_server_says_is_what_is_known(
    server: MailServer, receiver: str, outcome: Outcome, handed_over: int
) -> None:
    assert await sent(server, receiver) == (outcome, handed_over)


async def test_a_server_that_is_silent_after_the_text_may_have_taken_it(server: MailServer) -> None:
    assert await sent(server, "silent.a@example.id", answer_within_s=0.5) == (OutcomeUnknown("no answer"), 1)

    assert len(server.taken("silent.a@")) == 1


async def test_connections_stay_open_and_are_renewed_when_the_server_closes_them(server: MailServer) -> None:
    mail, notes = server.client(), Notes()

    for receiver in ("satu@example.id", "cut.dua@example.id", "tiga@example.id", "rcpt550.x@example.id"):
        await mail.send(letter(receiver), notes.handing_over)
    outcome = await mail.send(letter("empat@example.id"), notes.handing_over)

    await mail.close()
    assert outcome == Accepted("250 2.0.0")
    assert [len(server.taken(name)) for name in ("satu@", "tiga@", "empat@")] == [1, 1, 1]


async def test_without_a_server_nothing_is_handed_over(server: MailServer, unused_tcp_port: int) -> None:
    (server.folder / "elsewhere").mkdir(exist_ok=True)
    (server.folder / "elsewhere/port").write_text(str(unused_tcp_port))
    notes = Notes()

    with pytest.raises(ChannelAway):
        await MailServer(server.folder / "elsewhere").client().send(letter("a@example.id"), notes.handing_over)

    assert notes.handed_over == 0


async def test_mail_travels_by_starttls_and_signed_in(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with mail_server(tmp_path / "mail", certificate) as server:
        signed_in: dict[str, Any] = {"user": USER, "password": PASSWORD, "ca_file": certificate}
        mail = server.client(security="starttls", **signed_in)
        outcome = await mail.send(letter("siti.rekaan@example.id"), Notes().handing_over)
        await mail.close()

        wrong = server.client(security="starttls", **(signed_in | {"password": "salah"}))
        with pytest.raises(ChannelAway, match="535"):
            await wrong.send(letter("siti.rekaan@example.id"), Notes().handing_over)
        nobody_vouches = server.client(security="starttls", user=USER, password=PASSWORD)
        with pytest.raises(ChannelAway):
            await nobody_vouches.send(letter("siti.rekaan@example.id"), Notes().handing_over)

    assert outcome == Accepted("250 2.0.0")


def test_an_address_is_in_no_printed_letter() -> None:
    assert "siti" not in repr(letter("siti.rekaan@example.id"))


def self_signed(folder: Path) -> Path:
    """Key and certificate of 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file
