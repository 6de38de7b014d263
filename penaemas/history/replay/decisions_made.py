"""From a row of `decisions` and the deployed tables to a decision, its matched rules and their legal annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row

from penaemas.history.queries import rows
from penaemas.history.record import Place
from penaemas.history.replay.facts import DecisionMade, DecisionTable, MatchedRule


class _Input(msgspec.Struct, rename="camel"):
    input_name: str
    input_value: str


class _Output(msgspec.Struct, rename="camel"):
    output_name: str
    output_value: str


class _Rule(msgspec.Struct, rename="camel"):
    rule_id: str
    rule_index: int
    evaluated_outputs: list[_Output]


class _Evaluated(msgspec.Struct, rename="camel"):
    decision_id: str
    evaluated_inputs: list[_Input]
    matched_rules: list[_Rule]


_decode = msgspec.json.Decoder(list[_Evaluated]).decode


def decision_made(row: Row[Any], deployed: Mapping[str, DecisionTable]) -> DecisionMade:
    """Args: deployed: the tables of the version that decided, by decision id; empty if they are gone."""
    evaluated = _decode(row.evaluated)
    return DecisionMade(
        decision_id=row.decision_id,
        decision_name=row.decision_name,
        decision_version=row.decision_version,
        decision_requirements_key=row.decision_requirements_key,
        element_id=row.element_id,
        position=Place.of(row.record_id).position,
        at=rows.instant(row.at_ms),
        inputs={asked.input_name: _value(asked.input_value) for table in evaluated for asked in table.evaluated_inputs},
        output=_value(row.output),
        matched=tuple(
            MatchedRule(
                decision_id=table.decision_id,
                rule_id=rule.rule_id,
                rule_index=rule.rule_index,
                annotation=_annotation(deployed.get(table.decision_id), rule.rule_id),
                outputs={output.output_name: _value(output.output_value) for output in rule.evaluated_outputs},
            )
            for table in evaluated
            for rule in table.matched_rules
        ),
        failure=row.failure,
    )


def _annotation(table: DecisionTable | None, rule_id: str) -> str | None:
    return next((rule.annotation for rule in table.rules if rule.rule_id == rule_id), None) if table else None


def _value(written: str) -> Any:
    try:
        return msgspec.json.decode(written)
    except msgspec.DecodeError:
        return written  # a failed evaluation leaves text that is no JSON
