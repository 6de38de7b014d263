"""What a channel says about one message. Answers are codes only: their words may name the address.

Nothing here is a guess: a message is `Accepted`, or was not taken, or nobody can say.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The channel has taken the message and answers for it from now on."""

    code: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """The message was not taken; the same one may be taken later."""

    code: str


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """The message was not taken, and will not be."""

    code: str


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """The message was handed over and no answer came: it may have been taken."""

    code: str


Outcome = Accepted | NotNow | RefusedForGood | OutcomeUnknown


class ChannelAway(Exception):
    """The channel itself does not work: no connection, no sign-in, sender refused. This message was not handed over."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
