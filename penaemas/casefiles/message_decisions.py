"""What officers do with messages that no channel has carried: send one by hand, say that it was, or try again.

Preparing a message shows an address, so that it was shown is recorded first. Who sent it, or decided about it, stands
with the message and in the acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection, RowMapping, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.case_records import NotAllowedNow
from penaemas.casefiles.message_queue import BY_HAND, MessageQueue
from penaemas.casefiles.message_tables import outgoing_message
from penaemas.casefiles.outgoing_messages import MessageBell
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

NEEDS_A_PERSON: Final = ("by_hand", "failed", "outcome_unknown")


class MessageUnknown(LookupError):
    """There is no such message."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message to be sent with one press. `link` opens WhatsApp with receiver and text; None without a phone."""

    link: str | None = field(repr=False)
    email: str | None = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that needs a person."""

    message_id: str
    case_id: str | None
    kind: str
    state: str
    outcome: str | None


class MessageDecisions:
    """The officers' side of messages."""

    def __init__(self, database: Database, queue: MessageQueue, acts: Acts, bell: MessageBell, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._acts = acts
        self._bell = bell
        self._clock = clock

    async def undelivered(self, limit: int = 200) -> tuple[Undelivered, ...]:
        """Messages that need a person, the oldest first."""

        def read() -> tuple[Undelivered, ...]:
            shown = [outgoing_message.c[name] for name in Undelivered.__slots__]
            wanted = select(*shown).where(outgoing_message.c.state.in_(NEEDS_A_PERSON))
            with self._database.reading() as connection:
                rows = connection.execute(wanted.order_by(outgoing_message.c.queued_at).limit(limit)).mappings()
                return tuple(Undelivered(**row) for row in rows)

        return await self._database.run(read)

    async def prepare(self, message_id: str, officer: str) -> Prepared:
        """The message with its receiver; that the officer saw the address is recorded first.

        Raises:
            MessageUnknown: there is no such message.
            NotAllowedNow: it waits to be sent by the office itself, or was sent.
        """

        def read() -> Prepared:
            with self._database.transaction() as connection:
                row = self._held(connection, message_id)
                self._record(connection, row, officer, "prepare_message")
                message = self._queue.message(connection, message_id)
            if message is None:
                raise MessageUnknown(message_id)
            phone = message.addresses.phone
            link = f"https://wa.me/{phone}?text={quote(message.short_text, safe='')}" if phone else None
            return Prepared(link, message.addresses.email, message.short_text)

        return await self._database.run(read)

    async def sent_by_hand(self, message_id: str, officer: str) -> None:
        """The officer has sent it, or knows that it has arrived.

        Raises:
            MessageUnknown, NotAllowedNow: see `prepare`.
        """

        def change() -> None:
            with self._database.transaction() as connection:
                row = self._held(connection, message_id)
                sent = {"state": "sent", "channel": BY_HAND, "outcome": "by hand", "settled_at": self._clock.now()}
                _change(connection, message_id, **sent, decided_by=officer)
                self._record(connection, row, officer, "message_sent_by_hand")

        await self._database.run(change)

    async def send_again(self, message_id: str, officer: str) -> None:
        """The office sends it once more, under the same Message-ID; the receiver may get it twice if the outcome was
        unknown, and the officer has decided that this is better than not at all.

        Raises:
            MessageUnknown, NotAllowedNow: see `prepare`.
        """

        def change() -> None:
            with self._database.transaction() as connection:
                row = self._held(connection, message_id)
                _change(connection, message_id, state="queued", next_try_at=None, attempts=0, decided_by=officer)
                self._record(connection, row, officer, "message_sent_again")

        await self._database.run(change)
        self._bell.ring()

    def _held(self, connection: Connection, message_id: str) -> RowMapping:
        wanted = select(outgoing_message).where(outgoing_message.c.message_id == message_id).with_for_update()
        row = connection.execute(wanted).mappings().first()
        if row is None:
            raise MessageUnknown(message_id)
        if row["state"] not in NEEDS_A_PERSON:
            raise NotAllowedNow("the office sends it itself" if row["state"] == "queued" else "it was sent")
        return row

    def _record(self, connection: Connection, row: RowMapping, officer: str, action: str) -> None:
        details = {"message_id": row["message_id"], "kind": row["kind"]}
        self._acts.record(connection, officer, action, self._clock.now(), case_id=row["case_id"], details=details)


def _change(connection: Connection, message_id: str, **values: object) -> None:
    connection.execute(update(outgoing_message).where(outgoing_message.c.message_id == message_id).values(**values))
