"""Where permits are signed: with the passphrase in memory from the request to its answer, and nowhere else.

Each paper is its own transaction: what was signed before a failure stays signed. The key is opened once for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.case_records import NotAllowedNow, StepAlreadyAnswered, StepMissing
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.letter_typesetting import TemplateFaulty
from penaemas.casefiles.officer_sign_in_delays import SignInDelays
from penaemas.casefiles.permit_signing import NotSigned, PaperToSign, Seal
from penaemas.casefiles.person_vault import PersonErased
from penaemas.connectors.e_signature.port import (
    ESignature,
    SignatureUnavailable,
    SignerCertificate,
    SignerNotEnrolled,
    SigningFacts,
    SigningRefused,
    UnlockedKey,
)
from penaemas.portal.signing.checkpoints import newest_checkpoint

# The door that failed passphrases shut is the signer's own: only who is signed in as the signer ever tries it.
DOOR: Final = "signing"


class Wrong:
    """The passphrase opens no key."""


class NoKey:
    """The officer has no key in force."""


class Away:
    """Whoever signs does not answer."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """Too many failures of this signer; nothing was tried."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class Draft:
    """A permit that waits for its signer."""

    process_id: str
    case_id: str
    user_task_key: int


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of a draft: its number, or why it was not signed, in words. `command_id` completes the task."""

    draft: Draft
    number: str | None = None
    command_id: str | None = None
    refusal: str = ""


class SigningRoom:
    """The room of one office."""

    def __init__(
        self,
        office: Office,
        signature: ESignature,
        seal: Callable[[bytes], bytes],
        delays: SignInDelays,
        *,
        address: str,
        ledger: Path,
        published: bytes = b"",
    ) -> None:
        """Args: address: under which the public reaches our pages; ledger: the folder of what the ledger publishes;
        published: the certificates by which anybody checks our papers, PEM; empty if we sign none.
        """
        self._office = office
        self._signature = signature
        self._seal = seal
        self._delays = delays
        self._address = address.rstrip("/")
        self._ledger = ledger
        self.published = published

    async def certificate_of(self, account: str) -> SignerCertificate | None:
        """The officer's certificate in force."""
        return await self._signature.certificate_of(account)

    async def read(self, draft: Draft, account: str) -> PaperToSign:
        """The permit as this officer would sign it; that they saw it is recorded first.

        Raises:
            As `PermitSigning.prepare`.
        """
        checkpoint = await asyncio.to_thread(newest_checkpoint, self._ledger)
        seal = (
            Seal(self._seal, self._address)
            if checkpoint is None
            else Seal(self._seal, self._address, checkpoint.note, checkpoint.size, checkpoint.root)
        )
        return await self._office.signing.prepare(draft.process_id, draft.case_id, account, seal)

    async def sign(
        self, drafts: Sequence[Draft], account: str, passphrase: SecretStr, entry: dict[str, Any]
    ) -> list[Signed] | Wrong | NoKey | Away | TryLater:
        """Sign these, one after another. Args: entry: what the signer's form asks besides the decision."""
        wait = await self._delays.wait(account, DOOR)
        if wait:
            return TryLater(wait)
        try:
            async with self._signature.unlocked(account, passphrase) as key:
                await self._delays.succeeded(account, DOOR)
                return [await self._sign(draft, account, key, entry) for draft in drafts]
        except SigningRefused:
            await self._delays.failed(account, DOOR, is_known=True)
            return Wrong()
        except SignerNotEnrolled:
            return NoKey()
        except SignatureUnavailable:
            return Away()

    async def _sign(self, draft: Draft, account: str, key: UnlockedKey, entry: dict[str, Any]) -> Signed:
        try:
            paper = await self.read(draft, account)
            facts = SigningFacts(
                f"{paper.title}, nomor {paper.number}", paper.signatory.function, paper.place, paper.at
            )
            signed_pdf = await key.sign(paper.content, facts)
            whole = {**entry, "signing_result": "signed", "certificate_serial": key.certificate.serial}
            command_id = await self._office.signing.complete(
                paper, draft.user_task_key, whole, signed_pdf, key.certificate.serial
            )
        except StepAlreadyAnswered as faster:
            return Signed(draft, refusal=f"sudah diselesaikan oleh {faster.officer} · completed by {faster.officer}")
        except (NotAllowedNow, NotSigned) as refused:
            return Signed(draft, refusal=refused.reason)
        except EntryFaulty as faulty:
            return Signed(draft, refusal="; ".join(str(fault) for fault in faulty.faults))
        except (StepMissing, CaseUnknown, PersonErased, TemplateFaulty):
            return Signed(draft, refusal="suratnya tidak dapat dibuat · the paper cannot be made")
        return Signed(draft, paper.number, command_id)
