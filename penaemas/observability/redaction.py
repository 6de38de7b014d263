"""The last net under the logs: what looks like a personal identifier is taken out before it is written.

It is the last net, not the rule. The rule is that personal data is never handed to a log at all; this module is for
the day on which somebody forgets, or a library writes what it was given.

Recognised: runs of 15 or 16 digits (NIK, family card, NPWP old and new), also when grouped by blanks or dots, or as
printed on a card; Indonesian mobile numbers; e-mail addresses. The engine's own keys have 16 to 19 digits too. They are
told apart by name and type: an *integer* under a field of `ENGINE_KEY_FIELDS` stays, and nothing else does.
"""

import re
from collections.abc import Mapping, Set
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, Final

REMOVED: Final = "[removed]"

ENGINE_KEY_FIELDS: Final = frozenset(
    {
        "checkpoint_position",
        "decision_key",
        "deployment_key",
        "element_instance_key",
        "exporter_position",
        "first_position",
        "flow_scope_key",
        "form_definition_key",
        "form_key",
        "incident_key",
        "job_key",
        "last_position",
        "message_key",
        "next_position",
        "parent_element_instance_key",
        "parent_process_instance_key",
        "position",
        "process_definition_key",
        "process_instance_key",
        "record_key",
        "resource_key",
        "root_process_instance_key",
        "sequence",
        "source_record_position",
        "timer_key",
        "user_task_key",
        "variable_key",
    }
)
"""Field names whose integers are the engine's. A field that holds several is the same name with an `s`."""

_DEEPEST = 8  # levels of nesting; deeper values are not logged, so that a value that contains itself ends

_SUSPECT = re.compile(
    r"""
      (?P<digest>\b[0-9a-f]{32,128}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)
    | (?P<mobile>(?<![\d])(?:\+?62|0)[ .-]?8[1-9]\d(?:[ .-]?\d){6,10}(?![\d]))
    | (?P<identity>(?<!\d)(?:\d(?:[ .]?\d){14,15}|\d{4}(?:-\d{4}){3}|\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3})(?!\d))
    | (?P<mail>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)
    """,
    re.VERBOSE,
)


def redact(value: Any, field: str = "") -> Any:
    """The value as it may be logged: plain JSON types only, without what looks like a personal identifier.

    Args:
        value: anything. Objects that JSON does not know become text here, so that nothing is rendered later and unseen.
        field: the name under which the value is logged; it decides whether a long integer is a key of the engine.
    """
    return _redact(value, field, depth=0)


def redact_text(text: str) -> str:
    """The text with every suspected identifier replaced by `REMOVED`. Digests and UUIDs stay."""
    return _SUSPECT.sub(_replacement, text)


def _replacement(found: re.Match[str]) -> str:
    is_digest = found.lastgroup == "digest" and any(letter in "abcdef" for letter in found.group())
    return found.group() if is_digest else REMOVED


def _redact(value: Any, field: str, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _redact(value.value, field, depth)
    if isinstance(value, int):
        return _redact_integer(value, field)
    if isinstance(value, float):
        return REMOVED if value.is_integer() and _is_as_long_as_an_identity(int(value)) else value
    if isinstance(value, str):
        return redact_text(value)
    return _redact_compound(value, field, depth)


def _redact_compound(value: Any, field: str, depth: int) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, BaseException):
        return type(value).__qualname__
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if depth >= _DEEPEST:
        return "[nested too deeply]"
    if isinstance(value, Mapping):
        return {redact_text(str(name)): _redact(item, str(name), depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple | Set):
        return [_redact(item, field, depth + 1) for item in value]
    return redact_text(str(value))


def _redact_integer(value: int, field: str) -> Any:
    if not _is_as_long_as_an_identity(value):
        return REMOVED if _is_mobile(value) else value
    is_engine_key = field in ENGINE_KEY_FIELDS or (field.endswith("s") and field[:-1] in ENGINE_KEY_FIELDS)
    return value if is_engine_key else REMOVED


def _is_as_long_as_an_identity(value: int) -> bool:
    return 10**14 <= abs(value) < 10**16


def _is_mobile(value: int) -> bool:
    return 62_81 * 10**7 <= value < 62_90 * 10**9 and str(value).startswith("628")
