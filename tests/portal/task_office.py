"""Tasks in front of officers: real case files, and rows of the history as its projections would have written them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, update

from penaemas.casefiles.emas.step_forms import form_id_of as emas_form_id_of
from penaemas.casefiles.pbg.step_forms import form_id_of
from penaemas.history import tables
from tests import emas
from tests.offices import SUMEDANG
from tests.pbg import opened
from tests.portal.offices import PortalOffice

DEFINITION = 2251799813680001


@dataclass
class TaskOffice:
    """An office with cases of PBG MBR and open tasks."""

    portal: PortalOffice
    keys: count[int] = field(default_factory=lambda: count(2251799813690001))

    async def case(self, **changes: object) -> str:
        """A case of PBG MBR with its number, running in the engine; its id."""
        case_id = await opened(self.portal.office, **changes)
        self._runs(case_id, "pbg_mbr_3_jam")
        return case_id

    async def licence(self, licence_type: str, **changes: Any) -> str:
        """A case of PENA EMAS with its number, running in the engine; its id."""
        case_id = await emas.opened(self.portal.office, licence_type, **changes)
        self._runs(case_id, "pena_emas")
        return case_id

    def _runs(self, case_id: str, process_id: str) -> None:
        self._write(
            insert(tables.cases).values(
                process_instance_key=self._instance(case_id),
                last_record_id=1,
                bpmn_process_id=process_id,
                version=1,
                process_definition_key=DEFINITION,
                parent_process_instance_key=None,
                state="active",
                started_at_ms=_ms(self.portal.machine.now()),
                case_id=case_id,
            )
        )

    def task(
        self,
        case_id: str,
        element_id: str = "Task_CheckCompleteness",
        *,
        role: str = "OPERATOR",
        region_code: str = SUMEDANG,
        assignee: str | None = None,
        minutes: int = 20,
        process_id: str = "pbg_mbr_3_jam",
    ) -> int:
        """An open task of the case, due so many minutes from now; its key."""
        key, now = next(self.keys), self.portal.machine.now()
        self._write(
            insert(tables.tasks).values(
                user_task_key=key,
                last_record_id=key,
                process_instance_key=self._instance(case_id),
                bpmn_process_id=process_id,
                process_definition_key=DEFINITION,
                element_id=element_id,
                element_instance_key=key + 1,
                state="created",
                assignee=assignee,
                candidate_groups=json.dumps([f"{region_code}/{role}"], separators=(",", ":")),
                due_at_ms=_ms(now + timedelta(minutes=minutes)),
                form_reference=_form_id(process_id, element_id),
                created_at_ms=_ms(now),
                last_action="created",
                provisional=False,
            )
        )
        self.event(case_id, key, "task_created", element_id)
        return key

    def ends(self, key: int, assignee: str) -> None:
        """The engine's record that an officer has completed it arrives."""
        now = _ms(self.portal.machine.now())
        values = {"state": "completed", "assignee": assignee, "ended_at_ms": now, "last_action": "completed"}
        self._write(update(tables.tasks).where(tables.tasks.c.user_task_key == key).values(values))

    def is_assigned(self, key: int, assignee: str | None) -> None:
        """The engine's record of an assignment arrives."""
        self._write(update(tables.tasks).where(tables.tasks.c.user_task_key == key).values(assignee=assignee))

    def event(self, case_id: str, key: int, event: str, element_id: str, actor: str | None = None) -> None:
        """A line of the case's timeline."""
        self._write(
            insert(tables.timeline).values(
                record_id=next(self.keys),
                process_instance_key=self._instance(case_id),
                at_ms=_ms(self.portal.machine.now()),
                event=event,
                element_id=element_id,
                element_type=None,
                element_instance_key=key + 1,
                subject_key=key,
                actor=actor,
            )
        )

    def _instance(self, case_id: str) -> int:
        return 2251799813600000 + int(case_id[:6], 16)

    def _write(self, statement: object) -> None:
        with self.portal.history_database.transaction() as connection:
            connection.execute(statement)  # type: ignore[call-overload]


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _form_id(process_id: str, element_id: str) -> str:
    if process_id == "breach_reason_v1":
        return form_id_of(element_id).replace("pbg_mbr_3_jam", process_id)
    return (form_id_of if process_id == "pbg_mbr_3_jam" else emas_form_id_of)(element_id)
