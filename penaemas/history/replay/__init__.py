"""What happened in a case, moment by moment, and how it stood at any position. Reads only."""

from penaemas.history.replay.facts import (
    ActiveElement,
    AwaitedMessage,
    CaseState,
    Cause,
    ChildCase,
    DecisionMade,
    DecisionTable,
    Diagram,
    DueTimer,
    MatchedRule,
    Moment,
    OpenIncident,
    OpenJob,
    OpenTask,
    ProofMark,
    TableRule,
    VariableChange,
    VariableNow,
)
from penaemas.history.replay.proofs import LedgerMarks, ProofMarks
from penaemas.history.replay.replay import Replay

__all__ = [
    "ActiveElement",
    "AwaitedMessage",
    "CaseState",
    "Cause",
    "ChildCase",
    "DecisionMade",
    "DecisionTable",
    "Diagram",
    "DueTimer",
    "MatchedRule",
    "LedgerMarks",
    "Moment",
    "OpenIncident",
    "OpenJob",
    "OpenTask",
    "ProofMark",
    "ProofMarks",
    "Replay",
    "TableRule",
    "VariableChange",
    "VariableNow",
]
