"""Waiting for a fact instead of sleeping: the condition is asked until it holds or the time is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

# Generous: a wait ends as soon as its fact holds, and a loaded machine must not fail a test.
PATIENCE_S = 90.0
_PAUSE_S = 0.02


def wait_until(holds: Callable[[], bool], fact: str, *, seconds: float = PATIENCE_S) -> None:
    """Return as soon as the condition holds.

    Raises:
        AssertionError: it did not hold within `seconds`; names the fact.
    """
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds} s: {fact}"
        time.sleep(_PAUSE_S)


async def wait_until_async(
    holds: Callable[[], bool] | Callable[[], Awaitable[bool]], fact: str, *, seconds: float = PATIENCE_S
) -> None:
    """As `wait_until`, without blocking the event loop; the condition may be awaitable."""
    until = time.monotonic() + seconds
    while True:
        answer = holds()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert time.monotonic() < until, f"not within {seconds} s: {fact}"
        await asyncio.sleep(_PAUSE_S)
