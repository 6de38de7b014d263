"""`./pena signer`: who may sign permits here, with which certificate. The passphrase is typed, never an argument."""

from __future__ import annotations

import argparse
import asyncio

from penaemas.cli.desk import Desk, in_wib, officers_desk
from penaemas.cli.offices import add_office_argument
from penaemas.cli.problem import Problem
from penaemas.cli.signing import ask_passphrase, authority_of
from penaemas.connectors.e_signature.locked_key import PassphraseTooWeak
from penaemas.connectors.e_signature.port import SignerNotEnrolled

SUMMARY = ("Mengelola kunci penanda tangan izin", "Manage the keys that permits are signed with")
AUDIENCE = ("operators",)

BY = "pena-signer"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of four actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="every certificate that was given, the newest first")
    actions.add_parser("authority", help="the certificates by which others check our permits, PEM")
    for name, purpose in (
        ("enrol", "make a key, locked with a passphrase that the signer types; replaces one in force"),
        ("revoke", "revoke the certificate in force; what was signed with it before stays good"),
    ):
        actions.add_parser(name, help=purpose).add_argument("account", help="from ./pena officer list")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    with officers_desk(args) as desk:
        if args.action == "list":
            return _list(desk)
        if args.action == "authority":
            print(authority_of(desk).published().decode(), end="")
            return 0
        return _enrol(desk, args.account) if args.action == "enrol" else _revoke(desk, args.account)


def _list(desk: Desk) -> int:
    now = desk.clock.now()
    for one in authority_of(desk).signers():
        state = "berlaku · in force" if one.revoked_at is None and one.valid_to > now else "berakhir · expired"
        if one.revoked_at is not None:
            state = f"dicabut · revoked {in_wib(one.revoked_at)}"
        print(f"{one.account:<24} {one.name:<32} {one.serial[:16]}  s.d. {in_wib(one.valid_to)}  {state}")
    return 0


def _enrol(desk: Desk, account: str) -> int:
    officer = asyncio.run(desk.office.officers.find(account))
    if officer is None:
        raise Problem(f"there is no account {account}.", "Make it with ./pena officer add, or see ./pena officer list.")
    passphrase = ask_passphrase("Frasa sandi baru · new passphrase: ")
    if ask_passphrase("Ulangi · again: ") != passphrase:
        raise Problem("the two passphrases differ.", "Repeat the command and type the same twice.")
    try:
        made = authority_of(desk).enrol(account, officer.name, passphrase)
    except PassphraseTooWeak as weak:
        raise Problem(f"{weak}.", "Choose a longer one, e.g. four words that do not belong together.") from weak
    _record(desk, "signer_enrolled", account, made.serial)
    print(f"✓ {account}  {made.serial}  s.d. · until {in_wib(made.valid_to)}")
    return 0


def _revoke(desk: Desk, account: str) -> int:
    try:
        revoked = authority_of(desk).revoke(account)
    except SignerNotEnrolled:
        raise Problem(f"{account} has no certificate in force.", "./pena signer list shows all.") from None
    _record(desk, "signer_revoked", account, revoked.serial)
    print(f"✓ {account}  {revoked.serial}")
    return 0


def _record(desk: Desk, action: str, account: str, serial: str) -> None:
    with desk.office.database.transaction() as connection:
        details = {"account": account, "certificate_serial": serial}
        desk.office.acts.record(connection, BY, action, desk.clock.now(), details=details)
