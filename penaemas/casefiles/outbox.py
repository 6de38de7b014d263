"""The office's commands to the engine, kept as rows in the transaction that saves what they are about.

    waiting  →  sent      the engine accepted it
             →  refused   the engine, or somebody who was faster, made it pointless: `outcome` says who and when
    sent     →  done      the engine's own record of it has arrived

The sender (workers/outbox_sender.py) delivers them, in order per case. A payload goes to the engine, and so into the
history for ever: it holds keys, account names and routing facts only.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, TypeAdapter
from sqlalchemy import ColumnElement, Connection, RowMapping, delete, exists, func, insert, select, update

from penaemas.casefiles.desk_tables import task_draft
from penaemas.casefiles.tables import case_file, outbox
from penaemas.licensing.clock import Clock

State = Literal["waiting", "sent", "done", "refused"]
OPEN_STATES = ("waiting", "sent")


def _no_identity_number(value: str) -> str:
    if _IDENTITY_NUMBER.search(value):
        raise ValueError("looks like an identity number")
    return value


# NIK, family card, tax and staff numbers have 15 to 18 digits.
_IDENTITY_NUMBER = re.compile(r"(?<![0-9a-f-])[0-9]{15,18}(?![0-9a-f-])")
# Codes, numbers and instants; nothing that could be a sentence about a person.
_Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:+/-]{0,80}$"), AfterValidator(_no_identity_number)]
_Number = Annotated[int, Field(strict=True, gt=-(10**13), lt=10**13)]  # rupiah and areas; no identity number
RoutingFact = _Code | StrictBool | _Number | None
Variables = Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], RoutingFact]


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class StartCase(_Command):
    """Begin the case's process by its start message. The case id is message id and correlation key: it begins once."""

    kind: Literal["start_case"] = "start_case"
    message_name: str
    variables: Variables = Field(default_factory=dict)


class PublishMessage(_Command):
    """Tell a running case of a fact; the row's id is the message id."""

    kind: Literal["publish_message"] = "publish_message"
    message_name: str
    correlation_key: str
    variables: Variables = Field(default_factory=dict)


class AssignTask(_Command):
    """Give an open task to an officer; one that another has taken only with `take_over`."""

    kind: Literal["assign_task"] = "assign_task"
    user_task_key: int
    officer: str
    take_over: bool = False


class ReleaseTask(_Command):
    """Give an open task back to its groups; pointless if another has taken it from the officer."""

    kind: Literal["release_task"] = "release_task"
    user_task_key: int
    officer: str


class CompleteTask(_Command):
    """Complete a task in an officer's name; refused if another has taken it.

    It is assigned to them first, so that the engine's own record says who.
    """

    kind: Literal["complete_task"] = "complete_task"
    user_task_key: int
    officer: str
    variables: Variables = Field(default_factory=dict)


class CancelCase(_Command):
    """End the case's process instance."""

    kind: Literal["cancel_case"] = "cancel_case"
    process_instance_key: int


Command = StartCase | PublishMessage | AssignTask | ReleaseTask | CompleteTask | CancelCase
_COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="kind")])


@dataclass(frozen=True, slots=True)
class QueuedCommand:
    """One row of the outbox."""

    id: str
    case_id: str
    sequence: int
    command: Command
    state: State
    attempts: int
    created_at: datetime
    created_by: str
    outcome: str | None
    recorded_position: str | None

    @classmethod
    def of(cls, row: RowMapping) -> Self:
        command = _COMMANDS.validate_python({"kind": row["kind"], **row["payload"]})
        same = ("id", "case_id", "sequence", "state", "attempts", "created_at", "created_by", "outcome")
        return cls(command=command, recorded_position=row["recorded_position"], **{name: row[name] for name in same})


@dataclass(frozen=True, slots=True)
class Backlog:
    """What has not been finished. `oldest_waiting_at` is None when nothing waits."""

    waiting: int
    unconfirmed: int
    oldest_waiting_at: datetime | None


