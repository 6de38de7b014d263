"""How late a rung was, split into what the engine took, what the machine withheld, and what is ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from tests.processes.kit.ladders import A_BLINK, Firing
from tests.processes.kit.story import Case

_BEAT_S = 0.02


@dataclass
class Withheld:
    """For how long, in all, this process should have run and could not: others had the machine."""

    total_s: float = 0.0


@asynccontextmanager
async def noticing_what_is_withheld() -> AsyncIterator[Withheld]:
    """A heartbeat on the loop that also serves the workers; what it beats late, they could not work either."""
    withheld = Withheld()

    async def beat() -> None:
        while True:
            begun = monotonic()
            await asyncio.sleep(_BEAT_S)
            late_s = monotonic() - begun - _BEAT_S
            withheld.total_s += late_s if late_s > _BEAT_S else 0.0

    heart = asyncio.create_task(beat())
    try:
        yield withheld
    finally:
        heart.cancel()
        with suppress(asyncio.CancelledError):
            await heart


@dataclass(frozen=True)
class Lateness:
    """Between a rung's instant and its being written down, in seconds: due → timer triggered → written down."""

    engines_s: float
    ours_s: float


def lateness_of(case: Case, firing: Firing, due_at: datetime) -> Lateness:
    """By the timestamps that the engine put on its own records."""
    queries = case.office.running.history.queries
    ladders = queries.children(case.process_instance_key)
    instances = (case.process_instance_key, *(ladder.process_instance_key for ladder in ladders))
    rung = firing.at + A_BLINK
    triggered = max(
        entry.at
        for key in instances
        for entry in queries.timeline(key)
        if entry.event == "timer_triggered" and due_at - A_BLINK <= entry.at <= rung
    )
    return Lateness(
        engines_s=max(triggered - due_at, timedelta()).total_seconds(), ours_s=(firing.at - triggered).total_seconds()
    )
