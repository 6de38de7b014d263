"""`./pena post`: who holds a post, who is away, and by which decree somebody stands in."""

from __future__ import annotations

import argparse
import asyncio

from penaemas.cli.days_and_instants import day
from penaemas.cli.desk import Desk, officers_desk
from penaemas.cli.officer_names import add_officer_argument, officer
from penaemas.cli.offices import add_office_argument
from penaemas.cli.regions_of_office import region_of
from penaemas.licensing.instants import wib_date
from penaemas.licensing.posts import Holding, StandInKind
from penaemas.licensing.region import Region

SUMMARY = ("Mengisi jabatan dan mencatat Plh/Plt", "Fill posts and record stand-ins by decree")
AUDIENCE = ("officers",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of five actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    listing = _action(actions, "list", "every post of a region, as it is filled on a day", of_a_post=False)
    listing.add_argument("--day", type=day, metavar="DAY", help="default: today")
    appoint = _action(actions, "appoint", "give a post to an officer; who held it leaves it the day before")
    appoint.add_argument("holder", type=officer, metavar="HOLDER", help="the account of who gets the post")
    appoint.add_argument("--from", dest="first_day", type=day, required=True, metavar="DAY")
    vacate = _action(actions, "vacate", "the holder leaves the post, nobody follows yet")
    vacate.add_argument("--last-day", type=day, required=True, metavar="DAY")
    absent = _action(actions, "absent", "the holder is away on these days")
    decree = _action(actions, "decree", "a decree makes an officer the stand-in of a post")
    decree.add_argument("holder", type=officer, metavar="STAND_IN", help="the account of who stands in")
    decree.add_argument(
        "--kind", choices=[kind.value for kind in StandInKind], required=True, help="PLH away, PLT vacant"
    )
    decree.add_argument("--number", required=True, metavar="TEXT", help="number of the decree")
    for action in (absent, decree):
        action.add_argument("--from", dest="first_day", type=day, required=True, metavar="DAY")
        action.add_argument("--to", dest="last_day", type=day, required=True, metavar="DAY", help="this day included")
    for action in (appoint, vacate, absent, decree):
        add_officer_argument(action, "who records it")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    with officers_desk(args) as desk:
        region = region_of(desk, args.region)
        if args.action == "list":
            return _list(desk, region, args)
        asyncio.run(_record(desk, region.code, args))
        print(f"✓ tercatat · recorded: {region.name}, {args.post}")
        return _list(desk, region, argparse.Namespace(day=None, post=args.post))


async def _record(desk: Desk, region_code: str, args: argparse.Namespace) -> None:
    posts, by = desk.office.deadlines.posts, args.officer
    if args.action == "appoint":
        await posts.appoint(region_code, args.post, args.holder, args.first_day, by=by)
    elif args.action == "vacate":
        await posts.vacate(region_code, args.post, args.last_day, by=by)
    elif args.action == "absent":
        await posts.record_absence(region_code, args.post, args.first_day, args.last_day, by=by)
    else:
        kind = StandInKind(args.kind)
        term = (args.first_day, args.last_day)
        await posts.record_decree(region_code, args.post, args.holder, kind, args.number, *term, by=by)


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, purpose: str, *, of_a_post: bool = True
) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=purpose)
    action.add_argument("region", metavar="REGION", help="its code, e.g. 32.11")
    if of_a_post:
        action.add_argument("post", metavar="POST", help="e.g. KADIS; ./pena post list names them")
    return action


def _list(desk: Desk, region: Region, args: argparse.Namespace) -> int:
    on_day = args.day or wib_date(desk.clock.now())
    with desk.office.database.reading() as connection:
        roster = desk.office.deadlines.posts.roster(connection, region.code, on_day)
    titles = {post.id: post.title for post in region.posts}
    print(f"{region.name}, {on_day}")
    for holding in roster.holdings.values():
        if getattr(args, "post", None) in (None, holding.post):
            print(f"  {holding.post:<14} {titles[holding.post]:<46} {_filled(holding)}")
    return 0


def _filled(holding: Holding) -> str:
    who = holding.holder_id or "kosong · vacant"
    if holding.holder_id and holding.holder_is_away:
        who += " (tidak di tempat · away)"
    stand_ins = [f"{one.kind} {one.officer_id} ({one.decree_number}, s.d. {one.last_day})" for one in holding.stand_ins]
    if not stand_ins and (holding.holder_id is None or holding.holder_is_away) and holding.passes_to:
        who += f" → {holding.passes_to}"
    return "; ".join([who, *stand_ins])
