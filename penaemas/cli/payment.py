"""`./pena payment`: payments that the treasury has confirmed."""

from __future__ import annotations

import argparse
import asyncio

from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.overview import CaseOverview, find_case
from penaemas.cli.days_and_instants import instant
from penaemas.cli.desk import Desk, in_wib, officers_desk, what_became_of
from penaemas.cli.officer_names import add_officer_argument
from penaemas.cli.offices import add_office_argument
from penaemas.cli.problem import Problem

SUMMARY = ("Mencatat pembayaran yang dikonfirmasi kas daerah", "Record payments that the treasury has confirmed")
AUDIENCE = ("officers",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office and one of two actions."""
    add_office_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True)
    show = actions.add_parser("show", help="what is to be paid in a case, and what became of it")
    record = actions.add_parser("record", help="the treasury confirms a payment, in full")
    for action in (show, record):
        action.add_argument("case", metavar="NUMBER|CASE_ID")
    record.add_argument("reference", metavar="REFERENCE", help="the treasury's own, e.g. STS-2026-0001")
    record.add_argument("--amount", type=int, required=True, metavar="RUPIAH", help="what was paid, whole rupiah")
    record.add_argument("--at", type=instant, metavar="INSTANT", help="if not now: WIB, e.g. 2026-01-31T08:15")
    add_officer_argument(record, "who records it")


def run(args: argparse.Namespace) -> int:
    """Do it.

    Raises:
        Problem: the office cannot be used, or what was entered is wrong.
    """
    with officers_desk(args) as desk:
        case = find_case(desk.office.database, args.case)
        if case is None:
            raise Problem(f"{args.case} is no case of this office.", "See ./pena case list.")
        if args.action == "record":
            _record(desk, case, args)
        return _show(desk, case)


def _record(desk: Desk, case: CaseOverview, args: argparse.Namespace) -> None:
    fees, paid_at = desk.office.emas.fees, args.at or desk.clock.now()
    before = len(_commands(desk, case))
    try:
        asyncio.run(
            fees.record_payment(
                case.case_id, reference=args.reference, amount_idr=args.amount, paid_at=paid_at, by=args.officer
            )
        )
    except NotAllowedNow as refused:
        raise Problem(f"{refused.reason}.", "See ./pena payment show.") from refused
    print(f"✓ pembayaran dicatat · payment recorded: {args.reference}")
    commands = _commands(desk, case)
    if len(commands) > before:
        print(f"  {what_became_of(desk.send(desk.newest_command(case.case_id)))}")
    else:
        print("  sudah dicatat sebelumnya · it was recorded before")


def _commands(desk: Desk, case: CaseOverview) -> tuple[str, ...]:
    with desk.office.database.reading() as connection:
        return tuple(row.id for row in desk.office.outbox.of_case(connection, case.case_id))


def _show(desk: Desk, case: CaseOverview) -> int:
    fee = asyncio.run(desk.office.emas.fees.fee_of(case.case_id))
    if fee is None:
        print("tidak ada yang harus dibayar · nothing is to be paid")
        return 0
    print(f"{fee['number']}  Rp{fee['amount_idr']:,}  tenggat · due {in_wib(fee['due_at'])}")
    code = asyncio.run(desk.office.treasury_desk.code_of(fee["number"]))
    if code is not None:
        print(f"  kode bayar · payment code {code}")
    if fee["paid_at"] is not None:
        print(f"  dibayar · paid {in_wib(fee['paid_at'])}, {fee['payment_reference']} ({fee['recorded_by']})")
    return 0
