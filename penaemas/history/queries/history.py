"""The questions. Each opens a read-only transaction of its own and blocks: from an event loop, `await
database.run(history.task, key)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import Column, Row, Select, Table, and_, func, or_, select

from penaemas.history import record_store, tables
from penaemas.history.queries import rows
from penaemas.history.queries.facts import (
    Case,
    CaseState,
    Definition,
    Gap,
    Incident,
    PathStep,
    PublishedMessage,
    QuarantinedDocument,
    TimelineEntry,
    UserTask,
    UserTaskFact,
)
from penaemas.history.record import Place
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

MOST_ROWS = 1_000
"""What a list returns at most unless asked for another limit."""


class History:
    """Read-only. Raises StorageError when the database does not answer.

    Args:
        clock: what `lag` measures against.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open_tasks(
        self,
        *,
        groups: Iterable[str] | None = None,
        assignee: str | None = None,
        bpmn_process_id: str | None = None,
        case_id: str | None = None,
        process_instance_key: int | None = None,
        limit: int = MOST_ROWS,
    ) -> tuple[UserTask, ...]:
        """Tasks that wait, the earliest due first, those without a due date last.

        Args:
            groups: only tasks that at least one of these groups may take.
        """
        task = tables.tasks.c
        wanted = _tasks_with_case().where(task.ended_at_ms.is_(None))
        if groups is not None:
            quoted = [f'"{group}"' for group in groups]
            wanted = wanted.where(or_(*(task.candidate_groups.contains(name, autoescape=True) for name in quoted)))
        if assignee is not None:
            wanted = wanted.where(task.assignee == assignee)
        if bpmn_process_id is not None:
            wanted = wanted.where(task.bpmn_process_id == bpmn_process_id)
        if case_id is not None:
            wanted = wanted.where(tables.cases.c.case_id == case_id)
        if process_instance_key is not None:
            wanted = wanted.where(task.process_instance_key == process_instance_key)
        ordered = wanted.order_by(task.due_at_ms.is_(None), task.due_at_ms, task.user_task_key).limit(limit)
        return tuple(map(rows.user_task, self._all(ordered)))

    def task(self, user_task_key: int) -> UserTask | None:
        """One task, open or ended."""
        row = self._first(_tasks_with_case().where(tables.tasks.c.user_task_key == user_task_key))
        return None if row is None else rows.user_task(row)

    def tasks_of(self, process_instance_key: int) -> tuple[UserTask, ...]:
        """All tasks of a case, in the order in which they were created."""
        task = tables.tasks.c
        wanted = _tasks_with_case().where(task.process_instance_key == process_instance_key)
        return tuple(map(rows.user_task, self._all(wanted.order_by(task.user_task_key))))

    def user_task_fact(self, user_task_key: int) -> UserTaskFact | None:
        """Who has a task, and has it ended?"""
        row = self._first(select(tables.tasks).where(tables.tasks.c.user_task_key == user_task_key))
        return None if row is None else rows.user_task_fact(row)

    def case(self, process_instance_key: int) -> Case | None:
        """One process instance."""
        row = self._first(_known_cases().where(tables.cases.c.process_instance_key == process_instance_key))
        return None if row is None else rows.case(row)

    def case_by_id(self, case_id: str) -> Case | None:
        """The newest root process instance of a case file."""
        case = tables.cases.c
        wanted = _known_cases().where(case.case_id == case_id, case.parent_process_instance_key.is_(None))
        row = self._first(wanted.order_by(case.process_instance_key.desc()))
        return None if row is None else rows.case(row)

    def cases(
        self, *, state: CaseState | None = None, bpmn_process_id: str | None = None, limit: int = MOST_ROWS
    ) -> tuple[Case, ...]:
        """Root process instances, the newest first."""
        case = tables.cases.c
        wanted = _known_cases().where(case.parent_process_instance_key.is_(None))
        if state is not None:
            wanted = wanted.where(case.state == state)
        if bpmn_process_id is not None:
            wanted = wanted.where(case.bpmn_process_id == bpmn_process_id)
        return tuple(map(rows.case, self._all(wanted.order_by(case.process_instance_key.desc()).limit(limit))))

    def children(self, process_instance_key: int) -> tuple[Case, ...]:
        """Process instances that a case has called, oldest first."""
        case = tables.cases.c
        wanted = _known_cases().where(case.parent_process_instance_key == process_instance_key)
        return tuple(map(rows.case, self._all(wanted.order_by(case.process_instance_key))))

    def timeline(self, process_instance_key: int) -> tuple[TimelineEntry, ...]:
        """What happened in a case, in the order of the engine's log."""
        entry = tables.timeline.c
        wanted = select(tables.timeline).where(entry.process_instance_key == process_instance_key)
        return tuple(map(rows.timeline_entry, self._all(wanted.order_by(entry.record_id))))

    def path(self, process_instance_key: int) -> tuple[PathStep, ...]:
        """Elements and sequence flows that a case has passed, in the order in which it entered them, without the
        process itself.
        """
        steps: dict[int, PathStep] = {}
        for entry in self.timeline(process_instance_key):
            if entry.element_type == "PROCESS" or entry.element_type is None:
                continue
            state = _STATES.get(entry.event)
            if state is not None:
                steps[entry.element_instance_key] = PathStep(entry.element_id, entry.element_type, state)
        return tuple(steps.values())

    def incidents(
        self, *, open_only: bool = True, process_instance_key: int | None = None, limit: int = MOST_ROWS
    ) -> tuple[Incident, ...]:
        """What stopped cases, oldest first."""
        incident = tables.incidents.c
        wanted = select(tables.incidents).order_by(incident.incident_key).limit(limit)
        if open_only:
            wanted = wanted.where(incident.state == "open")
        if process_instance_key is not None:
            wanted = wanted.where(incident.process_instance_key == process_instance_key)
        return tuple(map(rows.incident, self._all(wanted)))

    def definitions_latest(self) -> tuple[Definition, ...]:
        """The version of each process that a new case gets, by process id."""
        wanted = _newest_versions(tables.definitions, tables.definitions.c.bpmn_process_id)
        return tuple(map(rows.definition, self._all(wanted)))

    def deployed_checksums(self) -> dict[str, str]:
        """Id of a process, form or decision requirements graph → the engine's checksum of its newest version."""
        resources = self._all(_newest_versions(tables.resources, tables.resources.c.resource_id))
        return {
            **{definition.bpmn_process_id: definition.checksum for definition in self.definitions_latest()},
            **{row.resource_id: row.checksum for row in resources},
        }

    def message_published(self, message_id: str, *, name: str | None = None) -> PublishedMessage | None:
        """The first publication of a message id; its case if it started one. None: the engine has not taken it, as
        far as we know.

        Args:
            name: of the message, when one id serves several.
        """
        message = tables.messages.c
        wanted = select(tables.messages).where(
            message.message_id == message_id, message.published_record_id.isnot(None)
        )
        if name is not None:
            wanted = wanted.where(message.name == name)
        row = self._first(wanted.order_by(message.published_record_id))
        if row is None:
            return None
        partition, position = Place.of(row.published_record_id)
        return PublishedMessage(
            message_key=row.message_key,
            name=row.name,
            message_id=row.message_id,
            correlation_key=row.correlation_key,
            partition=partition,
            position=position,
            process_instance_key=row.process_instance_key,
        )

    def document(self, partition: int, position: int) -> bytes | None:
        """A record exactly as it was received; None also when its bytes went because their time was over."""
        record_id = Place(partition, position).record_id
        with self._database.reading() as connection:
            return record_store.documents(connection, [record_id]).get(record_id)

    def position(self, partition: int) -> int | None:
        """The last position that the full feed has brought; None before the first."""
        wanted = select(tables.partitions.c.last_position).where(tables.partitions.c.partition == partition)
        row = self._first(wanted)
        return None if row is None else int(row.last_position)

    def partitions(self) -> tuple[int, ...]:
        """Partitions that have sent something."""
        wanted = select(tables.partitions.c.partition).order_by(tables.partitions.c.partition)
        return tuple(row.partition for row in self._all(wanted))

    def lag(self) -> dict[int, timedelta]:
        """Age of the newest stored record of each partition, by the engine's timestamp. Grows also while the engine
        has nothing to do.
        """
        now_ms = self._clock.now().timestamp() * 1000
        return {
            row.partition: timedelta(milliseconds=now_ms - row.newest_at_ms)
            for row in self._all(select(tables.partitions))
        }

    def gaps(self, *, open_only: bool = True) -> tuple[Gap, ...]:
        """Positions that the feed has left out."""
        gap, record = tables.gaps.c, tables.records.c
        wanted = select(tables.gaps).order_by(gap.partition, gap.from_position)
        if open_only:
            wanted = wanted.where(gap.closed_at_ms.is_(None))
        found = []
        for row in self._all(wanted):
            first, last = Place(row.partition, row.from_position), Place(row.partition, row.to_position)
            within = record.record_id.between(first.record_id, last.record_id)
            received = self._first(select(func.count().label("number")).select_from(tables.records).where(within))
            found.append(
                Gap(
                    partition=row.partition,
                    first_position=row.from_position,
                    last_position=row.to_position,
                    missing=row.to_position - row.from_position + 1 - (received.number if received else 0),
                    opened_at=rows.instant(row.opened_at_ms),
                    closed_at=rows.instant_or_none(row.closed_at_ms),
                )
            )
        return tuple(found)

    def quarantined(self, *, limit: int = MOST_ROWS) -> tuple[QuarantinedDocument, ...]:
        """What was set aside, the newest first."""
        wanted = select(tables.quarantine).order_by(tables.quarantine.c.quarantine_id.desc()).limit(limit)
        return tuple(map(rows.quarantined, self._all(wanted)))

    def _all(self, statement: Select[Any]) -> list[Row[Any]]:
        with self._database.reading() as connection:
            return list(connection.execute(statement))

    def _first(self, statement: Select[Any]) -> Row[Any] | None:
        with self._database.reading() as connection:
            return connection.execute(statement.limit(1)).first()


_STATES: dict[str, Literal["active", "completed", "terminated", "taken"]] = {
    "element_activated": "active",
    "element_completed": "completed",
    "element_terminated": "terminated",
    "sequence_flow_taken": "taken",
}


def _newest_versions(table: Table, id_column: Column[str]) -> Select[Any]:
    newest = select(id_column, func.max(table.c.version).label("version")).group_by(id_column).subquery()
    same = and_(id_column == newest.c[id_column.name], table.c.version == newest.c.version)
    return select(table).join(newest, same).order_by(id_column)


def _tasks_with_case() -> Select[Any]:
    of_case = tables.cases.c.process_instance_key == tables.tasks.c.process_instance_key
    return select(tables.tasks, tables.cases.c.case_id).select_from(tables.tasks.outerjoin(tables.cases, of_case))


def _known_cases() -> Select[Any]:
    # Before a case's own record its variable may have made a row.
    return select(tables.cases).where(tables.cases.c.state.isnot(None))
