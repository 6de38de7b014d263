"""What this program asks of whoever makes electronic signatures: the office's own authority, or BSrE.

The signer signs: a key is unlocked by its owner's passphrase for one sitting, in memory, and forgotten at its end.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr


class SigningRefused(Exception):
    """Account and passphrase open no key; which of the two is wrong, nobody is told."""


class SignerNotEnrolled(Exception):
    """This account has no key in force."""


class SignatureUnavailable(Exception):
    """Whoever signs does not answer; worth trying again. `system` names it."""

    def __init__(self, system: str) -> None:
        super().__init__(f"{system} does not answer")
        self.system = system


@dataclass(frozen=True, slots=True)
class SignerCertificate:
    """A signer's certificate. `serial` in hex, as certificates and registers show it."""

    account: str
    name: str
    serial: str
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class SigningFacts:
    """What the signature itself says beside who signed. `reason` names the paper's number: a moved one betrays itself.

    Attributes:
        function: in which post, as printed on the paper, with "Plh."/"Plt." of a stand-in.
        at: the instant of signing, by the office's clock.
    """

    reason: str
    function: str
    place: str
    at: datetime


class UnlockedKey(Protocol):
    """A signer's key, open for one sitting."""

    certificate: SignerCertificate

    async def sign(self, pdf: bytes, facts: SigningFacts) -> bytes:
        """The PDF with a PAdES signature, a time-stamp and everything that a later check needs.

        Raises:
            SignatureUnavailable: no answer in time; nothing was signed.
        """
        ...


class ESignature(Protocol):
    """Whoever holds the signers' keys."""

    async def certificate_of(self, account: str) -> SignerCertificate | None:
        """The certificate in force of an account, or None."""
        ...

    def unlocked(self, account: str, passphrase: SecretStr) -> AbstractAsyncContextManager[UnlockedKey]:
        """Open a key until the block ends.

        Raises:
            SignerNotEnrolled: the account has no key in force.
            SigningRefused: the passphrase does not open it.
            SignatureUnavailable: no answer in time.
        """
        ...


class PermitSeal(Protocol):
    """The office's own key for what stands in a QR code. It is no signature of a person."""

    def seal(self, payload: bytes) -> bytes:
        """Signature over a payload: ECDSA P-256 with SHA-256, r and s of 32 bytes each."""
        ...
