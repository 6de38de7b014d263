"""Finds what the register says of a permit: by its number, by the payload of its QR code, by the paper itself."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.permit_register import Permit
from penaemas.connectors.e_signature.checking import SENTENCES, check_paper, is_sealed
from penaemas.licensing.permit_payload import PayloadInvalid, SealedPayload
from penaemas.portal.forms.sentences import Words

LONGEST_NUMBER: Final = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    Attributes:
        permit: as the register has it; None if it is unknown there.
        signer: name of who signed.
        flaws: what is wrong with code or paper; empty also where neither was handed in.
        is_genuine: whether code or paper was checked and found to be ours.
    """

    permit: Permit | None
    signer: str = ""
    flaws: tuple[Words, ...] = ()
    is_genuine: bool = False


FORGED: Final = Words("kode QR bukan dari kantor ini", "the QR code is not of this office")
NOT_OF_REGISTER: Final = Words(
    "isinya bukan surat yang tercatat dengan nomor ini", "it is not the paper that is registered under this number"
)


class Verification:
    """The checks of one office."""

    def __init__(self, office: Office, published: bytes) -> None:
        """Args: published: certificates of root and seal, PEM; empty where the office signs nothing."""
        self._office = office
        self._published = published
        self._one_at_a_time = asyncio.Semaphore(1)

    @property
    def reads_papers(self) -> bool:
        """Whether there are certificates to check a paper or a code by."""
        return bool(self._published)

    @property
    def seal_key(self) -> str:
        """The public key of the office's seal, SPKI in base64; empty where there is none."""
        if not self._published:
            return ""
        _, seal = x509.load_pem_x509_certificates(self._published)
        key = seal.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b64encode(key).decode()

    async def by_number(self, number: str) -> Finding:
        """What the register says of a number."""
        wanted = " ".join(number.split())
        # What cannot be printed stands on no paper, and PostgreSQL takes no NUL.
        if not wanted or len(wanted) > LONGEST_NUMBER or not wanted.isprintable():
            return Finding(None)
        found = await self._office.permits.find(wanted) or await self._office.permits.find(wanted.upper())
        return Finding(found, await self._signer(found))

    async def by_code(self, fragment: str) -> Finding:
        """Whether a QR code is ours, and what the register says of its paper."""
        try:
            sealed = SealedPayload.of_fragment(fragment)
        except PayloadInvalid:
            return Finding(None, flaws=(FORGED,))
        if not self.reads_papers:
            return Finding(None, flaws=(FORGED,))
        _, seal = x509.load_pem_x509_certificates(self._published)
        if not is_sealed(sealed, seal):
            return Finding(None, flaws=(FORGED,))
        return await self._registered(sealed)

    async def by_paper(self, content: bytes) -> Finding:
        """Whether a paper is genuine, and what the register says of it. Nothing of it is kept."""
        async with self._one_at_a_time:
            checked = await asyncio.to_thread(check_paper, content, self._published)
        if not checked.is_genuine or checked.payload is None:
            return Finding(None, flaws=tuple(Words(*SENTENCES[flaw]) for flaw in checked.flaws))
        return await self._registered(checked.payload)

    async def _registered(self, sealed: SealedPayload) -> Finding:
        found = await self._office.permits.find(sealed.payload.number)
        if found is not None and found.data_digest != sealed.payload.digest.hex():
            return Finding(None, flaws=(NOT_OF_REGISTER,))
        return Finding(found, await self._signer(found), is_genuine=True)

    async def _signer(self, permit: Permit | None) -> str:
        if permit is None:
            return ""
        officer = await self._office.officers.find(permit.signed_by)
        return officer.name if officer is not None else ""
