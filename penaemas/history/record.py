"""What the broker's exporter writes about one fact: the envelope that all records share, and one typed value per kind
we read.

Only the fields that a projection uses are named; everything else stays in the stored bytes. Source: the records of
8.5.8, `docs/adr/0020`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Generic, NamedTuple, TypeVar

import msgspec

# A partition's number stands in the high bits, as in the keys that the engine itself makes.
_POSITION_BITS: Final = 51
_POSITION_MASK: Final = (1 << _POSITION_BITS) - 1

Long = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
"""What the engine counts with; a database would fail on more, again and again, where a record can be set aside."""

NOBODY: Final = 0
"""Stored as the process instance key of a record that belongs to no case."""


class RecordUnreadable(ValueError):
    """The document is not a record as the engine's version 8.5 writes it. The text names the reason, never a value."""


class Place(NamedTuple):
    """Where a record stands in the engine's log; no two records share it."""

    partition: int
    position: int

    @property
    def record_id(self) -> int:
        """Partition and position in one number that sorts as the log does."""
        return self.partition << _POSITION_BITS | self.position

    @classmethod
    def of(cls, record_id: int) -> Place:
        """The reverse of `record_id`."""
        return cls(record_id >> _POSITION_BITS, record_id & _POSITION_MASK)


class Envelope(msgspec.Struct, rename="camel", gc=False):
    """What every record carries around its value."""

    partition_id: Long
    position: Long
    timestamp: Long
    key: Long
    value_type: str
    record_type: str
    intent: str
    value: msgspec.Raw
    source_record_position: Long = -1

    @property
    def place(self) -> Place:
        return Place(self.partition_id, self.position)


class AnyValue(msgspec.Struct, rename="camel", gc=False):
    """The one field that most values have."""

    process_instance_key: Long = -1


class ProcessInstanceValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """PROCESS_INSTANCE: an element of a case, or the case itself."""

    bpmn_process_id: str
    version: Long
    process_definition_key: Long
    element_id: str
    bpmn_element_type: str
    flow_scope_key: Long
    parent_process_instance_key: Long
    parent_element_instance_key: Long = -1


class VariableValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """VARIABLE: `value` is JSON text."""

    name: str
    value: str
    scope_key: Long
    bpmn_process_id: str
    process_definition_key: Long


class UserTaskValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """USER_TASK: every event carries the whole task as it then stood."""

    user_task_key: Long
    element_instance_key: Long
    element_id: str
    bpmn_process_id: str
    process_definition_key: Long
    assignee: str
    candidate_groups_list: list[str]
    due_date: str
    follow_up_date: str
    external_form_reference: str
    creation_timestamp: Long
    action: str = ""


class IncidentValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """INCIDENT: what stopped a case."""

    bpmn_process_id: str
    element_id: str
    element_instance_key: Long
    job_key: Long
    error_type: str
    error_message: str


class JobValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """JOB: work for a worker."""

    type: str
    element_id: str
    element_instance_key: Long
    worker: str
    error_code: str
    retries: Long


class TimerValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """TIMER: `target_element_id` is the event that waits for it; `due_date` in milliseconds since 1970."""

    target_element_id: str
    element_instance_key: Long
    due_date: Long


class ProcessMessageSubscriptionValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """PROCESS_MESSAGE_SUBSCRIPTION: an element that waits for a message."""

    element_id: str
    element_instance_key: Long
    message_name: str
    interrupting: bool


class DecisionEvaluationValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """DECISION_EVALUATION: what was asked of which tables, and what they said. `decision_output` is JSON text."""

    decision_id: str
    decision_name: str
    decision_version: Long
    decision_key: Long
    decision_requirements_key: Long
    decision_output: str
    element_id: str
    element_instance_key: Long
    evaluated_decisions: msgspec.Raw
    failed_decision_id: str
    evaluation_failure_message: str


class MessageValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """MESSAGE: what was published; the record's key is the message's."""

    name: str
    message_id: str
    correlation_key: str


class MessageStartValue(AnyValue, rename="camel", gc=False, kw_only=True):
    """MESSAGE_START_EVENT_SUBSCRIPTION: which case a message has started."""

    message_key: Long
    message_name: str


