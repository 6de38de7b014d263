"""The history for other programs: event logs for process mining, and events as they happen to a webhook."""

from penaemas.history.export.case_log import CaseLog, LoggedCase, LoggedEvent, Selection
from penaemas.history.export.csv_file import write_csv
from penaemas.history.export.ocel import write_ocel_json, write_ocel_sqlite
from penaemas.history.export.pseudonyms import Pseudonyms
from penaemas.history.export.xes import write_xes

__all__ = [
    "CaseLog",
    "LoggedCase",
    "LoggedEvent",
    "Pseudonyms",
    "Selection",
    "write_csv",
    "write_ocel_json",
    "write_ocel_sqlite",
    "write_xes",
]
