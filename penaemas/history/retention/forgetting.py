"""Bytes of records go when their time is over. What stays: position, case and, in the ledger, the digest of each.

Only records that a signed checkpoint covers are forgotten: without their entry nothing would prove that they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, bindparam, delete, select, update

from penaemas.history import record_store, tables
from penaemas.history.projections import step_statistics
from penaemas.history.projector import Changes, project
from penaemas.history.record import Place, RecordUnreadable, read_envelope
from penaemas.history.replay.proofs import LedgerMarks
from penaemas.history.retention.rules import ProcessRule, RetentionRules
from penaemas.storage.database import Database

_CASES_AT_ONCE: Final = 100
_RECORDS_AT_ONCE: Final = 10_000
_YEAR: Final = timedelta(days=365)

# What is read from the records of a case goes with them: so a rebuild gives the same again.
_OF_CASES: Final[tuple[Table, ...]] = (
    tables.variables,
    tables.waits,
    tables.decisions,
    tables.escalations,
    tables.timeline,
    tables.tasks,
    tables.incidents,
    tables.cases,
)


@dataclass(frozen=True)
class Forgotten:
    """What a run came to.

    Args:
        waiting: cases whose time is over, but whose records no checkpoint covers yet.
    """

    cases: int
    records: int
    waiting: int


def forget_due(database: Database, now: datetime, rules: RetentionRules) -> Forgotten:
    """Forget every case whose time is over, with the processes that it called.

    Raises:
        StorageError: what was done so far stays done.
    """
    cases = records = waiting = 0
    for process_id, rule in rules.processes.items():
        after = 0
        while True:
            with database.transaction() as connection:
                due = _due(connection, process_id, now - rule.keep_years * _YEAR, after)
                for case in due:
                    number = _forget(connection, case, rule, now)
                    waiting += number is None
                    cases += number is not None
                    records += number or 0
            if len(due) < _CASES_AT_ONCE:
                break
            after = due[-1].process_instance_key
    return Forgotten(cases, records, waiting)


def _due(connection: Connection, process_id: str, ended_before: datetime, after: int) -> list[Row[Any]]:
    case = tables.cases.c
    chosen = select(tables.cases).where(
        case.bpmn_process_id == process_id,
        case.parent_process_instance_key.is_(None),
        case.ended_at_ms < round(ended_before.timestamp() * 1000),
        case.process_instance_key > after,
    )
    return list(connection.execute(chosen.order_by(case.process_instance_key).limit(_CASES_AT_ONCE)))


def _forget(connection: Connection, case: Row[Any], rule: ProcessRule, now: datetime) -> int | None:
    """How many records; None: they are not all in a checkpoint yet."""
    family = _family(connection, case.process_instance_key)
    entry = tables.timeline.c
    first = connection.execute(
        select(entry.record_id).where(entry.process_instance_key == case.process_instance_key)
        .order_by(entry.record_id).limit(1)
    ).scalar()  # fmt: skip
    if first is None:
        return None
    last = max(row.last_record_id for row in family.values())
    mark = LedgerMarks().of(connection, [last]).get(last)
    if mark is None:
        return None
    record_ids = _record_ids(connection, set(family), first, last) + _take_message(connection, case.case_id)
    _keep_statistics(connection, record_ids)
    gone = update(tables.records).where(tables.records.c.record_id == bindparam("id")).values(document=None)
    connection.execute(gone, [{"id": record_id} for record_id in record_ids])
    for table in _OF_CASES:
        connection.execute(delete(table).where(table.c.process_instance_key.in_(family)))
    connection.execute(
        tables.forgotten_cases.insert().values(
            process_instance_key=case.process_instance_key,
            bpmn_process_id=case.bpmn_process_id,
            ended_at_ms=case.ended_at_ms,
            records=len(record_ids),
            forgotten_at_ms=round(now.timestamp() * 1000),
            basis=rule.basis,
        )
    )
    return len(record_ids)


def _family(connection: Connection, process_instance_key: int) -> dict[int, Row[Any]]:
    """The case and all that it called, directly or not."""
    case = tables.cases.c
    root = connection.execute(select(tables.cases).where(case.process_instance_key == process_instance_key)).one()
    family = {process_instance_key: root}
    waiting = [process_instance_key]
    while waiting:
        called = connection.execute(select(tables.cases).where(case.parent_process_instance_key == waiting.pop())).all()
        family.update({row.process_instance_key: row for row in called})
        waiting += [row.process_instance_key for row in called]
    return family


def _record_ids(connection: Connection, keys: set[int], first: int, last: int) -> list[int]:
    """Records of these cases. The first of a case stand some commands before its timeline, after its message."""
    record = tables.records.c
    found: list[int] = []
    after = first - _RECORDS_AT_ONCE
    while True:
        chosen = select(record.record_id, record.process_instance_key).where(
            record.record_id > after, record.record_id <= last + _RECORDS_AT_ONCE
        )
        rows = list(connection.execute(chosen.order_by(record.record_id).limit(_RECORDS_AT_ONCE)))
        found += [record_id for record_id, key in rows if key in keys]
        if len(rows) < _RECORDS_AT_ONCE:
            return found
        after = rows[-1].record_id


def _take_message(connection: Connection, case_id: str | None) -> list[int]:
    """The message that started the case: its row goes; the records of its publication and of the command for it."""
    message = tables.messages.c
    of_case = (message.message_id == case_id) & message.process_instance_key.isnot(None)
    published = connection.execute(select(message.published_record_id).where(of_case)).scalars()
    found = []
    for record_id, document in record_store.documents(connection, [one for one in published if one]).items():
        source = read_envelope(document).source_record_position
        found += [record_id, Place(Place.of(record_id).partition, source).record_id]
    connection.execute(delete(tables.messages).where(of_case))
    return found


def _keep_statistics(connection: Connection, record_ids: list[int]) -> None:
    changes = Changes()
    for document in record_store.documents(connection, record_ids).values():
        try:
            project(read_envelope(document), changes)
        except RecordUnreadable:
            continue  # it was never counted
    name = step_statistics.PROJECTION.name
    rows = changes.rows[name]
    if rows:
        statement = step_statistics.PROJECTION.merge_statement(connection.dialect.paramstyle, "kept_step_statistics")
        connection.exec_driver_sql(statement, rows)
