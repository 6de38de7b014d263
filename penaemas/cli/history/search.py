"""`./pena history search`: cases by what the history knows of them."""

import argparse
from datetime import date, datetime, time

from rich.console import Console
from rich.text import Text

from penaemas.cli.history.opening import opened_history
from penaemas.cli.history.replay_view import wib
from penaemas.cli.problem import Problem
from penaemas.history.queries import CaseFilter, CaseSearch, CursorUnreadable
from penaemas.licensing.instants import WIB

HELP = (
    "cases by number, state, process, region, open element, officer, outcome, start or deadline · cari berkas; "
    "names are not in the history"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One argument per part of the filter; all must hold."""
    parser.add_argument("--number", help="case number or case id, whole")
    parser.add_argument("--state", choices=("active", "completed", "terminated"))
    parser.add_argument("--process", help="process id")
    parser.add_argument("--region", help="region code, e.g. 32.11")
    parser.add_argument("--element", help="a task, job, timer or message of this element is open")
    parser.add_argument("--officer", help="has or had a task of the case")
    parser.add_argument("--outcome", help="how it ended, e.g. issued")
    parser.add_argument("--from", dest="started_from", type=day, metavar="DATE", help="begun on this day or later")
    parser.add_argument("--before", dest="started_before", type=day, metavar="DATE", help="begun before this day")
    parser.add_argument("--due-before", type=day, metavar="DATE", help="active, and promised before this day")
    parser.add_argument("--limit", type=int, default=20, help="rows of a page")
    parser.add_argument("--after", metavar="CURSOR", help="the page behind the one that named this cursor")


def run(args: argparse.Namespace) -> int:
    """Show one page.

    Raises:
        Problem: the history cannot be used, or the cursor is not from this list.
    """
    wanted = CaseFilter(
        number=args.number,
        state=args.state,
        bpmn_process_id=args.process,
        region_code=args.region,
        element_id=args.element,
        officer=args.officer,
        outcome=args.outcome,
        started_from=args.started_from,
        started_before=args.started_before,
        due_before=args.due_before,
    )
    with opened_history(args) as (database, _):
        try:
            page = CaseSearch(database).page(wanted, cursor=args.after, size=args.limit)
        except CursorUnreadable as error:
            raise Problem(
                "the cursor is not from this list.", "Leave out --after to begin at the first page."
            ) from error
    console = Console()
    for case in page.items:
        name = case.case_number or case.case_id or str(case.process_instance_key)
        line = f"{name:<24} {case.bpmn_process_id:<28} {case.state:<11} {wib(case.started_at)}  {case.outcome or ''}"
        console.print(Text(line.rstrip()), soft_wrap=True)
    if not page.items:
        console.print(Text("tidak ada · none"))
    if page.next_cursor is not None:
        console.print(Text(f"berikutnya · next page: --after {page.next_cursor}"))
    return 0


def day(text: str) -> datetime:
    """The beginning of a day, WIB."""
    return datetime.combine(date.fromisoformat(text), time(), WIB)
