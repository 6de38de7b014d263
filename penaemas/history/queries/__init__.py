"""What others may ask the history. Everything here reads; nothing writes."""

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

__all__ = [
    "Case",
    "Definition",
    "Gap",
    "History",
    "Incident",
    "PathStep",
    "PublishedMessage",
    "QuarantinedDocument",
    "TimelineEntry",
    "UserTask",
    "UserTaskFact",
]
