"""CSV: one line per event, UTF-8, comma, RFC 4180; for spreadsheets and every process-mining tool."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Final, TextIO

from penaemas.history.export.case_log import LoggedCase

COLUMNS: Final = (
    "case",
    "activity",
    "lifecycle",
    "timestamp",
    "resource",
    "event",
    "event_id",
    "process",
    "process_version",
    "process_instance_key",
    "region_code",
    "outcome",
)

# A spreadsheet reads a cell that begins so as a formula.
_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(cases: Iterable[LoggedCase], file: TextIO) -> int:
    """Write a header and every event; how many events.

    Args:
        file: opened with `newline=""`.
    """
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    written = 0
    for case in cases:
        for event in case.events:
            cells = (
                case.name,
                event.activity,
                event.transition,
                event.at.isoformat(),
                event.officer or "",
                event.event,
                event.event_id,
                event.bpmn_process_id,
                case.version,
                event.process_instance_key,
                case.region_code or "",
                case.outcome or "",
            )
            writer.writerow([_harmless(cell) for cell in cells])
            written += 1
    return written


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_BEGINS) else cell
