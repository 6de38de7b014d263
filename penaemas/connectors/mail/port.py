"""What this program asks of whoever delivers mail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from penaemas.connectors.message_outcomes import Outcome

HandingOver = Callable[[], Awaitable[None]]
"""Called when the receiver has been accepted and the text is about to be handed over. From then on, and only from then
on, a missing answer means that nobody knows."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. `reference` is the same whenever it is tried again, so that a receiver can drop a second copy."""

    reference: str
    receiver: str = field(repr=False)
    from_name: str
    subject: str
    text: str = field(repr=False)


class Mail(Protocol):
    """Delivers letters; safe for several tasks at once."""

    async def send(self, letter: Letter, handing_over: HandingOver) -> Outcome:
        """Deliver one letter.

        Raises:
            ChannelAway: nothing can be delivered now, whatever the letter.
        """
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
