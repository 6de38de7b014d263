"""The engine is told that the clocks have changed: at the start, at each entry, and once more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from penaemas.casefiles.bootstrap import Office
from penaemas.zeebe.errors import EngineUnavailable
from tests.offices import SUMEDANG, OfficeClock
from workers.clock_changes import CLOCKS_CHANGED, ClockChanges


class Engine:
    """Takes signals, unless it is silent."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.silent = False

    async def broadcast(self, signal_name: str) -> None:
        if self.silent:
            raise EngineUnavailable(f"broadcast {signal_name}", "silent")
        self.heard.append(signal_name)


async def an_outage_ends(office: Office, clock: OfficeClock, reference: str) -> None:
    began_at = clock.now() - timedelta(minutes=30)
    await office.outages.declare(
        SUMEDANG, reference, system="SIMBG", began_at=began_at, reason="tidak menjawab", supervisor="kabid"
    )
    await office.outages.end(SUMEDANG, reference, ended_at=clock.now(), reason="pulih", supervisor="kabid")


async def test_what_changed_while_nobody_worked_here_is_told_at_the_start(office: Office) -> None:
    engine = Engine()

    await ClockChanges(office.outages, engine.broadcast).look()

    assert engine.heard == [CLOCKS_CHANGED]


async def test_each_entry_is_told_at_once_and_once_more_for_a_ladder_that_was_not_waiting_yet(
    office: Office, clock: OfficeClock
) -> None:
    engine = Engine()
    changes = ClockChanges(office.outages, engine.broadcast)
    for _ in range(20):
        await changes.look()
    told_before = len(engine.heard)

    await an_outage_ends(office, clock, "GANGGUAN/1")
    await changes.look()
    told_at_once = len(engine.heard)
    for _ in range(20):
        await changes.look()

    assert (told_before, told_at_once, len(engine.heard)) == (2, 3, 4)


async def test_a_change_that_the_engine_did_not_hear_of_is_told_again(office: Office, clock: OfficeClock) -> None:
    engine = Engine()
    changes = ClockChanges(office.outages, engine.broadcast)
    await changes.look()
    await an_outage_ends(office, clock, "GANGGUAN/1")
    engine.silent = True
    with pytest.raises(EngineUnavailable):
        await changes.look()
    engine.silent = False

    await changes.look()

    assert engine.heard == [CLOCKS_CHANGED, CLOCKS_CHANGED]
