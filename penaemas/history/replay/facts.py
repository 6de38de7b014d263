"""What a replay answers. Instants are aware, in UTC, by the engine's clock; positions are the engine's log positions of
the case's partition. Values are as the process holds them: routing facts, no personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from penaemas.history.queries.facts import Case, TimelineEntry

CauseKind = Literal["start", "task", "job", "timer", "message", "operator", "engine", "unknown"]


@dataclass(frozen=True)
class ProofMark:
    """How far the proof of a record has come.

    Args:
        state: stored (bytes are kept), recorded (its digest is a leaf of the ledger), in_checkpoint (signed).
        tree_size: of the newest signed checkpoint, which covers it.
    """

    state: Literal["stored", "recorded", "in_checkpoint"]
    tree_size: int | None = None


@dataclass(frozen=True)
class Cause:
    """Why a moment came.

    Args:
        kind: an officer's task, a worker's job, a timer, a message, somebody at the engine's controls, or the engine.
        actor: the officer or worker, where the record says who.
        detail: job type, message name, or the command's own name.
        source_position: of the command; None if the engine named none.
    """

    kind: CauseKind
    actor: str | None
    element_id: str | None
    detail: str | None
    source_position: int | None


@dataclass(frozen=True)
class VariableChange:
    """A variable was given a value.

    Args:
        previous: the value before in the same scope; None also if there was none (`is_new`).
        scope_element_id: the element that it is local to; None: the whole case.
    """

    name: str
    value: Any
    previous: Any
    is_new: bool
    scope_element_id: str | None
    position: int


@dataclass(frozen=True)
class MatchedRule:
    """A row of a decision table that matched.

    Args:
        annotation: the legal basis as the deployed table states it; None if the table cannot be read any more.
    """

    decision_id: str
    rule_id: str
    rule_index: int
    annotation: str | None
    outputs: dict[str, Any]


@dataclass(frozen=True)
class DecisionMade:
    """A decision as it was evaluated.

    Args:
        inputs: label → value, of all tables that were asked.
        failure: why it could not be made; None if it was.
    """

    decision_id: str
    decision_name: str
    decision_version: int
    decision_requirements_key: int
    element_id: str
    position: int
    at: datetime
    inputs: dict[str, Any]
    output: Any
    matched: tuple[MatchedRule, ...]
    failure: str | None


@dataclass(frozen=True)
class TableRule:
    """A row of a decision table as deployed; entries are FEEL."""

    rule_id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotation: str | None


@dataclass(frozen=True)
class DecisionTable:
    """A deployed table, exactly the version that decided."""

    decision_id: str
    name: str
    hit_policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[TableRule, ...]


@dataclass(frozen=True)
class Moment:
    """One cause and everything it changed in the case at once.

    Args:
        number: 1 for the first.
        position: of its last record; `state(position)` shows the case after it.
        events: in the order of the log; without those that only pass through.
    """

    number: int
    partition: int
    first_position: int
    position: int
    at: datetime
    cause: Cause
    events: tuple[TimelineEntry, ...]
    variables: tuple[VariableChange, ...]
    decisions: tuple[DecisionMade, ...]
    proof: ProofMark


@dataclass(frozen=True)
class ActiveElement:
    """An element with tokens; an instance of a multi-instance each counts as one."""

    element_id: str
    element_type: str
    tokens: int
    element_instance_keys: tuple[int, ...]


@dataclass(frozen=True)
class VariableNow:
    """A variable's value, and the cause that gave it."""

    name: str
    value: Any
    scope_element_id: str | None
    position: int
    changed_at: datetime
    changed_by: Cause


@dataclass(frozen=True)
class DueTimer:
    """A moment that the case waits for."""

    element_id: str
    due_at: datetime
    set_at: datetime | None


@dataclass(frozen=True)
class OpenJob:
    """Work that waits for a worker or is in its hands."""

    job_key: int
    element_id: str
    job_type: str
    created_at: datetime | None


@dataclass(frozen=True)
class AwaitedMessage:
    """A message that the case waits for."""

    element_id: str
    message_name: str


@dataclass(frozen=True)
class OpenTask:
    """An officer's task as it stood."""

    user_task_key: int
    element_id: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    due_at: datetime | None


@dataclass(frozen=True)
class OpenIncident:
    """What stopped the case."""

    incident_key: int
    element_id: str
    error_type: str
    error_message: str | None


@dataclass(frozen=True)
class ChildCase:
    """A process that the case has called.

    Args:
        called_by: the call activity.
    """

    process_instance_key: int
    bpmn_process_id: str
    state: Literal["active", "completed", "terminated"]
    called_by: str | None


@dataclass(frozen=True)
class CaseState:
    """How a case stood when everything up to a position had happened.

    Args:
        case: as it is now; `state` is how it was.
        position: what was asked for, within the case's own records.
        at: of the last record up to it.
    """

    case: Case
    state: Literal["active", "completed", "terminated"]
    process_definition_key: int
    partition: int
    position: int
    at: datetime
    active: tuple[ActiveElement, ...]
    variables: tuple[VariableNow, ...]
    timers: tuple[DueTimer, ...]
    jobs: tuple[OpenJob, ...]
    messages: tuple[AwaitedMessage, ...]
    tasks: tuple[OpenTask, ...]
    incidents: tuple[OpenIncident, ...]
    children: tuple[ChildCase, ...]
    proof: ProofMark


@dataclass(frozen=True)
class Diagram:
    """The very diagram that was deployed; the record at its position holds it."""

    process_definition_key: int
    bpmn_process_id: str
    version: int
    resource_name: str
    partition: int
    position: int
    xml: str
