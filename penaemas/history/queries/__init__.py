"""What others may ask the history. Everything here reads; nothing writes."""

from penaemas.history.queries.case_search import CaseFilter, CaseSearch
from penaemas.history.queries.facts import (
    Case,
    Definition,
    Gap,
    Incident,
    PathStep,
    PublishedMessage,
    QuarantinedDocument,
    TimelineEntry,
    UserTask,
    UserTaskFact,
)
from penaemas.history.queries.history import History
from penaemas.history.queries.pages import CursorUnreadable, Page
from penaemas.history.queries.worklists import Count, Lane, TaskFilter, Worklists

__all__ = [
    "Case",
    "CaseFilter",
    "CaseSearch",
    "Count",
    "CursorUnreadable",
    "Definition",
    "Gap",
    "History",
    "Incident",
    "Lane",
    "Page",
    "PathStep",
    "PublishedMessage",
    "QuarantinedDocument",
    "TaskFilter",
    "TimelineEntry",
    "UserTask",
    "UserTaskFact",
    "Worklists",
]
