"""As many cases as wanted, made from a recorded history by giving each copy keys, positions and a case id of its own.

Copies run interleaved, as cases of an office do: each goes on by one external command and its consequences at a time.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from penaemas.history.record import Place, read_envelope

# Keys of partition 1 that the engine has given (and the sequence numbers, which look alike and do no harm).
_TOKEN: Final = re.compile(rb'"position":(\d+)|"sourceRecordPosition":(\d+)|\b(22517998136\d{5})\b|(HS-[A-Z])')


class CopiedRecord(NamedTuple):
    """A document and where it stands; `to_express` if the express feed brings it too."""

    record_id: int
    body: bytes
    to_express: bool


class _Template:
    """One recorded document with holes for what differs from copy to copy."""

    def __init__(self, document: bytes, first_key: int) -> None:
        envelope = read_envelope(document)
        self.position = envelope.position
        self.starts_step = envelope.source_record_position < 0
        self.to_express = envelope.record_type == "EVENT" and envelope.value_type in ("USER_TASK", "INCIDENT")
        self._holes: list[tuple[str, int]] = []
        self._first_key = first_key
        escaped = document.replace(b"%", b"%%")
        self._text = _TOKEN.sub(self._hole, escaped)

    def _hole(self, match: re.Match[bytes]) -> bytes:
        position, source, key, _ = match.groups()
        if position:
            self._holes.append(("position", 0))
            return b'"position":%d'
        if source:
            self._holes.append(("source", int(source)))
            return b'"sourceRecordPosition":%d'
        if key:
            if int(key) < self._first_key:  # of a definition or its subscription: all copies share them
                return key
            self._holes.append(("key", int(key) - self._first_key))
            return b"%d"
        self._holes.append(("case", 0))
        return b"HS-%d"

    def filled(self, copy: _Copy, position: int) -> bytes:
        copy.new_positions[self.position] = position
        values = []
        for kind, number in self._holes:
            if kind == "key":
                values.append(copy.first_key + number)
            elif kind == "position":
                values.append(position)
            elif kind == "source":
                values.append(copy.new_positions.get(number, position))
            else:
                values.append(copy.number)
        return self._text % tuple(values)


class _Copy:
    """A case that runs."""

    def __init__(self, number: int, first_key: int, steps: Sequence[Sequence[_Template]]) -> None:
        self.number = number
        self.first_key = first_key
        self.new_positions: dict[int, int] = {}
        self._steps = iter(steps)

    def next_step(self) -> Sequence[_Template] | None:
        return next(self._steps, None)


class RecordedCases:
    """Cases to be copied.

    Args:
        documents: a golden stream; what precedes its first case (the deployment) is sent once.
        seed: the same seed gives the same records.
        at_once: cases that run beside each other.
    """

    def __init__(self, documents: Sequence[bytes], *, seed: int = 1, at_once: int = 200) -> None:
        self._random = random.Random(seed)  # noqa: S311  # no secret, a repeatable order
        self._at_once = at_once
        starts = [number for number, pair in enumerate(pairwise(documents)) if _starts_case(*pair)]
        self._before = list(documents[: starts[0]])
        self._cases = [
            _steps(documents[start:end]) for start, end in zip(starts, [*starts[1:], len(documents)], strict=True)
        ]
        self.cases_started = 0

    def records(self) -> Iterator[CopiedRecord]:
        """Records without end, positions 1, 2, 3 … of partition 1."""
        position = 0
        for document in self._before:
            position += 1
            yield CopiedRecord(Place(1, position).record_id, document, False)
        running = [self._start_case() for _ in range(self._at_once)]
        while True:
            chosen = self._random.randrange(self._at_once)
            step = running[chosen].next_step()
            if step is None:
                running[chosen] = self._start_case()
                continue
            for template in step:
                position += 1
                body = template.filled(running[chosen], position)
                yield CopiedRecord(Place(1, position).record_id, body, template.to_express)

    def _start_case(self) -> _Copy:
        self.cases_started += 1
        steps = self._cases[self.cases_started % len(self._cases)]
        return _Copy(self.cases_started, (1 << 51) + self.cases_started * 1_000, steps)


def _starts_case(document: bytes, following: bytes) -> bool:
    # A publish that the engine refused starts nothing.
    command, event = read_envelope(document), read_envelope(following)
    is_published = (command.intent, event.intent) == ("PUBLISH", "PUBLISHED")
    return is_published and b'"name":"history_sample.applied"' in bytes(event.value)


def _steps(documents: Sequence[bytes]) -> list[list[_Template]]:
    keys = (int(key) for document in documents for key in re.findall(rb'"key":(22517998136\d{5})', document))
    first_key = min(key for key in keys if key > _LAST_SHARED_KEY)
    steps: list[list[_Template]] = []
    for document in documents:
        template = _Template(document, first_key)
        if template.starts_step or not steps:
            steps.append([])
        steps[-1].append(template)
    return steps


# The recorded deployment has given the keys up to here: two definitions, the deployment, the message subscription.
_LAST_SHARED_KEY: Final = (1 << 51) + 4
