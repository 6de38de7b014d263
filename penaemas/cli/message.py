"""`./pena message`: messages that no channel has carried, and what an officer does about them."""

from __future__ import annotations

import argparse
import asyncio

from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.message_decisions import MessageUnknown
from penaemas.cli.desk import Desk, officers_desk
from penaemas.cli.officer_names import add_officer_argument
from penaemas.cli.offices import add_office_argument
from penaemas.cli.problem import Problem

SUMMARY = ("Pesan yang belum terkirim", "Messages that need a person")
AUDIENCE = ("officers",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of four actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="prepared for an officer, failed for good, or of unknown outcome")
    for name, purpose in (
        ("prepare", "the text and a link that opens WhatsApp with it; that you saw the address is recorded"),
        ("sent", "you have sent it by hand, or know that it has arrived"),
        ("again", "the office sends it once more; the receiver may get it twice"),
    ):
        action = actions.add_parser(name, help=purpose)
        action.add_argument("message", metavar="MESSAGE_ID")
        add_officer_argument(action, "who does it")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or the message is not to be decided about.
    """
    with officers_desk(args) as desk:
        if args.action == "list":
            for one in asyncio.run(desk.office.message_decisions.undelivered()):
                print(f"{one.message_id}  {one.state:<16} {one.outcome or '-':<18} {one.kind}  {one.case_id or ''}")
            return 0
        try:
            asyncio.run(_do(desk, args))
        except MessageUnknown:
            raise Problem(f"{args.message} is no message of this office.", "See ./pena message list.") from None
        except NotAllowedNow as refused:
            raise Problem(f"{refused.reason}.", "See ./pena message list.") from None
    return 0


async def _do(desk: Desk, args: argparse.Namespace) -> None:
    decisions = desk.office.message_decisions
    if args.action == "prepare":
        prepared = await decisions.prepare(args.message, args.officer)
        print(prepared.link or prepared.email or "tidak ada alamat · no address")
        print(f"\n{prepared.text}")
    elif args.action == "sent":
        await decisions.sent_by_hand(args.message, args.officer)
        print(f"✓ tercatat terkirim oleh · recorded as sent by {args.officer}")
    else:
        await decisions.send_again(args.message, args.officer)
        print("✓ dikirim lagi oleh kantor · the office sends it once more")