class ProcessValue(msgspec.Struct, rename="camel", gc=False, kw_only=True):
    """PROCESS: a deployed version. The diagram itself stays in the record."""

    bpmn_process_id: str
    version: Long
    process_definition_key: Long
    resource_name: str
    checksum: str


class FormValue(msgspec.Struct, rename="camel", gc=False, kw_only=True):
    """FORM: a deployed version. The form itself stays in the record."""

    form_id: str
    version: Long
    form_key: Long
    resource_name: str
    checksum: str


class DecisionRequirementsValue(msgspec.Struct, rename="camel", gc=False, kw_only=True):
    """DECISION_REQUIREMENTS: a deployed version of a graph of decisions. The tables themselves stay in the record."""

    decision_requirements_id: str
    decision_requirements_version: Long
    decision_requirements_key: Long
    resource_name: str
    checksum: str


VALUES: Final[dict[str, type[msgspec.Struct]]] = {
    "PROCESS_INSTANCE": ProcessInstanceValue,
    "VARIABLE": VariableValue,
    "USER_TASK": UserTaskValue,
    "INCIDENT": IncidentValue,
    "JOB": JobValue,
    "TIMER": TimerValue,
    "PROCESS_MESSAGE_SUBSCRIPTION": ProcessMessageSubscriptionValue,
    "DECISION_EVALUATION": DecisionEvaluationValue,
    "MESSAGE": MessageValue,
    "MESSAGE_START_EVENT_SUBSCRIPTION": MessageStartValue,
    "PROCESS": ProcessValue,
    "FORM": FormValue,
    "DECISION_REQUIREMENTS": DecisionRequirementsValue,
}

Value = TypeVar("Value")


class Record(msgspec.Struct, Generic[Value], gc=False):
    """One event of the engine, as projections see it.

    Args:
        at_ms: the engine's own clock, milliseconds since 1970.
        source_position: position of the command that caused it, -1 if none.
        provisional: came by the express feed and is not confirmed by the full one.
    """

    record_id: int
    source_position: int
    at_ms: int
    key: int
    intent: str
    value: Value
    provisional: bool


def may_hold_nul(envelope: Envelope) -> bool:
    """Is there, written as JSON writes it, the one character that PostgreSQL keeps in no text?"""
    return b"\\u0000" in bytes(envelope.value)


_decode_envelope = msgspec.json.Decoder(Envelope).decode
_decode_any_value = msgspec.json.Decoder(AnyValue).decode
_decode_value: Final = {name: msgspec.json.Decoder(kind).decode for name, kind in VALUES.items()}


def read_envelope(document: bytes) -> Envelope:
    """Raises RecordUnreadable: not JSON, or not the envelope we know."""
    try:
        return _decode_envelope(document)
    except msgspec.ValidationError as error:
        raise RecordUnreadable(f"not the envelope we know: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordUnreadable("not JSON") from error


def process_instance_key(envelope: Envelope) -> int:
    """The case that a record belongs to, `NOBODY` if none.

    Raises:
        RecordUnreadable: the value is not an object.
    """
    try:
        key = _decode_any_value(envelope.value).process_instance_key
    except msgspec.ValidationError as error:
        raise RecordUnreadable(f"not the value we know: {error}") from error
    return key if key > 0 else NOBODY


def typed_record(envelope: Envelope, *, provisional: bool) -> Record[Any]:
    """The record with its value decoded; only for value types in `VALUES`.

    Raises:
        RecordUnreadable: the value lacks a field that we use.
    """
    try:
        value = _decode_value[envelope.value_type](envelope.value)
    except msgspec.ValidationError as error:
        raise RecordUnreadable(f"not the {envelope.value_type} value we know: {error}") from error
    return Record(
        envelope.place.record_id,
        envelope.source_record_position,
        envelope.timestamp,
        envelope.key,
        envelope.intent,
        value,
        provisional,
    )


def same_fact(one: bytes, other: bytes) -> bool:
    """Do two copies of a record say the same? Two exporters number in `sequence` what each of them has sent."""
    if one == other:
        return True
    try:
        facts = [msgspec.json.decode(copy, type=dict[str, Any]) for copy in (one, other)]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    for fact in facts:
        fact.pop("sequence", None)
    return facts[0] == facts[1]
