"""A permit becomes a signed paper: made ready for its signer, and taken into the case file with the completed step.

The signature itself is made between the two, by whoever holds the signer's key; nothing of it is known here. The second
half is one transaction: sealed file, register, the step and the command to the engine are all there, or none of them.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

import segno
from sqlalchemy import Connection, RowMapping

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.case_records import InSameTransaction, NotAllowedNow
from penaemas.casefiles.letter_typesetting import LetterTypesetter
from penaemas.casefiles.officers import Officers
from penaemas.casefiles.pbg.letter_data import indonesian_day
from penaemas.casefiles.permit_register import PermitRegister, Signatory
from penaemas.casefiles.posts import Posts
from penaemas.licensing.clock import Clock
from penaemas.licensing.instants import wib_date
from penaemas.licensing.permit_payload import PermitPayload, SealedPayload
from penaemas.licensing.posts import Post, StandInKind
from penaemas.licensing.region import Region
from penaemas.storage.database import Database

VERIFICATION_PATH: Final = "/periksa"
_PREFIXES: Final = {StandInKind.PLH: "Plh.", StandInKind.PLT: "Plt."}


class NotSigned(Exception):
    """This paper is not signed as a permit: it is a concept, or not made yet. `reason` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Letter:
    """What a permit says: template, its data, and what it is called."""

    template: str
    title: str
    number: str
    data: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seal:
    """What goes into a QR code beside number and digest, and who seals it.

    Attributes:
        seal: of the office's seal key.
        address: under which the office's pages are reached, without a slash at its end.
        checkpoint: the ledger's newest, as published; None if there is none yet.
    """

    seal: Callable[[bytes], bytes]
    address: str
    checkpoint: str | None = None
    checkpoint_size: int = 0
    checkpoint_root: bytes = bytes(32)


@dataclass(frozen=True, slots=True)
class PaperToSign:
    """A permit as its signer will sign it. `content`: the PDF without a signature."""

    case_id: str
    process_id: str
    region_code: str
    number: str
    title: str
    place: str
    signatory: Signatory
    sealed: SealedPayload
    checkpoint: str | None
    at: datetime
    content: bytes = field(repr=False)


class SignableSteps(Protocol):
    """The process's own side."""

    process_id: str
    element_id: str

    def letter(self, connection: Connection, case_id: str) -> tuple[RowMapping, Letter]:
        """The case and its permit.

        Raises:
            CaseUnknown, StepMissing, PersonErased, NotSigned: there is none to sign.
        """
        ...

    def keep(self, connection: Connection, case: RowMapping, content: bytes) -> int:
        """Keep the signed paper; its version."""
        ...

    async def complete(
        self, case_id: str, user_task_key: int, entry: Mapping[str, Any], officer: str, also: InSameTransaction
    ) -> str:
        """Complete the step, with what else belongs into its transaction; the command's id."""
        ...


