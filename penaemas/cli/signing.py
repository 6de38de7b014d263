"""Signing at the command line: an officer with their passphrase, or a scripted one with a key for this run alone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from getpass import getpass
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.permit_signing import NotSigned
from penaemas.cli.desk import Desk
from penaemas.cli.problem import Problem
from penaemas.connectors.e_signature.locked_key import new_passphrase
from penaemas.connectors.e_signature.port import SignerNotEnrolled
from penaemas.portal.signing.signing_room import Away, Draft, NoKey, SigningRoom, TryLater, Wrong
from penaemas.zeebe.clock import SystemClock

if TYPE_CHECKING:
    from penaemas.connectors.e_signature.authority import Authority


def authority_of(desk: Desk) -> Authority:
    """The office's own authority."""
    # Half a second of imports that nobody else needs.
    from penaemas.portal.signing.opening import open_authority

    return open_authority(desk.data_folder, desk.clock, desk.office.regions)


def room_of(desk: Desk, authority: Authority) -> SigningRoom:
    """Where permits are signed."""
    from penaemas.portal.signing.opening import open_room

    return open_room(desk.office, authority, SystemClock(), address=desk.public_address, data_folder=desk.data_folder)


def sign(desk: Desk, room: SigningRoom, draft: Draft, entry: Mapping[str, Any], officer: str, word: SecretStr) -> str:
    """Sign a permit and complete its step; the command's id.

    Raises:
        Problem: it was not signed, and what to do.
    """
    asked = {name: value for name, value in entry.items() if name not in ("signing_result", "certificate_serial")}
    match asyncio.run(room.sign([draft], officer, word, asked)):
        case [signed] if signed.command_id is not None:
            return signed.command_id
        case [refused]:
            raise Problem(f"{refused.refusal}.", "Nothing was signed; see ./pena case show.")
        case NoKey():
            raise Problem(f"{officer} has no key to sign with.", f"Make one: ./pena signer enrol {officer}")
        case TryLater(wait=wait):
            seconds = int(wait.total_seconds()) + 1
            raise Problem("the passphrase was wrong too often.", f"Wait {seconds} s, then repeat the command.")
        case Wrong():
            raise Problem("not signed: account and passphrase open no key.", "Type it again, or enrol anew.")
        case Away():
            raise Problem("the signature service does not answer.", "Repeat the command when it does.")
    raise AssertionError("every answer of the room is one of these")


def ask_passphrase(words: str = "Frasa sandi · passphrase: ") -> SecretStr:
    """Typed unseen at a terminal, else the first line of the input. Never an argument: others see those."""
    return SecretStr(getpass(words) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n"))


@dataclass
class ScriptedSigners:
    """Keys of scripted officers: made when they first sign, with a passphrase that nobody knows, revoked at the end."""

    desk: Desk
    _passphrases: dict[str, SecretStr] = field(default_factory=dict, repr=False)
    _authority: Authority | None = None

    def complete(self, process_id: str, case_id: str, key: int, entry: Mapping[str, Any], officer: str) -> str | None:
        """Sign the permit as the script says; the command's id, or None where nothing is to be signed as a permit.

        Raises:
            Problem: the officer has a key of their own, or it was not signed.
        """
        if entry.get("signing_result") != "signed":
            return None
        authority = self._authority = self._authority or authority_of(self.desk)
        room, draft = room_of(self.desk, authority), Draft(process_id, case_id, key)
        try:
            asyncio.run(room.read(draft, officer))
        except (NotSigned, StepMissing):
            return None
        if officer not in self._passphrases:
            if asyncio.run(room.certificate_of(officer)) is not None:
                raise Problem(
                    f"{officer} has a key of their own, which a script cannot use.",
                    f"Sign it with ./pena task sign {key} --officer {officer}, or play with --twin.",
                )
            self._passphrases[officer] = new_passphrase()
            authority.enrol(officer, officer, self._passphrases[officer])
        return sign(self.desk, room, draft, entry, officer, self._passphrases[officer])

    def leave(self) -> None:
        """Revoke what was made; what was signed stays good."""
        for officer in self._passphrases:
            with suppress(SignerNotEnrolled):
                authority_of(self.desk).revoke(officer)
        self._passphrases.clear()
