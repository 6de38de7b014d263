"""Checks a signed paper, offline: what is wrong with it is called by its name. Trusts the given certificates alone."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha1, sha256
from typing import Any, Final

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from penaemas.connectors.e_signature.local import as_asn1
from penaemas.licensing.permit_payload import ATTACHMENT, PayloadInvalid, SealedPayload

_COORDINATE_BYTES: Final = 32


class Flaw(StrEnum):
    """What can be wrong with a paper."""

    NOT_A_PDF = "not_a_pdf"
    NOT_SIGNED = "not_signed"
    CHANGED = "changed"
    CHANGED_LATER = "changed_later"
    MOVED_SIGNATURE = "moved_signature"
    FOREIGN_CERTIFICATE = "foreign_certificate"
    EXPIRED_CERTIFICATE = "expired_certificate"
    REVOKED_CERTIFICATE = "revoked_certificate"
    TIME_STAMP_MISSING = "time_stamp_missing"
    TIME_STAMP_WRONG = "time_stamp_wrong"
    QR_MISSING = "qr_missing"
    QR_FORGED = "qr_forged"
    QR_OF_ANOTHER = "qr_of_another"


SENTENCES: Final[dict[Flaw, tuple[str, str]]] = {
    Flaw.NOT_A_PDF: ("bukan berkas PDF yang utuh", "not a whole PDF file"),
    Flaw.NOT_SIGNED: ("tidak ada tanda tangan elektronik", "there is no electronic signature"),
    Flaw.CHANGED: ("isi diubah sesudah ditandatangani", "a byte was changed after it was signed"),
    Flaw.CHANGED_LATER: (
        "ada yang ditambahkan sesudah ditandatangani, misalnya halaman",
        "something was added after it was signed, such as a page",
    ),
    Flaw.MOVED_SIGNATURE: (
        "tanda tangan diambil dari surat lain",
        "the signature was taken from another paper",
    ),
    Flaw.FOREIGN_CERTIFICATE: (
        "sertifikat penanda tangan bukan dari kantor ini",
        "the signer's certificate is not of this office",
    ),
    Flaw.EXPIRED_CERTIFICATE: (
        "sertifikat penanda tangan tidak berlaku pada waktu itu",
        "the signer's certificate was not valid at the time",
    ),
    Flaw.REVOKED_CERTIFICATE: (
        "sertifikat penanda tangan sudah dicabut pada waktu itu",
        "the signer's certificate was revoked by then",
    ),
    Flaw.TIME_STAMP_MISSING: ("penanda waktu dihapus", "the time-stamp was removed"),
    Flaw.TIME_STAMP_WRONG: ("penanda waktu tidak dapat dipercaya", "the time-stamp cannot be trusted"),
    Flaw.QR_MISSING: ("tidak ada kode QR kantor ini", "there is no QR code of this office"),
    Flaw.QR_FORGED: ("kode QR dipalsukan", "the QR code is forged"),
    Flaw.QR_OF_ANOTHER: ("kode QR milik surat lain", "the QR code belongs to another paper"),
}
"""Indonesian and English."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. Without flaws the paper is what it says.

    Attributes:
        number: of the permit, as its data says; None where there is none.
        signed_at: by the time-stamp; None where it cannot be trusted.
    """

    flaws: tuple[Flaw, ...]
    number: str | None = None
    signer: str | None = None
    signed_at: datetime | None = None
    payload: SealedPayload | None = field(default=None, repr=False)

    @property
    def is_genuine(self) -> bool:
        """Whether nothing is wrong. Whether it is still in force, the register alone says."""
        return not self.flaws


def check_paper(content: bytes, published: bytes) -> Checked:
    """Check a paper. Args: published: certificates of root and seal, PEM, as the office publishes them.

    Raises:
        ValueError: `published` is not what an office publishes.
    """
    root, seal = x509.load_pem_x509_certificates(published)
    try:
        reader = PdfFileReader(io.BytesIO(content))
        signatures = reader.embedded_regular_signatures
    except (PdfError, ValueError, KeyError, TypeError, RecursionError):
        return Checked((Flaw.NOT_A_PDF,))
    try:
        found = _Paper(reader, root, seal)
        flaws = [*found.signature_flaws(signatures), *found.qr_flaws()]
    except (PdfError, SignatureValidationError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # The file's own structure is broken where it was looked at.
        return Checked((Flaw.CHANGED,))
    return Checked(tuple(dict.fromkeys(flaws)), found.number, found.signer, found.signed_at, found.payload)


def is_sealed(payload: SealedPayload, seal: x509.Certificate) -> bool:
    """Whether the seal is this office's."""
    key = seal.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    r, s = payload.seal[:_COORDINATE_BYTES], payload.seal[_COORDINATE_BYTES:]
    signature = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    try:
        key.verify(signature, payload.payload.to_bytes(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


class _Paper:
    """One paper while it is looked at."""

    def __init__(self, reader: PdfFileReader, root: x509.Certificate, seal: x509.Certificate) -> None:
        self._reader = reader
        self._root = root
        self._seal = seal
        self.signer: str | None = None
        self.signed_at: datetime | None = None
        self.payload: SealedPayload | None = None
        self._attachment = _attachment(reader)
        self.number = _number_in(self._attachment)

    def signature_flaws(self, signatures: Sequence[EmbeddedPdfSignature]) -> Iterator[Flaw]:
        """What is wrong with signature and time-stamps."""
        if len(signatures) != 1:
            yield Flaw.NOT_SIGNED if not signatures else Flaw.CHANGED_LATER
            return
        (signature,) = signatures
        stamps = [one for one in self._reader.embedded_timestamp_signatures]
        moment = self._stamped_at(signature)
        if not stamps or moment is None:
            yield Flaw.TIME_STAMP_MISSING
        status = validate_pdf_signature(signature, self._trusting(moment), self._trusting(moment))
        self.signer = status.signing_cert.subject.native.get("common_name")
        self.signed_at = moment
        if not status.intact or not status.valid:
            yield Flaw.MOVED_SIGNATURE if self._is_moved(signature) else Flaw.CHANGED
            return
        yield from self._certificate_flaws(signature, status.signing_cert, moment)
        if status.modification_level is not None and status.modification_level > ModificationLevel.LTA_UPDATES:
            yield Flaw.CHANGED_LATER
        if self._is_moved(signature):
            yield Flaw.MOVED_SIGNATURE
        stamp = status.timestamp_validity
        if stamp is not None and not (stamp.valid and stamp.intact and stamp.trusted):
            yield Flaw.TIME_STAMP_WRONG
        if stamps:
            yield from self._stamp_flaws(stamps[-1])

    def _stamp_flaws(self, stamp: EmbeddedPdfSignature) -> Iterator[Flaw]:
        status = validate_pdf_timestamp(stamp, self._trusting(None))
        if not status.intact:
            yield Flaw.CHANGED
        elif not status.valid or not status.trusted:
            yield Flaw.TIME_STAMP_WRONG
        covered = stamp.coverage is not None and stamp.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
        # After the last time-stamp only proofs for a later check may follow.
        if not covered or (status.modification_level or ModificationLevel.NONE) > ModificationLevel.LTA_UPDATES:
            yield Flaw.CHANGED_LATER

    def qr_flaws(self) -> Iterator[Flaw]:
        """What is wrong with what the QR code says of this paper."""
        fragment = next((uri.partition("#")[2] for uri in _links(self._reader) if "#" in uri), None)
        if fragment is None:
            yield Flaw.QR_MISSING
            return
        try:
            self.payload = SealedPayload.of_fragment(fragment)
        except PayloadInvalid:
            yield Flaw.QR_FORGED
            return
        if not is_sealed(self.payload, self._seal):
            yield Flaw.QR_FORGED
        elif self._attachment is None or sha256(self._attachment).digest() != self.payload.payload.digest:
            yield Flaw.QR_OF_ANOTHER

    def _certificate_flaws(
        self, signature: EmbeddedPdfSignature, certificate: asn1_x509.Certificate, moment: datetime | None
    ) -> Iterator[Flaw]:
        ours = x509.load_der_x509_certificate(certificate.dump())
        try:
            ours.verify_directly_issued_by(self._root)
        except (InvalidSignature, ValueError, TypeError):
            yield Flaw.FOREIGN_CERTIFICATE
            return
        if moment is not None and not ours.not_valid_before_utc <= moment <= ours.not_valid_after_utc:
            yield Flaw.EXPIRED_CERTIFICATE
        if moment is not None and any(
            (revoked := listed.get_revoked_certificate_by_serial_number(ours.serial_number)) is not None
            and revoked.revocation_date_utc <= moment
            for listed in self._revocation_lists()
        ):
            yield Flaw.REVOKED_CERTIFICATE

    def _revocation_lists(self) -> Iterator[x509.CertificateRevocationList]:
        """The lists that the paper carries and our root has signed."""
        store = _at(self._reader.root, "/DSS", {})
        root_key = self._root.public_key()
        for stream in _at(store, "/CRLs", []):
            listed = x509.load_der_x509_crl(stream.get_object().data)
            if isinstance(root_key, ec.EllipticCurvePublicKey) and listed.is_signature_valid(root_key):
                yield listed

    def _trusting(self, moment: datetime | None) -> ValidationContext:
        root = [as_asn1(self._root)]
        if moment is None:
            return ValidationContext(trust_roots=root, allow_fetching=False, revocation_mode="soft-fail")
        return ValidationContext(trust_roots=root, allow_fetching=False, revocation_mode="soft-fail", moment=moment)

    def _stamped_at(self, signature: EmbeddedPdfSignature) -> datetime | None:
        for attribute in signature.signer_info["unsigned_attrs"]:
            if attribute["type"].native == "signature_time_stamp_token":
                stamp = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed
                instant: datetime = stamp["gen_time"].native
                return instant
        return None

    def _is_moved(self, signature: EmbeddedPdfSignature) -> bool:
        """The paper's list of proofs names its signature; the signature's reason names its paper."""
        reason = str(_at(signature.sig_object, "/Reason", ""))
        if self.number is not None and reason and self.number not in reason:
            return True
        store = _at(self._reader.root, "/DSS", {})
        proofs = _at(store, "/VRI", {})
        named = sha1(signature.pkcs7_content, usedforsecurity=False).hexdigest().upper()
        return bool(proofs) and f"/{named}" not in proofs


def _links(reader: PdfFileReader) -> Iterator[str]:
    for page in _pages(reader.root["/Pages"]):
        for annotation in _at(page, "/Annots", []):
            action = _at(annotation.get_object(), "/A", {})
            if "/URI" in action:
                yield _text(action["/URI"])


def _pages(node: Any) -> Iterator[Any]:
    if "/Kids" not in node:
        yield node
        return
    for kid in node["/Kids"]:
        yield from _pages(kid.get_object())


def _attachment(reader: PdfFileReader) -> bytes | None:
    for each in _at(reader.root, "/AF", []):
        specification = each.get_object()
        if _text(_at(specification, "/UF", "")) == ATTACHMENT:
            content: bytes = specification["/EF"]["/F"].data
            return content
    return None


def _number_in(attachment: bytes | None) -> str | None:
    if attachment is None:
        return None
    number = json.loads(attachment).get("number")
    return str(number) if number else None


def _at(dictionary: Any, key: str, default: Any) -> Any:
    """The value itself, where the file may hold a reference to it."""
    return dictionary[key] if key in dictionary else default  # noqa: SIM401 (`get` gives the reference)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
