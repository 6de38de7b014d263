"""The newest checkpoints reach the inspectorate's mailbox, by a real mail server, and are of use there."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from penaemas.history.duties import standing
from penaemas.history.duties.checkpoint_mail import CheckpointMail
from penaemas.history.duties.daily import DailyDuties, Duty, DutyFailed, NothingToDo
from penaemas.history.duties.mail_server import MailServer, Security
from penaemas.history.verification.report import Kind
from tests.history.ledger.installations import Installation, records
from tests.history.ledger.test_verifying import change, verified

INSPECTORATE = "inspectorate@region.example"
ARCHIVE = "archive@region.example"
PASSWORD = "an-invented-password"
DUE = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


class Mailbox:
    """What a mail server does with mail: keeps it, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses: set[str] = set()
        self.forgets_to_answer = False

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        if self.forgets_to_answer:
            transport = server.transport
            assert transport is not None
            transport.close()
        return "250 taken"


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    server.start()
    try:
        yield port
    finally:
        server.stop()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def sealed(installation: Installation) -> Installation:
    installation.receives(records(300))
    installation.officer_views("case-1")
    installation.portal.take_acts()
    installation.ledger.seal()
    return installation


def mail_of(
    office: Installation, port: int, *recipients: str, security: Security = "none", **options: Any
) -> CheckpointMail:
    server = MailServer("127.0.0.1", port, "pena@office.example", security, **options)
    return CheckpointMail(office.ledger, server, recipients or (INSPECTORATE,), office.clock)


def attachments_of(mail: EmailMessage) -> dict[str, str]:
    return {str(part.get_filename()): part.get_payload(decode=True).decode() for part in mail.iter_attachments()}  # type: ignore[union-attr]


def test_the_mail_holds_the_newest_checkpoint_of_every_log_as_it_is_published(
    sealed: Installation, mailbox: Mailbox
) -> None:
    with serving(mailbox) as port:
        mail_of(sealed, port).send(DUE)

    (mail,) = mailbox.mails
    assert (mail["To"], mail["From"]) == (INSPECTORATE, "pena@office.example")
    assert "2026-11-24" in mail["Subject"]
    assert attachments_of(mail) == {
        "partition-1-1.checkpoint": sealed.checkpoint(),
        "portal-1.checkpoint": sealed.checkpoint(0),
    }
    body = mail.get_body()
    assert body is not None
    assert sealed.ledger.key.verifier_key("pena.example") in body.get_content().replace("\r\n", "\n")


