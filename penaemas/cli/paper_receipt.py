"""A case that was received on paper during an outage and is entered later: its true time, why, and who answers."""

from __future__ import annotations

import argparse
from typing import Any, Final

from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.cli.days_and_instants import instant
from penaemas.cli.officer_names import officer

# option → field of the application
_FIELDS: Final = {
    "paper_received_at": "--paper-received-at",
    "late_entry_reason": "--late-reason",
    "late_entry_supervisor": "--late-supervisor",
}


def add_paper_arguments(parser: argparse.ArgumentParser) -> None:
    """Three options that belong together."""
    paper = parser.add_argument_group(
        "received on paper during an outage (pbg_mbr_3_jam)",
        "all three or none; they take the place of the same fields in the file. A supervisor confirms the entry first.",
    )
    paper.add_argument(
        "--paper-received-at", type=instant, metavar="INSTANT", help="when it was received: WIB, e.g. 2026-01-31T08:15"
    )
    paper.add_argument("--late-reason", metavar="TEXT", help="why it is entered later; nothing personal")
    paper.add_argument("--late-supervisor", type=officer, metavar="OFFICER", help="the supervisor who answers for it")


def with_paper_receipt(content: Any, process_id: str, args: argparse.Namespace) -> Any:
    """What was handed in, with the paper's times if the options give them.

    Raises:
        EntryFaulty: only some of the options are given, or the process knows no late entry.
    """
    given = {
        "paper_received_at": args.paper_received_at and args.paper_received_at.isoformat(),
        "late_entry_reason": args.late_reason,
        "late_entry_supervisor": args.late_supervisor,
    }
    if not any(value is not None for value in given.values()):
        return content
    missing = [option for field, option in _FIELDS.items() if given[field] is None]
    if missing:
        fix = "give all three: when it was received, why it is late, which supervisor answers for it"
        raise EntryFaulty(*(Fault(option, "is required for a late entry", fix) for option in missing))
    if process_id != "pbg_mbr_3_jam":
        rule = f"{process_id} knows no late entry"
        raise EntryFaulty(Fault("--paper-received-at", rule, "hand it in without the three options"))
    if not isinstance(content, dict) or not isinstance(content.get("application"), dict):
        return content  # told by the check of the file itself
    return content | {"application": content["application"] | given}
