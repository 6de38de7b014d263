"""PostgreSQL is away for a minute: the engine is told so, nothing is missing, nothing is double, nothing is lost."""

from __future__ import annotations

from itertools import islice

import pytest
from sqlalchemy import select

from penaemas.casefiles.tables import outbox
from penaemas.storage.database import Database
from tests.history.exporter_double import many_cases
from tests.history.streams import OpenHistory
from tests.resilience.minute_without_database import AWAY_S, RECORDS_BEFORE_AND_AFTER, WhatHappened
from tests.resilience.outbox_cases import without_repeated_assignments

pytestmark = pytest.mark.postgresql


def test_the_intake_refuses_for_a_minute_stays_alive_and_then_has_every_record_once(
    a_minute_without_database: WhatHappened,
) -> None:
    minute = a_minute_without_database
    assert minute.away_s >= AWAY_S
    assert minute.refused > 1
    assert (minute.ready, minute.alive) == (503, 200)
    assert minute.confirmed > 2 * RECORDS_BEFORE_AND_AFTER

    with Database.open(minute.history_url) as database:
        history = OpenHistory(database)
        sent = list(islice(many_cases().records(), minute.confirmed))
        assert history.positions() == list(range(1, len(sent) + 1))
        assert history.stored() == {record.record_id: record.body for record in sent}
        assert history.queries.gaps(open_only=False) == ()
        assert history.queries.quarantined() == ()


def test_the_outbox_sends_every_command_once_though_its_database_was_away(
    a_minute_without_database: WhatHappened,
) -> None:
    minute = a_minute_without_database
    happened = {case: [what for of, what in minute.engine.effects if of == case] for case in minute.expected}

    assert {case: without_repeated_assignments(effects) for case, effects in happened.items()} == minute.expected
    with minute.office.database.reading() as connection:
        assert set(connection.execute(select(outbox.c.state)).scalars()) == {"done"}