def test_a_suffix_rewritten_with_the_office_s_own_key_does_not_fit_what_was_mailed(
    sealed: Installation, mailbox: Mailbox
) -> None:
    with serving(mailbox) as port:
        mail_of(sealed, port).send(DUE)
    kept = attachments_of(mailbox.mails[0])["partition-1-1.checkpoint"]
    assert verified(sealed, kept=[kept]).is_complete
    change(sealed, 290, """UPDATE records SET process_instance_key = 0, document = CAST('{"forged":true}' AS BLOB)""")
    with sealed.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_logs WHERE partition = 1")
    for file in sorted((sealed.folder / "ledger/pena.example/partition").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    sealed.starts_again()
    sealed.ledger.seal()

    assert verified(sealed).is_intact, "nothing inside the office tells of it"
    assert {finding.kind for finding in verified(sealed, kept=[kept]).findings} == {Kind.WITNESS}


def test_each_recipient_gets_one_and_a_refusal_concerns_only_who_was_refused(
    sealed: Installation, mailbox: Mailbox
) -> None:
    mailbox.refuses.add(INSPECTORATE)
    with serving(mailbox) as port:
        mail = mail_of(sealed, port, INSPECTORATE, ARCHIVE)
        with pytest.raises(DutyFailed, match="1 of 2 mails not taken: SMTPRecipientsRefused") as refused:
            mail.send(DUE)
        assert "@" not in str(refused.value)
        mailbox.refuses.clear()
        mail.send(DUE)

    assert [mail["To"] for mail in mailbox.mails] == [ARCHIVE, INSPECTORATE]


def test_a_mail_whose_answer_was_lost_comes_again_as_the_same_mail(sealed: Installation, mailbox: Mailbox) -> None:
    mailbox.forgets_to_answer = True
    with serving(mailbox) as port:
        with pytest.raises(DutyFailed):
            mail_of(sealed, port).send(DUE)
        mailbox.forgets_to_answer = False
        mail_of(sealed, port).send(DUE)

    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    with serving(mailbox) as port:
        mail_of(sealed, port).send(DUE + timedelta(days=1))
    assert mailbox.mails[-1]["Message-ID"] != first["Message-ID"]


async def test_the_mail_is_sent_once_a_day_and_made_good_when_the_server_is_back(
    sealed: Installation, mailbox: Mailbox
) -> None:
    def a_day(port: int) -> DailyDuties:
        mail = mail_of(sealed, port)
        duty = Duty("mail_checkpoints", lambda due: sealed.database.run(mail.send, due), begins_at_once=True)
        return DailyDuties(sealed.database, sealed.clock, [duty])

    with serving(mailbox) as port:
        await a_day(port).round()
        await a_day(port).round()
        assert len(mailbox.mails) == 1
        sealed.clock.move(timedelta(days=1))
    await a_day(port).round()  # nobody listens there now
    assert standing.read(sealed.database)["mail_checkpoints"].failures == 1
    with serving(mailbox) as port:
        sealed.clock.move(timedelta(minutes=6))
        await a_day(port).round()

    assert len(mailbox.mails) == 2
    assert standing.read(sealed.database)["mail_checkpoints"].failures == 0


def test_before_the_first_checkpoint_there_is_nothing_to_mail(installation: Installation) -> None:
    with pytest.raises(NothingToDo):
        mail_of(installation, 1).send(DUE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of a mail server that an authority of the office's own vouches for, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.office.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate.pem", folder / "key.pem"


@contextmanager
def serving_with_tls(mailbox: Mailbox, certificate: tuple[Path, Path]) -> Iterator[int]:
    """STARTTLS, and no mail without the password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def allowed(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given == LoginPassword(b"pena", PASSWORD.encode()), handled=False)

    with serving(
        mailbox, tls_context=context, require_starttls=True, authenticator=allowed, auth_required=True
    ) as port:
        yield port


def test_a_server_that_wants_tls_and_a_password_gets_both(
    sealed: Installation, mailbox: Mailbox, certificate: tuple[Path, Path]
) -> None:
    with serving_with_tls(mailbox, certificate) as port:
        mail_of(sealed, port, security="starttls", user="pena", password=PASSWORD, authority=certificate[0]).send(DUE)

    assert len(mailbox.mails) == 1


def test_a_password_is_not_told_to_a_server_that_nobody_vouches_for(
    sealed: Installation, mailbox: Mailbox, certificate: tuple[Path, Path]
) -> None:
    with (
        serving_with_tls(mailbox, certificate) as port,
        pytest.raises(DutyFailed, match="SSLCertVerificationError"),
    ):
        mail_of(sealed, port, security="starttls", user="pena", password=PASSWORD).send(DUE)

    assert mailbox.mails == []


def test_a_wrong_password_is_named_without_showing_it(
    sealed: Installation, mailbox: Mailbox, certificate: tuple[Path, Path]
) -> None:
    server = MailServer("127.0.0.1", 25, "pena@office.example", "starttls", "pena", PASSWORD, certificate[0])
    assert PASSWORD not in repr(server)
    with serving_with_tls(mailbox, certificate) as port, pytest.raises(DutyFailed, match="SMTPAuthenticationError 535"):
        mail_of(sealed, port, security="starttls", user="pena", password="wrong", authority=certificate[0]).send(DUE)
