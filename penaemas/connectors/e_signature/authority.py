"""The office's own certificate authority: root, time-stamps, the seal of QR codes, the signers' certificates.

It is the office's word for its own signers, and no more: nobody outside trusts it who was not given its certificate.
Keys of signers are locked with their passphrase; the three of the office itself lie in its `secrets` folder.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pydantic import SecretStr

from penaemas.connectors.e_signature import key_files
from penaemas.connectors.e_signature.locked_key import lock, require_strong
from penaemas.connectors.e_signature.port import SignerCertificate, SignerNotEnrolled
from penaemas.licensing.clock import Clock

ROOT_YEARS: Final = 25
SERVICE_YEARS: Final = 15
SIGNER_YEARS: Final = 2
_SKEW: Final = timedelta(hours=1)
_LIST_HOLDS: Final = timedelta(days=30)
_COORDINATE_BYTES: Final = 32
_DIGITAL_SIGNATURE, _AUTHORITY = "digital_signature", "authority"


class Authority:
    """The authority in one folder. Opening it makes it the first time."""

    def __init__(self, folder: Path, clock: Clock, *, organisation: str) -> None:
        """Args: folder: `secrets/e_signature`; organisation: as it stands in the certificates."""
        self._folder = folder
        self._clock = clock
        self._organisation = organisation
        key_files.prepare(folder)
        self._make_once()
        root_key, self.root = key_files.pair(folder, "root")
        seal_key, self.seal_certificate = key_files.pair(folder, "seal")
        self.time_stamp_key, self.time_stamp_certificate = key_files.pair(folder, "time_stamp")
        if not isinstance(root_key, ec.EllipticCurvePrivateKey) or not isinstance(seal_key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{folder} does not hold an authority of ours")
        self._root_key, self._seal_key = root_key, seal_key

    def enrol(self, account: str, name: str, passphrase: SecretStr) -> SignerCertificate:
        """Make a key for a signer; one that was in force until now is revoked.

        Raises:
            PassphraseTooWeak: the passphrase is no good.
        """
        require_strong(passphrase)
        now = self._clock.now()
        for known in self._in_force(account):
            key_files.keep_signer(self._folder, known["serial"], known | {"revoked_at": now.isoformat()})
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certify(_name(name, self._organisation, account), key.public_key(), now, SIGNER_YEARS)
        serial = f"{certificate.serial_number:x}"
        content = {
            "account": account,
            "name": name,
            "serial": serial,
            "enrolled_at": now.isoformat(),
            "revoked_at": None,
            "certificate": certificate.public_bytes(Encoding.PEM).decode(),
            "locked_key": lock(key, passphrase, bound_to(account, serial)),
        }
        key_files.keep_signer(self._folder, serial, content)
        return _told(content)

    def revoke(self, account: str) -> SignerCertificate:
        """Revoke the certificate in force: papers that were signed with it before stay good.

        Raises:
            SignerNotEnrolled: there is none.
        """
        content = self.locked(account) | {"revoked_at": self._clock.now().isoformat()}
        key_files.keep_signer(self._folder, content["serial"], content)
        return _told(content)

    def locked(self, account: str) -> dict[str, Any]:
        """What is on file of the signer's key in force.

        Raises:
            SignerNotEnrolled: there is none.
        """
        found = self._in_force(account)
        if not found:
            raise SignerNotEnrolled(account)
        return found[0]

    def signers(self) -> tuple[SignerCertificate, ...]:
        """Every certificate that was ever given, the newest first."""
        return tuple(_told(one) for one in key_files.signers(self._folder))

    def revoked(self) -> x509.CertificateRevocationList:
        """The list of revoked certificates, as of now."""
        now = self._clock.now()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(now - _SKEW)
            .next_update(now + _LIST_HOLDS)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._root_key.public_key()), False)
        )
        for one in self.signers():
            if one.revoked_at is not None:
                row = x509.RevokedCertificateBuilder().serial_number(int(one.serial, 16))
                builder = builder.add_revoked_certificate(row.revocation_date(one.revoked_at).build())
        return builder.sign(self._root_key, hashes.SHA256())

    def seal(self, payload: bytes) -> bytes:
        """See `PermitSeal`."""
        r, s = decode_dss_signature(self._seal_key.sign(payload, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")

    def published(self) -> bytes:
        """What others need to check our papers: the certificates of root and seal, PEM."""
        return self.root.public_bytes(Encoding.PEM) + self.seal_certificate.public_bytes(Encoding.PEM)

    def _in_force(self, account: str) -> list[dict[str, Any]]:
        now = self._clock.now()
        return [
            one
            for one in key_files.signers(self._folder)
            if one["account"] == account and one["revoked_at"] is None and _told(one).valid_to > now
        ]

    def _make_once(self) -> None:
        if (self._folder / "seal.key").exists():
            return
        now = self._clock.now()
        key_files.keep_pair(self._folder, "root", *self._new_root(now))
        root_key, self.root = key_files.pair(self._folder, "root")
        if not isinstance(root_key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{self._folder} does not hold an authority of ours")
        self._root_key = root_key
        # RSA, because pyHanko's time-stamping authority knows nothing else.
        stamp = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        stamp_name = _name("Penanda waktu", self._organisation)
        keys = (("time_stamp", stamp, self._certify(stamp_name, stamp.public_key(), now, SERVICE_YEARS, stamps=True)),)
        for name, key, certificate in keys:
            key_files.keep_pair(self._folder, name, key, certificate)
        seal = ec.generate_private_key(ec.SECP256R1())
        seal_name = _name("Segel QR izin", self._organisation)
        key_files.keep_pair(self._folder, "seal", seal, self._certify(seal_name, seal.public_key(), now, SERVICE_YEARS))

    def _new_root(self, now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        key, name = ec.generate_private_key(ec.SECP256R1()), _name("Otoritas tanda tangan", self._organisation)
        builder = (
            _builder(name, name, key.public_key(), now, ROOT_YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(_AUTHORITY), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        return key, builder.sign(key, hashes.SHA256())

    def _certify(
        self, name: x509.Name, key: CertificatePublicKeyTypes, now: datetime, years: int, *, stamps: bool = False
    ) -> x509.Certificate:
        root = self._root_key.public_key()
        builder = (
            _builder(name, self.root.subject, key, now, years)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(_DIGITAL_SIGNATURE), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )
        if stamps:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return builder.sign(self._root_key, hashes.SHA256())


def bound_to(account: str, serial: str) -> bytes:
    """What a locked key is bound to."""
    return f"{account}\0{serial}".encode()


def _told(content: dict[str, Any]) -> SignerCertificate:
    certificate = x509.load_pem_x509_certificate(content["certificate"].encode())
    return SignerCertificate(
        account=content["account"],
        name=content["name"],
        serial=content["serial"],
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        revoked_at=datetime.fromisoformat(content["revoked_at"]) if content["revoked_at"] else None,
    )


def _name(name: str, organisation: str, account: str | None = None) -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
        x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
    ]
    if account is not None:
        parts.append(x509.NameAttribute(NameOID.USER_ID, account))
    return x509.Name(parts)


def _builder(
    name: x509.Name, issuer: x509.Name, key: CertificatePublicKeyTypes, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=365 * years))
    )


def _usage(purpose: str) -> x509.KeyUsage:
    signs, certifies = purpose == _DIGITAL_SIGNATURE, purpose == _AUTHORITY
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )
