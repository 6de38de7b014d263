"""The office's own signatures: what the validator accepts, and what it calls by its name when it does not."""

from __future__ import annotations

import asyncio
import io
import json
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import SecretStr
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from penaemas.casefiles.bootstrap import CONFIG
from penaemas.casefiles.letter_typesetting import LetterTypesetter
from penaemas.cli.archive_validator import MAIN_CLASS, bring_archive_validator
from penaemas.connectors.e_signature.authority import Authority
from penaemas.connectors.e_signature.checking import Flaw, check_paper
from penaemas.connectors.e_signature.local import LocalESignature, as_asn1
from penaemas.connectors.e_signature.locked_key import PassphraseTooWeak
from penaemas.connectors.e_signature.port import SignerNotEnrolled, SigningFacts, SigningRefused
from penaemas.licensing.permit_payload import PermitPayload, SealedPayload
from penaemas.settings import InstallationSettings
from penaemas.zeebe.java_runtime import find_java

PASSPHRASE = SecretStr("kucing payung gunung teh")
NOON = datetime(2026, 2, 2, 5, 0, tzinfo=UTC)


class Clock:
    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass
class Office:
    """An authority with one signer, who signs papers."""

    authority: Authority
    clock: Clock

    def paper(self, number: str = "IZN-321102-02022026-001", *, seal: Callable[[bytes], bytes] | None = None) -> bytes:
        """An unsigned paper with its QR code."""
        attachment = json.dumps({"number": number})
        payload = PermitPayload(number, sha256(attachment.encode()).digest())
        sealed = SealedPayload(payload, (seal or self.authority.seal)(payload.to_bytes()))
        return typeset(number, attachment, sealed)

    async def sign(self, pdf: bytes, number: str = "IZN-321102-02022026-001") -> bytes:
        async with LocalESignature(self.authority).unlocked("kadis", PASSPHRASE) as key:
            return await key.sign(
                pdf, SigningFacts(f"Izin, nomor {number}", "Kepala Dinas", "Sumedang", self.clock.now())
            )

    async def signed(self, number: str = "IZN-321102-02022026-001") -> bytes:
        return await self.sign(self.paper(number), number)


def typeset(number: str, attachment: str, sealed: SealedPayload) -> bytes:
    """A licence of the catalogue as the office prints it."""
    address = f"https://pena.example/periksa#{sealed.fragment}"
    data: dict[str, Any] = {
        **dict.fromkeys(
            ("case_number", "applicant_name", "applicant_address", "place_name", "place_address"), "Rekaan"
        ),
        **dict.fromkeys(("sub_district_name", "valid_until", "conditions", "legal_basis", "fee", "day"), "contoh"),
        "letterhead": dict.fromkeys(
            ("government", "agency", "address", "contact", "city_of_signature"), "Kantor Rekaan"
        ),
        "region_code": "00.00",
        "title": "Izin Rekaan",
        "number": number,
        "date": "2026-02-02",
        "is_draft": False,
        "answers": [["Bidang", "contoh"]],
        "fee_is_example": False,
        "fee_number": "-",
        "signer_title": "Kepala Dinas",
        "signed": {
            "name": "Ani Rekaan",
            "function": "Kepala Dinas",
            "stand_in_for": "",
            "day": "2 Februari 2026",
            "attachment": attachment,
            "qr_svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="4" height="4"/></svg>',
            "address": address,
            "page": "https://pena.example/periksa",
        },
    }
    return LetterTypesetter(CONFIG / "letters").typeset("emas_licence", data)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    clock = Clock()
    authority = Authority(tmp_path_factory.mktemp("authority") / "keys", clock, organisation="Kantor Rekaan")
    authority.enrol("kadis", "Ani Rekaan", PASSPHRASE)
    return Office(authority, clock)


@pytest.fixture(scope="module")
def signed(office: Office) -> bytes:
    return asyncio.run(office.signed())


def flaws(office: Office, paper: bytes) -> tuple[Flaw, ...]:
    return check_paper(paper, office.authority.published()).flaws


def test_a_signed_paper_is_genuine_and_tells_by_whom_and_when(office: Office, signed: bytes) -> None:
    checked = check_paper(signed, office.authority.published())

    assert checked.flaws == ()
    assert (checked.number, checked.signer, checked.signed_at) == ("IZN-321102-02022026-001", "Ani Rekaan", NOON)


def test_pyhankos_own_validator_trusts_it_and_finds_no_change_but_proofs(office: Office, signed: bytes) -> None:
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures
    trusting = ValidationContext(
        trust_roots=[as_asn1(office.authority.root)], allow_fetching=False, moment=NOON + timedelta(minutes=1)
    )

    status = validate_pdf_signature(signature, trusting)

    assert status.bottom_line
    assert status.modification_level == ModificationLevel.LTA_UPDATES


def test_a_byte_changed_anywhere_in_what_was_signed_is_called_a_change(office: Office, signed: bytes) -> None:
    first, _, _, _ = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures[0].byte_range
    end = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures[0].byte_range[1]
    for place in range(first + 200, end, end // 7):
        changed = bytearray(signed)
        changed[place] ^= 1
        found = set(flaws(office, bytes(changed)))
        assert found & {Flaw.CHANGED, Flaw.NOT_A_PDF}, place


def test_a_page_added_by_an_incremental_update_is_called_an_addition(office: Office, signed: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9))),
        }
    )
    writer.insert_page(page)
    added = io.BytesIO()
    writer.write(added)

    assert Flaw.CHANGED_LATER in flaws(office, added.getvalue())


async def test_a_signature_from_another_permit_is_called_moved(office: Office, signed: bytes) -> None:
    other = await office.signed("IZN-321102-02022026-002")
    ours, theirs = hexadecimal_signature(signed), hexadecimal_signature(other)
    # Both lie in a place of the same kind, filled up with zeros; a signature may be a byte longer or shorter.
    theirs = b"<" + theirs[1:-1].rstrip(b"0").ljust(len(ours) - 2, b"0") + b">"

    found = await asyncio.to_thread(flaws, office, signed.replace(ours, theirs, 1))

    assert Flaw.MOVED_SIGNATURE in found


async def test_a_certificate_of_another_authority_is_called_foreign(office: Office, tmp_path: Path) -> None:
    stranger = Office(Authority(tmp_path / "keys", office.clock, organisation="Kantor Rekaan"), office.clock)
    stranger.authority.enrol("kadis", "Ani Rekaan", PASSPHRASE)
    paper = await stranger.sign(office.paper())

    assert Flaw.FOREIGN_CERTIFICATE in await asyncio.to_thread(flaws, office, paper)


async def test_a_time_stamp_that_was_removed_is_missed(office: Office, signed: bytes) -> None:
    before = signed[
        : signed.index(b"%%EOF", PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures[0].byte_range[1]) + 6
    ]

    assert Flaw.TIME_STAMP_MISSING in await asyncio.to_thread(flaws, office, before)


async def test_a_qr_code_that_we_have_not_sealed_is_called_forged(office: Office) -> None:
    paper = await office.sign(office.paper(seal=lambda payload: sha256(payload).digest() * 2))

    assert await asyncio.to_thread(flaws, office, paper) == (Flaw.QR_FORGED,)


async def test_a_qr_code_of_another_permit_is_called_that(office: Office) -> None:
    payload = PermitPayload("IZN-321102-02022026-001", bytes(32))
    sealed = SealedPayload(payload, office.authority.seal(payload.to_bytes()))
    paper = await office.sign(typeset("IZN-321102-02022026-001", '{"number": "IZN-321102-02022026-001"}', sealed))

    assert await asyncio.to_thread(flaws, office, paper) == (Flaw.QR_OF_ANOTHER,)


async def test_an_expired_certificate_signs_nothing_and_a_revoked_one_neither(tmp_path: Path) -> None:
    clock = Clock()
    office = Office(Authority(tmp_path / "keys", clock, organisation="Kantor Rekaan"), clock)
    office.authority.enrol("kadis", "Ani Rekaan", PASSPHRASE)
    paper = office.paper()
    office.authority.revoke("kadis")
    with pytest.raises(SignerNotEnrolled):
        await office.sign(paper)

    office.authority.enrol("kadis", "Ani Rekaan", PASSPHRASE)
    clock.at += timedelta(days=365 * 3)
    with pytest.raises(SignerNotEnrolled):
        await office.sign(paper)


async def test_what_was_signed_before_a_revocation_stays_good_and_after_expiry_too(tmp_path: Path) -> None:
    clock = Clock()
    office = Office(Authority(tmp_path / "keys", clock, organisation="Kantor Rekaan"), clock)
    office.authority.enrol("kadis", "Ani Rekaan", PASSPHRASE)
    paper = await office.signed()
    clock.at += timedelta(days=1)
    office.authority.revoke("kadis")

    assert await asyncio.to_thread(flaws, office, paper) == ()


async def test_a_wrong_passphrase_opens_nothing_and_its_refusal_says_nothing(office: Office) -> None:
    with pytest.raises(SigningRefused) as refused:
        async with LocalESignature(office.authority).unlocked("kadis", SecretStr("kucing payung gunung susu")):
            pass

    assert (str(refused.value), refused.value.__cause__, refused.value.__suppress_context__) == ("", None, True)


def test_a_weak_passphrase_is_not_taken(office: Office) -> None:
    for weak in ("pendek", "aaaaaaaaaaaaaa"):
        with pytest.raises(PassphraseTooWeak):
            office.authority.enrol("lain", "Lain Rekaan", SecretStr(weak))


def test_the_folder_is_closed_and_no_signers_key_lies_there_unlocked(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Authority(folder, Clock(), organisation="Kantor Rekaan").enrol("kadis", "Ani Rekaan", PASSPHRASE)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.rglob("*"):
        assert file.is_dir() or stat.S_IMODE(file.stat().st_mode) == 0o600
    (signer,) = (folder / "signers").iterdir()
    assert "PRIVATE KEY" not in signer.read_text()


def test_an_authority_that_was_made_is_the_same_when_it_is_opened_again(tmp_path: Path) -> None:
    first = Authority(tmp_path / "keys", Clock(), organisation="Kantor Rekaan").published()

    assert Authority(tmp_path / "keys", Clock(), organisation="Kantor Rekaan").published() == first


def test_pdfsig_accepts_the_original_with_our_authority_trusted(office: Office, signed: bytes, tmp_path: Path) -> None:
    paper, authority, trusted = tmp_path / "izin.pdf", tmp_path / "root.pem", tmp_path / "nss"
    paper.write_bytes(signed)
    authority.write_bytes(office.authority.root.public_bytes(Encoding.PEM))
    trusted.mkdir()
    for command in (
        ["certutil", "-N", "-d", f"sql:{trusted}", "--empty-password"],
        ["certutil", "-A", "-d", f"sql:{trusted}", "-n", "kantor", "-t", "CT,C,C", "-i", str(authority)],
    ):
        subprocess.run(command, check=True, capture_output=True)

    said = subprocess.run(["pdfsig", "-nssdir", f"sql:{trusted}", str(paper)], capture_output=True, text=True).stdout

    first = said.partition("Signature #2")[0]
    assert "Signature Validation: Signature is Valid." in first
    assert "Signer Certificate Common Name: Ani Rekaan" in first
    assert "Certificate Validation: Certificate is Trusted." in first


def test_an_independent_validator_finds_it_fit_for_the_archive_and_for_reading_aloud(
    signed: bytes, tmp_path: Path
) -> None:
    paper, validator = tmp_path / "izin.pdf", bring_archive_validator(InstallationSettings().cache_folder)
    paper.write_bytes(signed)
    for flavour in ("3a", "ua1"):
        command = ["-cp", str(validator), MAIN_CLASS, "--format", "text", "-f", flavour, str(paper)]
        said = subprocess.run([str(find_java()), *command], capture_output=True, text=True).stdout
        assert said.startswith("PASS"), said


def hexadecimal_signature(pdf: bytes) -> bytes:
    """The first signature as it stands in the file."""
    start = pdf.index(b"/Contents <") + len(b"/Contents ")
    return pdf[start : pdf.index(b">", start) + 1]
