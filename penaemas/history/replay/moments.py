"""From the rows of a case to its moments: one cause and everything it changed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Row

from penaemas.history.queries import rows
from penaemas.history.record import Place
from penaemas.history.replay.case_rows import CaseRows
from penaemas.history.replay.causes import Causes, sources
from penaemas.history.replay.facts import DecisionMade, Moment, ProofMark, VariableChange

Decided = Callable[[Row[Any]], DecisionMade]

_STORED = ProofMark("stored")


def moments_of(case: CaseRows, decided: Decided, proofs: Mapping[int, ProofMark]) -> tuple[Moment, ...]:
    """In the order of the log.

    Args:
        decided: reads a row of `decisions`.
        proofs: by record id; a record that is missing is stored and no more.
    """
    causes = Causes(case)
    changes = _variable_changes(case)
    grouped = sources([*case.timeline, *case.variables, *case.decisions])
    ordered = sorted(grouped.items(), key=lambda item: min(row.record_id for row in item[1]))
    timeline = sources(case.timeline)
    variables = sources(case.variables)
    decisions = sources(case.decisions)
    found = []
    for number, (source, all_rows) in enumerate(ordered, start=1):
        ids = [row.record_id for row in all_rows]
        cause = causes.of(all_rows[0].source_position)
        found.append(
            Moment(
                number=number,
                partition=case.partition,
                first_position=Place.of(min(ids)).position,
                position=Place.of(max(ids)).position,
                at=rows.instant(all_rows[0].at_ms),
                cause=cause,
                events=tuple(rows.timeline_entry(row) for row in timeline.get(source, ())),
                variables=tuple(changes[row.record_id] for row in variables.get(source, ())),
                decisions=tuple(decided(row) for row in decisions.get(source, ())),
                proof=weakest(proofs.get(record_id, _STORED) for record_id in ids),
            )
        )
    return tuple(found)


def weakest(marks: Iterable[ProofMark]) -> ProofMark:
    """A moment is proved as far as the least of its records; of checkpoints the latest counts."""
    order = ("stored", "recorded", "in_checkpoint")
    return min(marks, key=lambda mark: (order.index(mark.state), -(mark.tree_size or 0)))


def _variable_changes(case: CaseRows) -> dict[int, VariableChange]:
    elements = case.element_of()
    before: dict[tuple[int, str], Any] = {}
    changes = {}
    for row in case.variables:
        key = (row.scope_key, row.name)
        value = msgspec.json.decode(row.value)
        changes[row.record_id] = VariableChange(
            name=row.name,
            value=value,
            previous=before.get(key),
            is_new=key not in before,
            scope_element_id=scope_element(case, elements, row.scope_key),
            position=Place.of(row.record_id).position,
        )
        before[key] = value
    return changes


def scope_element(case: CaseRows, elements: Mapping[int, str], scope_key: int) -> str | None:
    """The element that a variable is local to; None: the whole case."""
    return None if scope_key == case.case.process_instance_key else elements.get(scope_key, str(scope_key))
