"""PAdES signatures by keys of the office's own authority, with a time-stamp and long-term data: no network needed."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import Certificate, load_pem_x509_certificate
from pydantic import SecretStr
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from penaemas.connectors.e_signature.authority import Authority, bound_to
from penaemas.connectors.e_signature.locked_key import unlock
from penaemas.connectors.e_signature.port import SignerCertificate, SignerNotEnrolled, SigningFacts

FIELD: Final = "TandaTangan"


class LocalESignature:
    """See `ESignature`."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    async def certificate_of(self, account: str) -> SignerCertificate | None:
        """See `ESignature`."""

        def find() -> SignerCertificate | None:
            known = (one for one in self._authority.signers() if one.account == account and one.revoked_at is None)
            return next(known, None)

        return await asyncio.to_thread(find)

    @asynccontextmanager
    async def unlocked(self, account: str, passphrase: SecretStr) -> AsyncIterator[LocalKey]:
        """See `ESignature`."""
        yield await asyncio.to_thread(self._open, account, passphrase)

    def _open(self, account: str, passphrase: SecretStr) -> LocalKey:
        content = self._authority.locked(account)
        key = unlock(content["locked_key"], passphrase, bound_to(account, content["serial"]))
        certificate = next((one for one in self._authority.signers() if one.serial == content["serial"]), None)
        if certificate is None:  # its file was removed between the two looks
            raise SignerNotEnrolled(account)
        return LocalKey(self._authority, certificate, content["certificate"].encode(), key)


class LocalKey:
    """See `UnlockedKey`. The key is in this object's memory and nowhere else."""

    def __init__(self, authority: Authority, certificate: SignerCertificate, pem: bytes, key: bytes) -> None:
        self.certificate = certificate
        self._authority = authority
        self._signing = SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(_der_of(pem)),
            signing_key=asn1_keys.PrivateKeyInfo.load(key),
            cert_registry=_store(authority.root),
        )

    def __repr__(self) -> str:
        return f"LocalKey({self.certificate.serial})"

    async def sign(self, pdf: bytes, facts: SigningFacts) -> bytes:
        """See `UnlockedKey`."""
        return await asyncio.to_thread(self._sign, pdf, facts)

    def _sign(self, pdf: bytes, facts: SigningFacts) -> bytes:
        authority = self._authority
        revoked = asn1_crl.CertificateList.load(authority.revoked().public_bytes(Encoding.DER))
        stamp_key = authority.time_stamp_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        stamps = DummyTimeStamper(
            tsa_cert=as_asn1(authority.time_stamp_certificate),
            tsa_key=asn1_keys.PrivateKeyInfo.load(stamp_key),
            certs_to_embed=_store(authority.root),
            fixed_dt=facts.at,
        )
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            use_pades_lta=True,
            embed_validation_info=True,
            validation_context=ValidationContext(
                trust_roots=[as_asn1(authority.root)],
                crls=[revoked],
                allow_fetching=False,
                revocation_mode="hard-fail",
                moment=facts.at,
            ),
            name=f"{self.certificate.name}, {facts.function}",
            reason=facts.reason,
            location=facts.place,
        )
        signed = io.BytesIO()
        PdfSigner(metadata, self._signing, timestamper=stamps, new_field_spec=SigFieldSpec(FIELD)).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), output=signed
        )
        return signed.getvalue()


def as_asn1(certificate: Certificate) -> asn1_x509.Certificate:
    """The same certificate as pyHanko wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _store(root: Certificate) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register(as_asn1(root))
    return store


def _der_of(pem: bytes) -> bytes:
    return load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
