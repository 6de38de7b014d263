"""What the office says to people outside: rows that wait for a channel, once for (case, kind, round).

A message carries no personal value; whoever sends it fetches the address from the vault. `queued` means exactly that:
nothing has been sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from penaemas.casefiles.message_tables import outgoing_message
from penaemas.licensing.faults import Bilingual

APPLICANT = "APPLICANT"


class MessageBell:
    """Rung when a message was queued and committed, so that a sender in the same process looks at once."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this at every ring."""
        self._listeners.append(listener)

    def ring(self) -> None:
        """A message waits."""
        for listener in self._listeners:
            listener()


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message.

    `state`: queued (nothing was sent), by_hand (waits for an officer's press), sent, failed (for good), or
    outcome_unknown (it may have been sent: no answer came). `channel` is None until a sender has looked at it;
    `outcome` is the channel's answer as a code; `decided_by` whoever sent it by hand or decided about it.
    """

    message_id: str
    kind: str
    round: str
    addressed_to: str
    text_id: str
    text_en: str
    state: str
    queued_at: datetime
    channel: str | None
    attempts: int
    settled_at: datetime | None
    outcome: str | None
    decided_by: str | None


def queue_message(
    connection: Connection,
    case_id: str,
    kind: str,
    round: str,
    text: Bilingual,
    at: datetime,
    *,
    addressed_to: str = APPLICANT,
) -> datetime:
    """Queue a message; asked again for the same round, the first one's instant is returned.

    The caller holds the case, so that two cannot come at once.
    """
    place = {"case_id": case_id, "kind": kind, "round": round}
    known = select(outgoing_message.c.queued_at).where(
        *(outgoing_message.c[name] == value for name, value in place.items())
    )
    earlier: datetime | None = connection.execute(known).scalar()
    if earlier is not None:
        return earlier
    _insert(connection, place, text, at, addressed_to)
    return at


def queue_report_message(
    connection: Connection,
    region_code: str,
    kind: str,
    round: str,
    text: Bilingual,
    at: datetime,
    *,
    addressed_to: str,
) -> None:
    """Tell a mailbox of the region that a report has come. It belongs to no case, so no page of a case shows it."""
    _insert(connection, {"region_code": region_code, "kind": kind, "round": round}, text, at, addressed_to)


def messages_of(connection: Connection, case_id: str) -> tuple[OutgoingMessage, ...]:
    """The messages of a case, oldest first."""
    shown = OutgoingMessage.__slots__
    wanted = select(*(outgoing_message.c[name] for name in shown)).where(outgoing_message.c.case_id == case_id)
    ordered = wanted.order_by(outgoing_message.c.queued_at, outgoing_message.c.kind)
    return tuple(OutgoingMessage(**row) for row in connection.execute(ordered).mappings())


def _insert(connection: Connection, place: dict[str, str], text: Bilingual, at: datetime, addressed_to: str) -> None:
    connection.execute(
        insert(outgoing_message).values(
            message_id=str(uuid.uuid4()),
            **place,
            addressed_to=addressed_to,
            text_id=text.id,
            text_en=text.en,
            state="queued",
            queued_at=at,
        )
    )
