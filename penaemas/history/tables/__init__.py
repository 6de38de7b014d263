"""The tables of the `history` database, by purpose. `migrations/` makes them; a test holds the two together.

Two kinds: what was received and how far the ledger has sealed it, which is the truth, and projections, which can be
dropped and rebuilt from it.
"""

from penaemas.history.tables.cases_and_tasks import cases, incidents, tasks
from penaemas.history.tables.deployed import definitions, messages, resources
from penaemas.history.tables.of_a_case import decisions, escalations, timeline, variables, waits
from penaemas.history.tables.received import gaps, partitions, provisional_records, quarantine, records
from penaemas.history.tables.sealed import ledger_logs, portal_records
from penaemas.history.tables.shapes import metadata
from penaemas.history.tables.statistics import kept_step_statistics, step_statistics
from penaemas.history.tables.upkeep import (
    daily_duties,
    deflated_up_to,
    forgotten_cases,
    record_dictionaries,
    webhook_cursors,
)

__all__ = [
    "cases",
    "daily_duties",
    "decisions",
    "definitions",
    "deflated_up_to",
    "escalations",
    "forgotten_cases",
    "gaps",
    "incidents",
    "kept_step_statistics",
    "ledger_logs",
    "messages",
    "metadata",
    "partitions",
    "portal_records",
    "provisional_records",
    "quarantine",
    "record_dictionaries",
    "records",
    "resources",
    "step_statistics",
    "tasks",
    "timeline",
    "variables",
    "waits",
    "webhook_cursors",
]