class PermitSigning:
    """Signing in one office. Whether the officer may is the caller's to decide, before."""

    def __init__(
        self,
        database: Database,
        acts: Acts,
        clock: Clock,
        officers: Officers,
        posts: Posts,
        regions: Mapping[str, Region],
        register: PermitRegister,
        typesetter: LetterTypesetter,
        processes: Mapping[str, SignableSteps],
    ) -> None:
        """Args: processes: by process id."""
        self._database = database
        self._acts = acts
        self._clock = clock
        self._officers = officers
        self._posts = posts
        self._regions = regions
        self._register = register
        self._typesetter = typesetter
        self.processes = processes

    def element_ids(self) -> frozenset[str]:
        """The steps at which a permit is signed."""
        return frozenset(process.element_id for process in self.processes.values())

    async def prepare(self, process_id: str, case_id: str, officer: str, seal: Seal) -> PaperToSign:
        """The permit as this officer will sign it; that they saw it is recorded first.

        Raises:
            CaseUnknown, StepMissing, PersonErased: there is no such paper, or nobody can read it any more.
            NotSigned: it is not signed as a permit.
            TemplateFaulty: the template cannot be typeset.
        """
        return await self._database.run(self._prepare, process_id, case_id, officer, seal)

    async def complete(
        self,
        paper: PaperToSign,
        user_task_key: int,
        entry: Mapping[str, Any],
        signed_pdf: bytes,
        certificate_serial: str,
    ) -> str:
        """Keep the signed paper and complete the signer's step; the command's id.

        Raises:
            EntryFaulty, StepAlreadyAnswered, NotAllowedNow: nothing was kept.
        """
        process = self.processes[paper.process_id]

        def keep(connection: Connection, case: RowMapping, command_id: str, at: datetime) -> None:
            if process.letter(connection, paper.case_id)[1].number != paper.number:
                raise NotAllowedNow("the permit's number has changed since the paper was made; read it again")
            self._register.enter(
                connection,
                case=case,
                title=paper.title,
                paper_version=process.keep(connection, case, signed_pdf),
                signed_pdf=signed_pdf,
                sealed=paper.sealed,
                checkpoint=paper.checkpoint,
                command_id=command_id,
                signatory=paper.signatory,
                certificate_serial=certificate_serial,
                at=at,
            )

        return await process.complete(paper.case_id, user_task_key, entry, paper.signatory.account, keep)

    def _prepare(self, process_id: str, case_id: str, officer: str, seal: Seal) -> PaperToSign:
        now = self._clock.now()
        with self._database.transaction() as connection:
            case, letter = self.processes[process_id].letter(connection, case_id)
            signatory = self._signatory(connection, case["region_code"], officer, now)
            details = {"paper": "to_sign", "number": letter.number}
            self._acts.record(connection, officer, "view_paper", now, case_id=case_id, details=details)
        signed = {
            "name": signatory.name,
            "function": signatory.function,
            "stand_in_for": signatory.stand_in_for,
            "day": indonesian_day(wib_date(now)),
        }
        attachment = json.dumps(
            {**letter.data, "signed": signed}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        payload = PermitPayload(
            letter.number, hashlib.sha256(attachment.encode()).digest(), seal.checkpoint_size, seal.checkpoint_root
        )
        sealed = SealedPayload(payload, seal.seal(payload.to_bytes()))
        page = seal.address + VERIFICATION_PATH
        address = f"{page}#{sealed.fragment}"
        shown = {**signed, "attachment": attachment, "qr_svg": _qr(address), "address": address, "page": page}
        content = self._typesetter.typeset(letter.template, {**letter.data, "signed": shown})
        return PaperToSign(
            case_id=case_id,
            process_id=process_id,
            region_code=case["region_code"],
            number=letter.number,
            title=letter.title,
            place=self._regions[case["region_code"]].letterhead.city_of_signature,
            signatory=signatory,
            sealed=sealed,
            checkpoint=seal.checkpoint,
            at=now,
            content=content,
        )

    def _signatory(self, connection: Connection, region_code: str, account: str, now: datetime) -> Signatory:
        day = wib_date(now)
        roster = self._posts.roster(connection, region_code, day)
        title = next(post.title for post in self._regions[region_code].posts if post.id == Post.KADIS)
        name = self._name(connection, account)
        decree = roster.stand_in(Post.KADIS, day)
        holder = roster.holdings[Post.KADIS].holder_id
        if decree is None or decree.officer_id != account or holder == account:
            return Signatory(account, name, title, "", None)
        stand_in_for = f"Surat perintah nomor {decree.decree_number}"
        if holder is not None:
            stand_in_for += f"; pejabat definitif: {self._name(connection, holder)}"
        return Signatory(account, name, f"{_PREFIXES[decree.kind]} {title}", stand_in_for, decree.decree_number)

    def _name(self, connection: Connection, account: str) -> str:
        officer = self._officers.read(connection, account)
        return officer.name if officer is not None else account


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, border=2)
    return drawn.getvalue().decode()
