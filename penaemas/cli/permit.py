"""`./pena permit`: is a paper genuine, and is it in force? The first is checked from the file alone, also offline."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Final

from penaemas.casefiles.permit_register import Permit
from penaemas.cli.desk import in_wib, officers_desk
from penaemas.cli.offices import add_office_argument
from penaemas.cli.problem import Problem
from penaemas.cli.signing import authority_of
from penaemas.connectors.e_signature.checking import SENTENCES, Checked, check_paper

SUMMARY = ("Memeriksa keaslian surat izin", "Check whether a permit is genuine")
AUDIENCE = ("operators", "auditors")

STATES: Final = {
    "signed": "ditandatangani, belum terbit · signed, not issued yet",
    "in_force": "BERLAKU · IN FORCE",
    "superseded": "DIGANTI · SUPERSEDED",
    "revoked": "DICABUT · REVOKED",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of two actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    verify = actions.add_parser("verify", help="check a PDF: signature, time-stamp, QR code, changes")
    verify.add_argument("file", type=Path, metavar="FILE.pdf")
    verify.add_argument(
        "--authority",
        type=Path,
        metavar="FILE.pem",
        help="certificates of the office (./pena signer authority): check without its data, present state not checked",
    )
    actions.add_parser("list", help="the register: every signed permit, the newest first")
    actions.add_parser("show", help="what the register says of a number").add_argument("number")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office or the file cannot be used.
    """
    if args.action == "verify" and args.authority is not None:
        checked = _check(_content(args.file), _content(args.authority))
        return _tell(checked, "keadaan sekarang tidak diperiksa · present state not checked", is_in_force=True)
    with officers_desk(args) as desk:
        register = desk.office.permits
        if args.action == "list":
            for one in asyncio.run(register.newest(tuple(desk.office.regions))):
                print(f"{one.number:<36} {in_wib(one.signed_at)}  {STATES[one.state]}")
            return 0
        if args.action == "show":
            found = asyncio.run(register.find(args.number))
            print("\n".join(lines_of(found)) if found else "tidak dikenal · unknown")
            return 0 if found else 1
        checked = _check(_content(args.file), authority_of(desk).published())
        found = asyncio.run(register.find(checked.number)) if checked.number else None
        state = STATES[found.state] if found else "tidak ada dalam register · not in the register"
        return _tell(checked, state, is_in_force=found is not None and found.state == "in_force")


def lines_of(permit: Permit) -> list[str]:
    """What the register says, without anything personal."""
    lines = [
        f"{permit.number}  {permit.title}",
        STATES[permit.state],
        f"ditandatangani · signed   {in_wib(permit.signed_at)}  {permit.signed_as}",
    ]
    if permit.in_force_at is not None:
        lines.append(f"berlaku sejak · in force  {in_wib(permit.in_force_at)}")
    if permit.ended_at is not None:
        lines.append(f"berakhir · ended          {in_wib(permit.ended_at)}")
    if permit.replaced_by is not None:
        lines.append(f"diganti oleh · replaced by {permit.replaced_by}")
    return lines


def _tell(checked: Checked, state: str, *, is_in_force: bool) -> int:
    if not checked.is_genuine:
        print("✗ TIDAK ASLI · NOT GENUINE")
        for flaw in checked.flaws:
            indonesian, english = SENTENCES[flaw]
            print(f"  {indonesian} · {english}")
        return 1
    print(f"✓ ASLI · GENUINE  {checked.number}")
    print(f"  ditandatangani · signed  {checked.signer}, {in_wib(checked.signed_at)}")
    print(f"  {state}")
    return 0 if is_in_force else 1


def _check(content: bytes, published: bytes) -> Checked:
    try:
        return check_paper(content, published)
    except ValueError as wrong:
        raise Problem(
            f"the certificates cannot be read: {wrong}.", "Make them with ./pena signer authority."
        ) from wrong


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise Problem(f"{file} cannot be read: {fault.strerror}.", "Name a file that is there.") from fault
