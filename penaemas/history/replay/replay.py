"""The questions of a replay. Each reads one state of the database, and blocks."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from penaemas.history import record_store, tables
from penaemas.history.queries import rows
from penaemas.history.queries.facts import Case
from penaemas.history.record import Place, RecordUnreadable, read_envelope, typed_record
from penaemas.history.replay import states
from penaemas.history.replay.case_rows import CaseRows, first_record_ids, read_case_rows, read_children, read_waits
from penaemas.history.replay.decisions_made import decision_made
from penaemas.history.replay.deployed import read_diagram, read_tables
from penaemas.history.replay.facts import (
    CaseState,
    DecisionTable,
    Diagram,
    Moment,
    OpenIncident,
    OpenTask,
    ProofMark,
)
from penaemas.history.replay.moments import moments_of
from penaemas.history.replay.proofs import LedgerMarks, ProofMarks
from penaemas.storage.database import Database


class Replay:
    """Read-only. Raises StorageError when the database does not answer.

    Args:
        proofs: what is known of the records' proofs; by default what the ledger says.
    """

    def __init__(self, database: Database, proofs: ProofMarks | None = None) -> None:
        self._database = database
        self._proofs = proofs or LedgerMarks()
        # A deployed version never changes; an office has few.
        self._tables: dict[int, dict[str, DecisionTable]] = {}

    def find(self, number: str) -> Case | None:
        """A case by its case number, case id or process instance key; of several the newest root."""
        case = tables.cases.c
        wanted = (case.case_number == number) | (case.case_id == number)
        chosen = select(tables.cases).where(wanted, case.parent_process_instance_key.is_(None), case.state.isnot(None))
        with self._database.reading() as connection:
            found = connection.execute(chosen.order_by(case.process_instance_key.desc()).limit(1)).first()
            if found is None and number.isdecimal() and int(number) >> 63 == 0:
                by_key = select(tables.cases).where(case.process_instance_key == int(number), case.state.isnot(None))
                found = connection.execute(by_key).first()
        return None if found is None else rows.case(found)

    def moments(self, process_instance_key: int) -> tuple[Moment, ...] | None:
        """Everything that happened in a case, in the order of the log; None: no such case."""
        with self._database.reading() as connection:
            case = read_case_rows(connection, process_instance_key, None)
            if case is None:
                return None
            record_ids = [row.record_id for row in (*case.timeline, *case.variables, *case.decisions)]
            proofs = self._proofs.of(connection, record_ids)
            return moments_of(case, partial(self._decided, connection), proofs)

    def state(self, process_instance_key: int, position: int | None = None) -> CaseState | None:
        """How a case stood when everything up to a position had happened; None: no such case, or not yet.

        Args:
            position: None for now.
        """
        with self._database.reading() as connection:
            case = read_case_rows(connection, process_instance_key, position)
            return None if case is None else self._state(connection, case)

    def diagram(self, process_definition_key: int) -> Diagram | None:
        """The diagram of a deployed version."""
        with self._database.reading() as connection:
            return read_diagram(connection, process_definition_key)

    def decision_table(self, decision_requirements_key: int, decision_id: str) -> DecisionTable | None:
        """A deployed table with all its rules and their annotations."""
        with self._database.reading() as connection:
            return self._tables_of(connection, decision_requirements_key).get(decision_id)

    def _state(self, connection: Connection, case: CaseRows) -> CaseState:
        key = case.case.process_instance_key
        waits = read_waits(connection, key, case.last_record_id)
        found = read_children(connection, key)
        begun = first_record_ids(connection, [child.process_instance_key for child in found])
        active = states.active_instances(case)
        last = max((case.timeline[-1], *case.variables[-1:]), key=lambda row: row.record_id)
        return CaseState(
            case=case.case,
            state=states.state_of(case),
            process_definition_key=_definition_of(connection, case),
            partition=case.partition,
            position=Place.of(last.record_id).position,
            at=rows.instant(last.at_ms),
            active=states.active_elements(active),
            variables=states.variables_now(case, active),
            timers=states.timers(waits),
            jobs=states.jobs(waits),
            messages=states.messages(waits),
            tasks=_tasks(connection, states.open_task_events(case)),
            incidents=_incidents(connection, states.open_incident_events(case)),
            children=states.children(case, found, begun),
            proof=self._proofs.of(connection, [last.record_id]).get(last.record_id, ProofMark("stored")),
        )

    def _decided(self, connection: Connection, row: Row[Any]) -> Any:
        return decision_made(row, self._tables_of(connection, row.decision_requirements_key))

    def _tables_of(self, connection: Connection, decision_requirements_key: int) -> dict[str, DecisionTable]:
        if decision_requirements_key not in self._tables:
            found = read_tables(connection, decision_requirements_key)
            if not found:
                return found
            self._tables[decision_requirements_key] = found
        return self._tables[decision_requirements_key]


def _definition_of(connection: Connection, case: CaseRows) -> int:
    """The version that the case ran under: a case may have been moved to another since."""
    if (
        not any(row.event == "element_migrated" for row in case.timeline)
        and case.case.position <= Place.of(case.last_record_id).position
    ):
        return case.case.process_definition_key
    of_process = [row for row in case.timeline if row.element_type == "PROCESS"]
    record_id = of_process[-1].record_id
    document = record_store.documents(connection, [record_id]).get(record_id)
    if not document:
        return case.case.process_definition_key
    key: int = typed_record(read_envelope(document), provisional=False).value.process_definition_key
    return key


def _tasks(connection: Connection, events: tuple[Row[Any], ...]) -> tuple[OpenTask, ...]:
    documents = record_store.documents(connection, [row.record_id for row in events])
    found = []
    for row in events:
        groups: tuple[str, ...] = ()
        due_at = None
        try:
            value = typed_record(read_envelope(documents.get(row.record_id, b"")), provisional=False).value
        except RecordUnreadable:
            value = None  # its bytes are gone; who had it is still known
        if value is not None:
            groups, due_at = tuple(value.candidate_groups_list), rows.written_instant(value.due_date)
        found.append(OpenTask(row.subject_key, row.element_id, row.actor, groups, due_at))
    return tuple(found)


def _incidents(connection: Connection, events: tuple[Row[Any], ...]) -> tuple[OpenIncident, ...]:
    incident = tables.incidents.c
    keys = [row.subject_key for row in events]
    chosen = select(incident.incident_key, incident.error_message).where(incident.incident_key.in_(keys))
    said = {row.incident_key: row.error_message for row in connection.execute(chosen)} if keys else {}
    return tuple(
        OpenIncident(row.subject_key, row.element_id, row.detail or "", said.get(row.subject_key)) for row in events
    )


def as_json(fact: Any) -> bytes:
    """A fact of a replay as JSON: instants in ISO 8601, UTC."""
    return msgspec.json.encode(fact)
