"""Which way a message goes: by mail if an address was given, else by WhatsApp, else by an officer's hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from penaemas.casefiles.message_queue import BY_HAND, BY_MAIL, BY_WHATSAPP, DueMessage
from penaemas.connectors.mail.port import Letter, Mail
from penaemas.connectors.message_outcomes import Outcome
from penaemas.connectors.whatsapp.port import ShortMessage, WhatsApp

NOWHERE: Final = "nowhere"


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways that this office has; None: it has not this one."""

    mail: Mail | None = None
    whatsapp: WhatsApp | None = None

    def way_of(self, message: DueMessage) -> str:
        """`mail`, `whatsapp`, `by_hand`, or `nowhere`: nobody knows how to reach them."""
        if self.mail is not None and message.addresses.email:
            return BY_MAIL
        if self.whatsapp is not None and message.addresses.phone:
            return BY_WHATSAPP
        return BY_HAND if message.addresses.phone or message.addresses.email else NOWHERE

    async def send(self, way: str, message: DueMessage, handing_over: Callable[[], Awaitable[None]]) -> Outcome:
        """Send it that way.

        Raises:
            ChannelAway: the channel carries nothing now.
        """
        if way == BY_MAIL and self.mail is not None and message.addresses.email:
            letter = Letter(
                message.message_id, message.addresses.email, message.from_name, message.subject, message.text
            )
            return await self.mail.send(letter, handing_over)
        if way == BY_WHATSAPP and self.whatsapp is not None and message.addresses.phone:
            short = ShortMessage(message.message_id, message.addresses.phone, message.short_text)
            return await self.whatsapp.send(short, handing_over)
        raise LookupError(way)

    async def rest(self) -> None:
        """Nothing is to be sent for now: give connections back."""
        if self.mail is not None:
            await self.mail.close()

    async def close(self) -> None:
        """At the end."""
        for channel in (self.mail, self.whatsapp):
            if channel is not None:
                await channel.close()
