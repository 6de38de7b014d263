"""`./pena officer`: who may use the portal. Made for the first administrator, and for whoever is locked out."""

from __future__ import annotations

import argparse
import asyncio

from penaemas.casefiles.officer_credentials import OfficerCredentials
from penaemas.casefiles.officer_sessions import OfficerSessions, SessionLimits
from penaemas.cli.desk import Desk, faults_told, in_wib, officers_desk
from penaemas.cli.offices import add_office_argument, running_office
from penaemas.cli.problem import Problem
from penaemas.cli.supervision.ports import LOOPBACK
from penaemas.licensing.roles import ALL_REGIONS, Grant, Role
from penaemas.zeebe.clock import SystemClock

SUMMARY = ("Mengelola akun petugas", "Manage officers' accounts")
AUDIENCE = ("operators",)

BY = "pena-officer"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of six actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="every account with its roles")
    adding = actions.add_parser("add", help="make an account; prints a link that works once to set its password")
    adding.add_argument("account", help="lower case, digits and dots, e.g. loket.siti")
    adding.add_argument("--name", help="as it stands on letters (default: the account)")
    adding.add_argument("--role", action="append", required=True, type=_role, metavar="ROLE", help=", ".join(Role))
    adding.add_argument(
        "--region", action="append", metavar="CODE", help="a region's code, e.g. 32.11 (repeatable; default: all)"
    )
    for name, purpose in (
        ("reset", "print a new link to set the password; ends every session when it is used"),
        ("reset-second-factor", "forget the authenticator app, e.g. of a lost telephone"),
        ("disable", "close the account and end its sessions"),
        ("enable", "open the account again"),
    ):
        actions.add_parser(name, help=purpose).add_argument("account")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    portal = f"http://{LOOPBACK}:{running_office(args).port}"
    with officers_desk(args) as desk, faults_told():
        if args.action == "list":
            return _list(desk)
        asyncio.run(_change(desk, args, portal))
    return 0


def _role(text: str) -> Role:
    try:
        return Role(text.upper())
    except ValueError:
        raise argparse.ArgumentTypeError(f"choose one of {', '.join(Role)}") from None


def _list(desk: Desk) -> int:
    for officer in asyncio.run(desk.office.officers.all()):
        roles = ", ".join(f"{grant.role}@{grant.region_code}" for grant in officer.grants) or "-"
        state = "ditutup · closed" if officer.disabled_at else "" if officer.has_password else "belum masuk · invited"
        print(f"{officer.account:<28} {roles:<40} {in_wib(officer.created_at)}  {state}".rstrip())
    return 0


async def _change(desk: Desk, args: argparse.Namespace, portal: str) -> None:
    office, machine = desk.office, SystemClock()
    credentials = OfficerCredentials(office.database, office.vault, office.acts, desk.clock, machine)
    if args.action == "add":
        grants = [Grant(role, region) for role in args.role for region in args.region or [ALL_REGIONS]]
        await office.officers.add(args.account, args.name or args.account, grants, by=BY)
        print(f"✓ {args.account}")
    if args.action in ("add", "reset"):
        token = await credentials.invite(args.account, by=BY)
        print("Tautan sekali pakai, berlaku tiga hari · a link that works once, for three days:")
        print(f"  {portal}/invitation/{token}")
        return
    if await office.officers.find(args.account) is None:
        raise Problem(f"there is no account {args.account}.", "./pena officer list names them.")
    if args.action == "reset-second-factor":
        await credentials.drop_second_factor(args.account, by=BY)
        sessions = OfficerSessions(office.database, office.officers, office.acts, desk.clock, machine, SessionLimits())
        await sessions.end_all(args.account, by=BY)
    elif args.action == "disable":
        await office.officers.disable(args.account, by=BY)
    elif args.action == "enable":
        await office.officers.enable(args.account, by=BY)
    print(f"✓ {args.account}")
