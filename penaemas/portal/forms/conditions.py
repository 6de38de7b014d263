"""The part of FEEL that the conditions of our forms use, parsed and evaluated on the server.

    =documents_present = true
    =answer_decision != "refused" and not(applicant_nik = owner_nik)

Comparisons with `=` and `!=`, `and`, `or`, `not(…)`, brackets; texts, numbers, true, false, null and names of fields.
A field that is empty or hidden is null, as in form-js. The browser evaluates the same tree (`as_data`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Value = str | bool | Decimal | None

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"[^"\\]*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>!=|=|\(|\)))"""
)
_LITERALS: Final[dict[str, Value]] = {"true": True, "false": False, "null": None}


class ConditionUnsupported(Exception):
    """The expression is not of the part of FEEL that we serve. The message says at what."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the expression."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """The value of a field."""

    key: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`=`, `!=`, `and`, `or` with two operands, `not` with one."""

    sign: str
    operands: tuple[Condition, ...]


Condition = Literal | Name | Operation


def parse(expression: str) -> Condition:
    """The tree of an expression, which begins with `=` as form-js writes it.

    Raises:
        ConditionUnsupported: it uses more of FEEL than we serve, or is broken.
    """
    if not expression.startswith("="):
        raise ConditionUnsupported("a condition begins with `=`")
    return _Parser(expression[1:]).whole()


def evaluate(condition: Condition, values: Mapping[str, object]) -> Value:
    """What the expression yields. Names that are not among the values are null."""
    match condition:
        case Literal(value):
            return value
        case Name(key):
            return _known(values.get(key))
        case Operation("not", (operand,)):
            inner = evaluate(operand, values)
            return None if not isinstance(inner, bool) else not inner
        case Operation("and", operands):
            return _all([evaluate(operand, values) for operand in operands])
        case Operation("or", operands):
            return _any([evaluate(operand, values) for operand in operands])
        case Operation(sign, (left, right)):
            same = _same(evaluate(left, values), evaluate(right, values))
            return same if sign == "=" else not same
    raise AssertionError(condition)  # the parser makes nothing else


def holds(condition: Condition | None, values: Mapping[str, object]) -> bool:
    """Whether the condition is true; null is not."""
    return condition is not None and evaluate(condition, values) is True


def names(condition: Condition) -> frozenset[str]:
    """The fields that it reads."""
    match condition:
        case Name(key):
            return frozenset({key})
        case Operation(_, operands):
            return frozenset().union(*(names(operand) for operand in operands))
    return frozenset()


def as_data(condition: Condition) -> Any:
    """The tree for the browser, as JSON: `["!=", {"key": "house_kind"}, {"is": "SWADAYA"}]`."""
    match condition:
        case Literal(value):
            return {"is": float(value) if isinstance(value, Decimal) else value}
        case Name(key):
            return {"key": key}
        case Operation(sign, operands):
            return [sign, *(as_data(operand) for operand in operands)]


def _known(value: object) -> Value:
    if value is None or isinstance(value, (bool, str, Decimal)):
        return value or None if isinstance(value, str) else value
    return Decimal(value) if isinstance(value, int) else None


def _same(left: Value, right: Value) -> bool:
    # true is no number here, although Python thinks so.
    return type(left) is type(right) and left == right


def _all(values: list[Value]) -> Value:
    return False if False in values else (True if all(value is True for value in values) else None)


def _any(values: list[Value]) -> Value:
    return True if True in values else (False if all(value is False for value in values) else None)


class _Parser:
    """Reads one expression from left to right; `or` binds weaker than `and`, which binds weaker than a comparison."""

    def __init__(self, source: str) -> None:
        self._tokens = _tokens(source)
        self._at = 0

    def whole(self) -> Condition:
        condition = self._or()
        if self._at < len(self._tokens):
            raise ConditionUnsupported(f"unexpected {self._tokens[self._at][1]!r}")
        return condition

    def _or(self) -> Condition:
        return self._chain("or", self._and)

    def _and(self) -> Condition:
        return self._chain("and", self._comparison)

    def _chain(self, word: str, part: Any) -> Condition:
        operands = [part()]
        while self._next_is("name", word):
            operands.append(part())
        return operands[0] if len(operands) == 1 else Operation(word, tuple(operands))

    def _comparison(self) -> Condition:
        left = self._operand()
        for sign in ("=", "!="):
            if self._next_is("sign", sign):
                return Operation(sign, (left, self._operand()))
        return left

    def _operand(self) -> Condition:
        kind, word = self._take()
        match kind:
            case "text":
                return Literal(word[1:-1])
            case "number":
                return Literal(Decimal(word))
            case "name" if word == "not":
                self._require("(")
                return Operation("not", (self._bracketed(),))
            case "name" if word in _LITERALS:
                return Literal(_LITERALS[word])
            case "name" if word not in ("and", "or"):
                return Name(word)
            case "sign" if word == "(":
                return self._bracketed()
        raise ConditionUnsupported(f"unexpected {word!r}")

    def _bracketed(self) -> Condition:
        inner = self._or()
        self._require(")")
        return inner

    def _next_is(self, kind: str, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == (kind, word):
            self._at += 1
            return True
        return False

    def _require(self, sign: str) -> None:
        if not self._next_is("sign", sign):
            raise ConditionUnsupported(f"{sign!r} is missing")

    def _take(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise ConditionUnsupported("the expression ends too early")
        self._at += 1
        return self._tokens[self._at - 1]


def _tokens(source: str) -> list[tuple[str, str]]:
    found, at = [], 0
    end = len(source.rstrip())
    while at < end:
        token = _TOKEN.match(source, at)
        if token is None:
            raise ConditionUnsupported(f"we do not serve {source[at:].strip()[:20]!r}")
        found.append((str(token.lastgroup), token.group(token.lastgroup or "")))
        at = token.end()
    return found
