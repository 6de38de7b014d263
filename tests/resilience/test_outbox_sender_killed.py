"""A sender that is killed at any line: every command takes effect once, in order, and none is lost."""

from __future__ import annotations

import asyncio
import random
import signal

from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.tables import outbox
from tests.fake_engine import FakeEngine
from tests.resilience.outbox_cases import (
    EngineServer,
    cases_with_work,
    finished,
    sender_at_work,
    serving,
    without_repeated_assignments,
)
from tests.waiting import PATIENCE_S, wait_until

KILLS = 20
CASES = 30
# A killed sender may have had sixteen commands in flight, so each of its successors finds new work: more than the most
# that it is let do before it is killed.
NEW_CASES_A_KILL = 2
MOST_ANSWERS = 5


def test_a_sender_killed_twenty_times_does_everything_once(office: Office, office_url: str) -> None:
    chance = random.Random(1)
    engine = FakeEngine()
    expected = asyncio.run(cases_with_work(office, engine, range(CASES)))
    server = EngineServer(office, engine, chance)

    with serving(server) as port:
        for kill in range(KILLS):
            first = CASES + kill * NEW_CASES_A_KILL
            expected |= asyncio.run(cases_with_work(office, engine, range(first, first + NEW_CASES_A_KILL)))
            server.answers_left = chance.randint(0, MOST_ANSWERS)
            with sender_at_work(office_url, port) as server.sender:
                assert server.sender.wait(timeout=PATIENCE_S) == -signal.SIGKILL
        with sender_at_work(office_url, port) as server.sender:
            wait_until(lambda: finished(office), "the outbox is empty")

    assert len(set(server.moments)) == 3
    happened = {case_id: [what for case, what in engine.effects if case == case_id] for case_id in expected}
    assert {case_id: without_repeated_assignments(effects) for case_id, effects in happened.items()} == expected
    with office.database.reading() as connection:
        assert set(connection.execute(select(outbox.c.state)).scalars()) == {"done"}
