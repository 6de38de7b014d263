"""`./pena outage`: documented outages of systems that the office depends on. While one lasts, every clock stands."""

from __future__ import annotations

import argparse
import asyncio

from penaemas.cli.days_and_instants import instant
from penaemas.cli.desk import Desk, in_wib, officers_desk
from penaemas.cli.officer_names import officer
from penaemas.cli.offices import add_office_argument
from penaemas.cli.regions_of_office import region_of

SUMMARY = ("Mencatat gangguan sistem yang menghentikan jam", "Document outages, which hold the clocks")
AUDIENCE = ("officers",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of three actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="every outage of a region, the newest first")
    listing.add_argument("region", metavar="REGION", help="its code, e.g. 32.11")
    for name, purpose in (("declare", "an outage began"), ("end", "an outage is over")):
        action = actions.add_parser(name, help=purpose)
        action.add_argument("region", metavar="REGION", help="its code, e.g. 32.11")
        action.add_argument("reference", metavar="REFERENCE", help="number of the report about the outage")
        if name == "declare":
            action.add_argument("--system", required=True, metavar="NAME", help="what is out of order, e.g. SIMBG")
        action.add_argument("--reason", required=True, metavar="TEXT", help="what was seen; nothing personal")
        action.add_argument(
            "--supervisor", type=officer, required=True, metavar="OFFICER", help="the supervisor who answers for it"
        )
        action.add_argument("--at", type=instant, metavar="INSTANT", help="if not now: WIB, e.g. 2026-01-31T08:15")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    with officers_desk(args) as desk:
        region = region_of(desk, args.region)
        if args.action == "list":
            return _list(desk, region.code)
        outages, at = desk.office.outages, args.at or desk.clock.now()
        if args.action == "declare":
            asyncio.run(
                outages.declare(
                    region.code,
                    args.reference,
                    system=args.system,
                    began_at=at,
                    reason=args.reason,
                    supervisor=args.supervisor,
                )
            )
            print(f"✓ gangguan dicatat · outage recorded: {args.reference}, {args.system}, sejak · since {in_wib(at)}")
            print("  semua jam daerah ini berhenti, waktu kotor tetap tampak · every clock of the region stands")
        else:
            asyncio.run(
                outages.end(region.code, args.reference, ended_at=at, reason=args.reason, supervisor=args.supervisor)
            )
            print(f"✓ gangguan berakhir · outage over: {args.reference}, {in_wib(at)}")
            print("  jam berjalan lagi · the clocks go on")
            desk.wake()
    return 0


def _list(desk: Desk, region_code: str) -> int:
    outages = asyncio.run(desk.office.outages.all_of(region_code))
    if not outages:
        print("belum ada gangguan · no outage yet")
    for one in reversed(outages):
        until = in_wib(one.ended_at) if one.ended_at else "masih berlangsung · it lasts"
        clock = "" if one.pauses_clock else "; jam tetap berjalan · the clocks go on"
        line = f"{one.reference:<20} {one.system:<12} {in_wib(one.began_at)} – {until}  ({one.supervisor}) {one.reason}"
        print(f"{line}{clock}")
    return 0