class Outbox:
    """The rows. Every method takes part in the caller's transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def add(self, connection: Connection, case_id: str, command: Command, *, by: str) -> str:
        """Queue a command behind the case's earlier ones; its id. Locks the case until the transaction ends."""
        sequence = connection.execute(
            update(case_file)
            .where(case_file.c.case_id == case_id)
            .values(commands=case_file.c.commands + 1)
            .returning(case_file.c.commands)
        ).scalar_one()
        command_id, now = str(uuid.uuid4()), self._clock.now()
        connection.execute(
            insert(outbox).values(
                id=command_id,
                case_id=case_id,
                sequence=sequence,
                kind=command.kind,
                payload=command.model_dump(mode="json", exclude={"kind"}),
                state="waiting",
                attempts=0,
                # At once. The sender's pace is the machine's time, and a demonstration's clock is days ahead of it.
                next_try_at=min(now, datetime.now(UTC)),
                created_at=now,
                created_by=by,
            )
        )
        return command_id

    def ready(self, connection: Connection, now: datetime, limit: int) -> tuple[QueuedCommand, ...]:
        """The first waiting command of each case that may be tried now, oldest first."""
        earlier = outbox.alias("earlier")
        is_first = ~exists().where(
            earlier.c.case_id == outbox.c.case_id,
            earlier.c.sequence < outbox.c.sequence,
            earlier.c.state == "waiting",
        )
        return self._rows(connection, limit, outbox.c.state == "waiting", outbox.c.next_try_at <= now, is_first)

    def unconfirmed(self, connection: Connection, limit: int, *, skip: int = 0) -> tuple[QueuedCommand, ...]:
        """Commands that the engine accepted and whose record has not been seen, oldest first."""
        return self._rows(connection, limit, outbox.c.state == "sent", skip=skip)

    def of_case(self, connection: Connection, case_id: str) -> tuple[QueuedCommand, ...]:
        """Every command of a case, in order."""
        rows = connection.execute(select(outbox).where(outbox.c.case_id == case_id).order_by(outbox.c.sequence))
        return tuple(QueuedCommand.of(row) for row in rows.mappings())

    def begin_attempt(self, connection: Connection, command_id: str) -> int:
        """Note, before anything is sent, that it may have arrived; how many attempts may have, this one included."""
        attempts: int = connection.execute(
            update(outbox)
            .where(outbox.c.id == command_id)
            .values(attempts=outbox.c.attempts + 1)
            .returning(outbox.c.attempts)
        ).scalar_one()
        return attempts

    def take_back_attempt(self, connection: Connection, command_id: str) -> None:
        """The engine said that the last attempt had no effect, so it cannot have arrived."""
        connection.execute(update(outbox).where(outbox.c.id == command_id).values(attempts=outbox.c.attempts - 1))

    def try_later(self, connection: Connection, command_id: str, at: datetime) -> None:
        """Leave the command waiting until then."""
        self._change(connection, command_id, from_states=("waiting",), next_try_at=at)

    def mark_sent(self, connection: Connection, command_id: str) -> None:
        """The engine accepted it; the case's next command may go."""
        self._change(connection, command_id, from_states=("waiting",), state="sent")

    def mark_done(self, connection: Connection, command_id: str, recorded_position: str) -> None:
        """The engine's own record of it is there. What its officer typed for a task that is complete has served."""
        self._change(connection, command_id, from_states=OPEN_STATES, state="done", recorded_position=recorded_position)
        done = connection.execute(select(outbox.c.kind, outbox.c.payload).where(outbox.c.id == command_id)).one()
        if done.kind == "complete_task":
            of_task = task_draft.c.user_task_key == done.payload["user_task_key"]
            connection.execute(delete(task_draft).where(of_task, task_draft.c.officer == done.payload["officer"]))

    def mark_refused(self, connection: Connection, command_id: str, outcome: str) -> None:
        """It will never happen; `outcome` tells the officer why."""
        self._change(connection, command_id, from_states=OPEN_STATES, state="refused", outcome=outcome)

    def backlog(self, connection: Connection) -> Backlog:
        """How much is waiting, and since when."""
        rows = connection.execute(
            select(outbox.c.state, func.count(), func.min(outbox.c.created_at))
            .where(outbox.c.state.in_(OPEN_STATES))
            .group_by(outbox.c.state)
        )
        found = {state: (count, oldest) for state, count, oldest in rows}
        waiting, oldest = found.get("waiting", (0, None))
        return Backlog(waiting, found.get("sent", (0, None))[0], oldest)

    def _rows(
        self, connection: Connection, limit: int, *wanted: ColumnElement[bool], skip: int = 0
    ) -> tuple[QueuedCommand, ...]:
        in_order = select(outbox).where(*wanted).order_by(outbox.c.created_at, outbox.c.id)
        rows = connection.execute(in_order.limit(limit).offset(skip))
        return tuple(QueuedCommand.of(row) for row in rows.mappings())

    def _change(self, connection: Connection, command_id: str, *, from_states: tuple[str, ...], **values: Any) -> None:
        # A row that is finished stays as it is, whoever comes late.
        connection.execute(
            update(outbox).where(outbox.c.id == command_id, outbox.c.state.in_(from_states)).values(**values)
        )
