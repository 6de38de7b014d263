"""The runtime's view of the gateway: is it there, does it push back, and how long to wait before asking again.

Transitions are logged once. A broker that is away for an hour is two lines, not seventy thousand.
"""

import asyncio
import random
import time
from typing import Final

import grpc
import structlog

log = structlog.get_logger(__name__)

_QUIET_S: Final = 5.0  # between two lines about the same trouble
_STEADY_S: Final = 5.0  # without push-back before the gateway counts as accepting again

GONE: Final = frozenset({grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION})
"""The job is not ours any more: done by another, cancelled with its case, or already answered by us."""

REFUSED: Final = frozenset(
    {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.OUT_OF_RANGE}
)
"""The same call will never be accepted."""

_AWAY: Final = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
    }
)


class Backoff:
    """Waits that double from `first` to `longest` seconds, each between half and the whole, so that callers spread."""

    def __init__(self, first: float = 0.05, longest: float = 2.0) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def reset(self) -> None:
        """The next wait is the first one again."""
        self._next = self._first

    async def wait(self) -> None:
        """Waits, and makes the next wait longer."""
        span, self._next = self._next, min(self._longest, self._next * 2)
        await asyncio.sleep(span * random.uniform(0.5, 1))  # noqa: S311 - spreads load, guards nothing


class GatewayWatch:
    """What the calls to the gateway have shown so far."""

    def __init__(self) -> None:
        self._reachable = False
        self._reason = "the gateway has not answered yet"
        self._lost_at: float | None = None
        self._loss_told_at = -_QUIET_S
        self._loss_was_told = False
        self._pushed_back = 0
        self._pushed_back_at = 0.0

    @property
    def why_unreachable(self) -> str | None:
        """In words for an operator, or None while the gateway answers."""
        return None if self._reachable else self._reason

    def answered(self) -> None:
        """A call succeeded, or the channel is connected."""
        now = time.monotonic()
        if not self._reachable:
            self._reachable = True
            away_s = round(now - self._lost_at, 3) if self._lost_at is not None else None
            if self._loss_was_told or self._lost_at is None:
                log.info("gateway_found", away_s=away_s)
            self._loss_was_told = False
        if self._pushed_back and now - self._pushed_back_at > _STEADY_S:
            log.info("gateway_accepts_again", pushed_back=self._pushed_back)
            self._pushed_back = 0

    def failed(self, code: grpc.StatusCode) -> None:
        """A call failed with this status."""
        if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
            self._note_push_back()
        elif code in _AWAY:
            self.lost(f"the gateway does not answer our calls ({code.name})")

    def lost(self, reason: str) -> None:
        """There is no connection."""
        self._reason = reason
        if not self._reachable:
            return
        now = time.monotonic()
        self._reachable = False
        self._lost_at = now
        if now - self._loss_told_at >= _QUIET_S:
            self._loss_told_at = now
            self._loss_was_told = True
            log.warning("gateway_lost", reason=reason)

    def _note_push_back(self) -> None:
        now = time.monotonic()
        if not self._pushed_back:
            log.info("gateway_pushed_back")
        self._pushed_back += 1
        self._pushed_back_at = now

    async def follow(self, channel: grpc.aio.Channel) -> None:
        """Keeps the channel connecting and notes every change, until cancelled."""
        while True:
            state = channel.get_state(try_to_connect=True)
            if state is grpc.ChannelConnectivity.READY:
                self.answered()
            elif state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                self.lost("no connection to the gateway")
            elif state is grpc.ChannelConnectivity.SHUTDOWN:
                self.lost("the channel to the gateway is closed")
                return
            await channel.wait_for_state_change(state)
