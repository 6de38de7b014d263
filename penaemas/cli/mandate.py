"""`./pena mandate`: who may speak for an agency at the mall, and by which decree."""

from __future__ import annotations

import argparse
import asyncio

from penaemas.casefiles.emas.mandates import Mandate
from penaemas.cli.days_and_instants import day
from penaemas.cli.desk import Desk, officers_desk
from penaemas.cli.officer_names import add_officer_argument, officer
from penaemas.cli.offices import add_office_argument
from penaemas.cli.regions_of_office import region_of
from penaemas.licensing.instants import wib_date
from penaemas.licensing.region import Region

SUMMARY = ("Mencatat mandat petugas perangkat daerah", "Record the mandates of agencies' officers")
AUDIENCE = ("officers",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of two actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="the mandates in force on a day")
    record = actions.add_parser("record", help="an officer got a mandate by decree")
    for action in (listing, record):
        action.add_argument("region", metavar="REGION", help="its code, e.g. 32.11")
    listing.add_argument("--day", type=day, metavar="DAY", help="default: today")
    record.add_argument("agency", metavar="AGENCY", help="its id in config/services/agencies.toml, e.g. DINKES")
    record.add_argument("holder", type=officer, metavar="HOLDER", help="the account of who gets it")
    record.add_argument("--number", required=True, metavar="TEXT", help="number of the decree")
    record.add_argument("--from", dest="first_day", type=day, required=True, metavar="DAY")
    record.add_argument("--to", dest="last_day", type=day, metavar="DAY", help="this day included; default: open end")
    add_officer_argument(record, "who records it")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    with officers_desk(args) as desk:
        region = region_of(desk, args.region)
        if args.action == "record":
            mandate = Mandate(region.code, args.agency, args.holder, args.number, args.first_day, args.last_day)
            asyncio.run(desk.office.emas.mandates.record(mandate, by=args.officer))
            print(f"✓ tercatat · recorded: {args.agency}, {args.holder}, {args.number}")
            return 0
        return _list(desk, region, args)


def _list(desk: Desk, region: Region, args: argparse.Namespace) -> int:
    on_day = args.day or wib_date(desk.clock.now())
    print(f"{region.name}, {on_day}")
    mandates = asyncio.run(desk.office.emas.mandates.of_region(region.code, on_day))
    for one in mandates:
        until = f"s.d. · until {one.last_day}" if one.last_day else "sampai dicabut · until further notice"
        print(f"  {one.agency:<12} {one.officer:<24} {one.decree_number}  {one.first_day} {until}")
    if not mandates:
        print("  belum ada mandat · no mandate yet")
    return 0
