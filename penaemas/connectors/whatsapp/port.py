"""What this program asks of whoever carries WhatsApp messages: a bridge that the office runs or rents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from penaemas.connectors.message_outcomes import Outcome


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """One message. `reference` is the same whenever it is tried again; `receiver` is digits, country code first."""

    reference: str
    receiver: str = field(repr=False)
    text: str = field(repr=False)


class WhatsApp(Protocol):
    """Carries messages; safe for several tasks at once."""

    async def send(self, message: ShortMessage, handing_over: Callable[[], Awaitable[None]]) -> Outcome:
        """Carry one message. `handing_over` is called before it leaves this machine.

        Raises:
            ChannelAway: nothing can be carried now, whatever the message.
        """
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
