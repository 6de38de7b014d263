"""Process variables on their way to the engine: JSON with instants as ISO 8601 strings."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from penaemas.zeebe.errors import InvalidCommand


def to_json(operation: str, variables: Mapping[str, Any]) -> str:
    """The variables as one JSON object.

    Instants and days become ISO 8601 strings, which FEEL reads by `date and time(…)` and `date(…)`.

    Raises:
        InvalidCommand: a value has no place in JSON (NaN, an instant without offset, a foreign type). Names its type.
    """
    try:
        return json.dumps(variables, default=_plain, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError) as problem:
        # Our own sentences name types only; json's about NaN quotes no value but inf and nan.
        raise InvalidCommand(operation, f"variables are not JSON: {problem}") from None


def _plain(value: object) -> str | int | float:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant without offset")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum) and isinstance(value.value, str | int):
        return value.value
    if isinstance(value, Decimal):
        # FEEL computes in decimals, but JSON as Zeebe reads it carries a number as a double.
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"a {type(value).__name__}")
