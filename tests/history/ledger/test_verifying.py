"""`./pena history verify`: what it says of sound, unfinished, restored and falsified histories."""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from penaemas.cli import history as command
from penaemas.cli.history.verify import FALSIFIED, INTACT
from penaemas.history.ledger.epochs import open_epoch
from penaemas.history.record import Place
from penaemas.history.verification.notes import VerifierKey
from penaemas.history.verification.report import Kind, Report
from penaemas.history.verification.stored import StoredHistory
from penaemas.history.verification.verifying import Claims, verify
from penaemas.history.verification.workers import processes
from tests.history.ledger.installations import Installation, records
from tests.history.ledger.test_sealing import _forget


def verified(office: Installation, **claims: object) -> Report:
    key = VerifierKey.parse((office.folder / "ledger" / "verifier_key").read_text(encoding="utf-8"))
    return verify(StoredHistory(office.database, office.folder / "ledger"), key, Claims(**claims))  # type: ignore[arg-type]


def change(office: Installation, position: int, statement: str) -> None:
    with office.database.transaction() as connection:
        connection.exec_driver_sql(f"{statement} WHERE record_id = {Place(1, position).record_id}")


def test_records_of_three_partitions_and_acts_are_intact_and_complete(any_installation: Installation) -> None:
    office = any_installation
    for partition, count in ((1, 700), (2, 300), (3, 20)):
        office.receives(records(count, partition))
    office.officer_views("A-1")
    office.portal.take_acts()
    office.ledger.seal()
    office.portal.write_moment({1: 700, 2: 299, 3: 20})
    office.ledger.seal()

    report = verified(office, exported={1: 700, 2: 300, 3: 20})

    assert report.is_complete, report.findings
    assert [(log.size, log.records) for log in report.logs] == [(2, 2), (700, 700), (300, 300), (20, 20)]


def test_newer_records_wait_and_are_no_fault(installation: Installation) -> None:
    stream = records(100)
    installation.receives(stream[:60])
    installation.ledger.seal()
    installation.receives(stream[60:])

    report = verified(installation)

    assert report.is_complete
    assert report.waiting == {1: 40}


def test_a_record_that_the_broker_has_handed_over_and_nobody_has_is_missed(installation: Installation) -> None:
    installation.receives(records(60))
    installation.ledger.seal()

    (finding,) = verified(installation, exported={1: 61}).findings

    assert (finding.kind, finding.position) == (Kind.COMPLETENESS, 61)


def test_a_gap_after_the_last_checkpoint_is_named(installation: Installation) -> None:
    stream = records(60)
    installation.receives(stream[:30])
    installation.ledger.seal()
    installation.receives(stream[40:])

    (finding,) = verified(installation).findings

    assert (finding.kind, finding.text) == (Kind.COMPLETENESS, "positions 31 to 40 have not come")


def test_changed_removed_and_added_records_are_named(installation: Installation) -> None:
    installation.receives(records(300))
    installation.ledger.seal()
    change(installation, 200, "UPDATE records SET document = document || ' '")
    change(installation, 100, "DELETE FROM records")

    report = verified(installation)

    assert report.first_bad is not None
    assert (report.first_bad.kind, report.first_bad.position) == (Kind.COMPLETENESS, 100)
    assert (Kind.INTEGRITY, 200) in {(finding.kind, finding.position) for finding in report.findings}


def test_a_moment_of_the_portals_log_holds_the_other_logs_to_it(installation: Installation) -> None:
    stream = records(80)
    installation.receives(stream)
    installation.ledger.seal()
    installation.portal.write_moment({})
    installation.ledger.seal()
    with installation.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_logs WHERE partition = 1")
    _forget(installation, after=50)
    shutil.rmtree(installation.log_folder())
    installation.starts_again()
    installation.ledger.seal()

    (finding,) = verified(installation).findings

    assert finding.kind is Kind.CHECKPOINT
    assert "80 entries, the log only 50" in finding.text


def test_a_restored_backup_shows_the_lost_span_and_the_rest_is_intact(installation: Installation) -> None:
    stream = records(500)
    installation.receives(stream[:400])
    installation.ledger.seal()
    _forget(installation, after=300)
    installation.starts_again()
    installation.receives(stream[400:])
    open_epoch(
        installation.ledger,
        installation.database,
        installation.portal,
        installation.clock,
        1,
        reason="restored from Sunday's backup",
        officer="head.one",
    )
    installation.starts_again()
    installation.ledger.seal()

    report = verified(installation)

    assert report.is_intact, report.findings
    assert not report.is_complete
    assert [(lost.first, lost.last, lost.officer) for lost in report.lost] == [(301, 400, "head.one")]
    assert [log.records for log in report.logs if "partition" in log.origin] == [300, 100]


def test_a_changed_statement_of_an_epoch_is_found(installation: Installation) -> None:
    test_a_restored_backup_shows_the_lost_span_and_the_rest_is_intact(installation)
    file = installation.log_folder(epoch=2) / "epoch.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**told, "officer": "nobody"}), encoding="utf-8")

    assert not verified(installation).is_intact


def test_worker_processes_find_what_one_finds(installation: Installation) -> None:
    installation.receives(records(600))
    installation.ledger.seal()
    change(installation, 321, "UPDATE records SET document = document || ' '")
    key = VerifierKey.parse(installation.ledger.key.verifier_key("pena.example"))
    folder = installation.folder / "ledger"

    with processes(2, f"sqlite:///{installation.database.file}", folder) as runner:
        report = verify(StoredHistory(installation.database, folder), key, runner=runner)

    assert report.findings == verified(installation).findings
    assert [finding.position for finding in report.findings] == [321]


@pytest.fixture
def office(installation: Installation) -> Path:
    """A data folder as `./pena up` leaves it."""
    installation.receives(records(300))
    installation.ledger.seal()
    assert installation.database.file is not None
    with installation.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE partitions SET newest_at_ms = newest_at_ms")
    for suffix in ("", "-wal", "-shm"):
        shutil.copy(f"{installation.database.file}{suffix}", installation.folder / f"history.sqlite{suffix}")
    return installation.folder


def run(folder: Path, *given: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([*given, "--data", str(folder)]))


def test_an_auditor_is_told_that_all_is_well_and_what_that_means(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(office, "verify") == INTACT

    said = capsys.readouterr().out
    assert "intact and complete" in said
    assert "300 records" in said
    assert "docs/what-the-ledger-proves.md" in said.replace("\n", "")


def test_a_checkpoint_that_was_kept_is_held_against_the_ledger(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(office, "checkpoint", "--log", "pena.example/partition/1/1") == 0
    kept = tmp_path / "kept"
    kept.write_text(capsys.readouterr().out, encoding="utf-8")
    assert run(office, "verify", "--offline", "--checkpoint", str(kept)) == INTACT

    kept.write_text(kept.read_text(encoding="utf-8").replace("\n300\n", "\n301\n"), encoding="utf-8")
    assert run(office, "verify", "--offline", "--checkpoint", str(kept)) == FALSIFIED


def test_a_falsified_record_fails_the_command_and_is_named(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(office / "history.sqlite") as connection:
        record_id = Place(1, 77).record_id
        connection.execute("UPDATE records SET document = document || ' ' WHERE record_id = ?", (record_id,))

    assert run(office, "verify") == FALSIFIED

    assert "position 77" in capsys.readouterr().out
