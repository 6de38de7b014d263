"""What is due once a day is done once a day, also after a night switched off, and until it succeeds."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from penaemas.cli import history as command
from penaemas.history import bootstrap, stored_form
from penaemas.history.duties import standing
from penaemas.history.duties.daily import DailyDuties, Duty, DutyFailed, NothingToDo
from penaemas.history.duties.schedule import last_due, pause_after
from penaemas.history.intake.acceptance import Feed
from penaemas.settings import HistorySettings
from penaemas.storage.database import Database
from tests.history.streams import OpenHistory, changed, recorded

EVENING = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)  # 20.00 WIB
ONE_IN_THE_NIGHT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # 01.00 WIB of the 24th


class Deeds:
    """A duty that notes for which instants it was asked, and fails as often as it is told."""

    def __init__(self) -> None:
        self.done_for: list[datetime] = []
        self.failures = 0
        self.nothing = False

    async def do(self, due: datetime) -> None:
        if self.nothing:
            raise NothingToDo
        if self.failures:
            self.failures -= 1
            raise DutyFailed("the other side is away")
        self.done_for.append(due)


@pytest.fixture
def deeds() -> Deeds:
    return Deeds()


def duties_of(history: OpenHistory, deeds: Deeds, *, begins_at_once: bool = False) -> DailyDuties:
    return DailyDuties(history.database, history.clock, [Duty("sweep", deeds.do, begins_at_once)])


def gauge(name: str, duty: str = "sweep") -> float | None:
    return REGISTRY.get_sample_value(f"pena_history_duty_{name}_seconds", {"duty": duty})


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (ONE_IN_THE_NIGHT - timedelta(microseconds=1), ONE_IN_THE_NIGHT - timedelta(days=1)),
        (ONE_IN_THE_NIGHT, ONE_IN_THE_NIGHT),
        (ONE_IN_THE_NIGHT + timedelta(hours=23, minutes=59), ONE_IN_THE_NIGHT),
    ],
)
def test_a_day_falls_due_at_one_in_the_night_western_time(now: datetime, due: datetime) -> None:
    assert last_due(now) == due


async def test_it_is_done_once_for_each_night(history: OpenHistory, deeds: Deeds) -> None:
    history.clock.instant = EVENING
    duties = duties_of(history, deeds)
    for _ in range(3 * 48):
        await duties.round()
        history.clock.move(timedelta(minutes=30))

    assert deeds.done_for == [ONE_IN_THE_NIGHT + timedelta(days=day) for day in range(3)]


async def test_nights_switched_off_are_made_good_at_the_next_start_by_doing_it_once(
    sqlite_history: OpenHistory, deeds: Deeds
) -> None:
    sqlite_history.clock.instant = EVENING
    await duties_of(sqlite_history, deeds).round()
    sqlite_history.clock.move(timedelta(days=5))

    await duties_of(sqlite_history, deeds).round()  # a new process
    await duties_of(sqlite_history, deeds).round()

    assert deeds.done_for == [ONE_IN_THE_NIGHT + timedelta(days=4)]


async def test_one_that_begins_at_once_does_not_wait_for_the_first_night(
    sqlite_history: OpenHistory, deeds: Deeds
) -> None:
    sqlite_history.clock.instant = EVENING
    duties = duties_of(sqlite_history, deeds, begins_at_once=True)

    await duties.round()
    await duties.round()

    assert deeds.done_for == [ONE_IN_THE_NIGHT - timedelta(days=1)]


async def test_what_failed_is_tried_again_after_a_pause_that_grows_also_by_a_new_process(
    history: OpenHistory, deeds: Deeds
) -> None:
    history.clock.instant = ONE_IN_THE_NIGHT - timedelta(minutes=1)
    await duties_of(history, deeds).round()
    deeds.failures = 2
    tried = []
    for _ in range(20):
        history.clock.move(timedelta(minutes=1))
        before = deeds.failures
        await duties_of(history, deeds).round()
        if deeds.failures != before or deeds.done_for:
            tried.append((history.clock.now() - ONE_IN_THE_NIGHT) // timedelta(minutes=1))
        if deeds.done_for:
            break

    assert tried == [0, 5, 15]
    assert pause_after(1_000) == timedelta(hours=1)


async def test_how_a_duty_stands_can_be_seen(history: OpenHistory, deeds: Deeds) -> None:
    history.clock.instant = EVENING
    duties = duties_of(history, deeds)
    await duties.round()
    assert gauge("overdue") == 0
    deeds.failures = 1
    history.clock.instant = ONE_IN_THE_NIGHT + timedelta(hours=3)

    await duties.round()

    stands = standing.read(history.database)["sweep"]
    assert (stands.failures, stands.failure, stands.done_at) == (1, "the other side is away", None)
    assert gauge("overdue") == 3 * 3600

    history.clock.move(timedelta(hours=1))
    await duties.round()

    stands = standing.read(history.database)["sweep"]
    assert (stands.failures, stands.failure, stands.done_at) == (0, None, history.clock.now())
    assert gauge("overdue") == 0
    assert gauge("done_timestamp") == history.clock.now().timestamp()


async def test_where_there_is_nothing_to_do_it_with_yet_it_stays_due_and_has_not_failed(
    sqlite_history: OpenHistory, deeds: Deeds
) -> None:
    sqlite_history.clock.instant = EVENING
    duties = duties_of(sqlite_history, deeds, begins_at_once=True)
    deeds.nothing = True
    await duties.round()
    assert standing.read(sqlite_history.database)["sweep"].failures == 0
    deeds.nothing = False

    await duties.round()

    assert len(deeds.done_for) == 1


async def test_the_history_process_itself_compresses_what_is_old_when_the_night_has_come(
    sqlite_history: OpenHistory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The duty as the process has it, in a process of its own, on records of more than 30 days ago."""
    database = sqlite_history.database
    old = [
        changed(document, rb'"timestamp":17\d{8}', b'"timestamp":1600000000') for document in recorded("six_cases_full")
    ]
    sqlite_history.takes(Feed.FULL, old)
    monkeypatch.setenv("PENA_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("PENA_HISTORY_DATABASE_URL", f"sqlite:///{database.file}")
    monkeypatch.setenv("PENA_INTAKE_PASSWORD", "not-a-real-password")
    duties = bootstrap.daily_duties(HistorySettings(), database, sqlite_history.clock)
    sqlite_history.clock.instant = EVENING
    await duties.round()
    assert not any(stored_form.is_deflated(document) for document in sqlite_history.stored().values())
    sqlite_history.clock.instant = ONE_IN_THE_NIGHT

    await duties.round()

    assert all(stored_form.is_deflated(document) for document in sqlite_history.stored().values())
    assert standing.read(database)["keep_records"].done_at == ONE_IN_THE_NIGHT


async def test_an_office_without_recipients_or_in_training_mails_nobody(
    sqlite_history: OpenHistory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PENA_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("PENA_INTAKE_PASSWORD", "not-a-real-password")
    names = []
    for variables in (
        {},
        {"PENA_SMTP_HOST": "mail.example", "PENA_SMTP_SENDER": "pena@office.example"},
        {"PENA_LEDGER_MAIL_TO": '["inspectorate@region.example"]'},
        {"PENA_DEMO": "true"},
    ):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        duties = bootstrap.daily_duties(HistorySettings(), sqlite_history.database, sqlite_history.clock)
        names.append([duty.name for duty in duties.duties])

    with_mail = ["keep_records", "mail_checkpoints"]
    assert names == [["keep_records"], ["keep_records"], with_mail, ["keep_records"]]


def test_recipients_without_a_mail_server_are_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PENA_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("PENA_INTAKE_PASSWORD", "not-a-real-password")
    monkeypatch.setenv("PENA_LEDGER_MAIL_TO", '["inspectorate@region.example"]')

    with pytest.raises(ValueError, match="PENA_LEDGER_MAIL_TO needs PENA_SMTP_HOST"):
        HistorySettings()


async def test_the_status_command_shows_every_duty_and_why_it_failed(
    deeds: Deeds, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deeds.failures = 1
    with Database.open(f"sqlite:///{tmp_path}/history.sqlite") as database:
        await duties_of(OpenHistory(database), deeds, begins_at_once=True).round()

    command.run(argparse.Namespace(action="status", data=tmp_path))

    assert "sweep" in (shown := capsys.readouterr().out)
    assert "the other side is away" in " ".join(shown.split())
