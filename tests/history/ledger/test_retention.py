"""Old records take little room, and go when their time is over; every proof stays valid."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from penaemas.history import tables
from penaemas.history.intake.acceptance import Feed
from penaemas.history.rebuild import rebuild
from penaemas.history.record import Place
from penaemas.history.replay import Replay
from penaemas.history.retention import ProcessRule, RetentionRules, deflate_old, forget_due, read_rules
from penaemas.history.retention.forgetting import _OF_CASES
from penaemas.history.retention.growth import stored_bytes as stored_size
from penaemas.storage.database import Database
from tests.history.ledger.installations import Installation
from tests.history.ledger.test_verifying import verified
from tests.history.streams import OpenHistory, recorded

ROOT = Path(__file__).parents[3]
NUMBER = "PENA-SMD-2026-00001"
LATER = datetime(2030, 1, 1, tzinfo=UTC)
RULES = RetentionRules(
    deflate_after_days=30,
    processes={
        "pbg_mbr_3_jam": ProcessRule(keep_years=2, basis="a law that was invented for this test", certainty="K"),
        "history_sample": ProcessRule(keep_years=1, basis="another law invented for this test", certainty="K"),
    },
)

KILOBYTE = 1000


def stored_bytes(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(func.sum(func.length(tables.records.c.document)))).scalar_one())


def test_deflated_records_are_read_as_they_came_and_take_less_room(history: OpenHistory) -> None:
    history.takes(Feed.FULL, stream := recorded("six_cases_full"))
    before, projected = stored_bytes(history.database), history.projected()

    assert deflate_old(history.database, LATER, timedelta(days=30)) == len(stream)

    assert stored_bytes(history.database) < before / 3
    for record_id, body in stream:
        assert history.queries.document(*Place.of(record_id)) == body
    assert history.takes(Feed.FULL, stream).quarantined == []
    rebuild(history.database)
    assert history.projected() == projected


def test_young_records_stay_as_they_are_until_they_are_old(sqlite_history: OpenHistory) -> None:
    stream = recorded("pbg_mbr_breached_full")
    sqlite_history.takes(Feed.FULL, stream)
    second_day = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)

    first = deflate_old(sqlite_history.database, second_day + timedelta(days=30), timedelta(days=30))
    second = deflate_old(sqlite_history.database, LATER, timedelta(days=30))

    assert 0 < first < len(stream)
    assert first + second == len(stream)
    assert deflate_old(sqlite_history.database, LATER, timedelta(days=30)) == 0


def test_a_finished_three_hour_case_takes_less_than_300_kilobytes_with_everything(tmp_path: Path) -> None:
    with Database.open(f"sqlite:///{tmp_path}/history.sqlite") as database:
        OpenHistory(database).takes(Feed.FULL, recorded("pbg_mbr_breached_full"))
        deflate_old(database, LATER, timedelta(days=30))
    with closing(sqlite3.connect(tmp_path / "history.sqlite")) as connection:
        connection.execute(f"VACUUM INTO '{tmp_path}/with'")
        for table in (*_OF_CASES, tables.records):
            connection.execute(f"DELETE FROM {table.name} WHERE process_instance_key > 0")  # noqa: S608  # our own names
        connection.commit()
        connection.execute(f"VACUUM INTO '{tmp_path}/without'")

    taken = os.path.getsize(tmp_path / "with") - os.path.getsize(tmp_path / "without")

    assert 50 * KILOBYTE < taken <= 300 * KILOBYTE


def test_what_is_due_goes_and_every_proof_stays_valid(any_installation: Installation) -> None:
    office = any_installation
    stream = recorded("pbg_mbr_breached_full")
    office.receives(stream)
    office.ledger.seal()
    deflate_old(office.database, LATER, timedelta(days=30))
    case = Replay(office.database).find(NUMBER)
    assert case

    forgotten = forget_due(office.database, LATER, RULES)

    assert (forgotten.cases, forgotten.waiting) == (1, 0)
    report = verified(office)
    assert report.is_complete, report.findings
    assert [log.records for log in report.logs] == [len(stream)]
    with office.database.reading() as connection:
        gone = connection.execute(
            select(tables.records.c.process_instance_key).where(tables.records.c.document.is_(None))
        ).scalars()
        assert len(list(gone)) == forgotten.records > 1_000
        (noted,) = connection.execute(select(tables.forgotten_cases))
    assert (noted.process_instance_key, noted.basis) == (
        case.process_instance_key, "a law that was invented for this test",
    )  # fmt: skip
    assert Replay(office.database).find(NUMBER) is None
    assert NUMBER.encode() not in everything_stored_of_cases(office)


def everything_stored_of_cases(office: Installation) -> bytes:
    projected = office.history.projected()
    return repr({name: rows for name, rows in projected.items() if name not in ("definitions", "resources")}).encode()


def test_statistics_outlive_the_cases_that_they_count(installation: Installation) -> None:
    installation.receives(recorded("pbg_mbr_breached_full"))
    installation.ledger.seal()
    counted = installation.history.projected()["step_statistics"]

    forget_due(installation.database, LATER, RULES)
    left = installation.history.projected()
    rebuild(installation.database)

    assert left["step_statistics"] == counted
    assert installation.history.projected() == left


def test_nothing_is_forgotten_before_a_checkpoint_covers_it(installation: Installation) -> None:
    installation.receives(recorded("pbg_mbr_breached_full"))

    forgotten = forget_due(installation.database, LATER, RULES)

    assert (forgotten.cases, forgotten.waiting) == (0, 1)
    assert Replay(installation.database).find(NUMBER)


def test_cases_that_run_or_whose_time_is_not_over_stay(installation: Installation) -> None:
    installation.receives(recorded("six_cases_full"))
    installation.ledger.seal()

    assert forget_due(installation.database, datetime(2027, 11, 1, tzinfo=UTC), RULES).cases == 0
    assert forget_due(installation.database, LATER, RULES).cases == 5

    assert [case.case_id for case in installation.history.queries.cases()] == ["HS-F"]


def test_what_the_broker_sends_again_of_a_forgotten_case_changes_nothing(installation: Installation) -> None:
    stream = recorded("six_cases_full")
    installation.receives(stream)
    installation.ledger.seal()
    forget_due(installation.database, LATER, RULES)
    left = installation.history.projected()

    assert installation.history.takes(Feed.FULL, stream).quarantined == []
    assert installation.history.projected() == left


def test_the_office_s_own_rules_name_a_basis_for_every_process() -> None:
    rules = read_rules(ROOT / "config" / "retention.toml")

    assert all(rule.basis and rule.keep_years for rule in rules.processes.values())
    known = {folder.name for folder in (ROOT / "bpmn").iterdir()}
    assert set(rules.processes) <= known


@pytest.mark.parametrize(
    "text",
    [
        "",
        "deflate_after_days = -1\n[processes]\n",
        'deflate_after_days = 1\n[processes.x]\nkeep_years = 0\nbasis = "0123456789"\ncertainty = "K"\n',
        'deflate_after_days = 1\n[processes.x]\nkeep_years = 1\nbasis = ""\ncertainty = "K"\n',
        "not toml",
    ],
)
def test_rules_that_are_not_whole_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ValueError):
        read_rules(tmp_path / "rules.toml")


def test_the_size_of_the_history_is_known(history: OpenHistory) -> None:
    empty = stored_size(history.database)
    history.takes(Feed.FULL, recorded("pbg_mbr_breached_full"))

    assert stored_size(history.database) - empty > 500_000  # PostgreSQL compresses what is long
