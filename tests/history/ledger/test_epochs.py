"""After a restore: the ledger goes on in a new epoch that says what is gone."""

from __future__ import annotations

import argparse
import json
import shutil
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest

from penaemas.cli import history as command
from penaemas.cli.problem import Problem
from penaemas.history.ledger.epochs import NothingToContinue, open_epoch
from tests.history.ledger.installations import Installation, records
from tests.history.ledger.test_sealing import _forget, entries_of


def opens_epoch(office: Installation, **more: Any) -> Mapping[str, Any]:
    return open_epoch(
        office.ledger,
        office.database,
        office.portal,
        office.clock,
        1,
        reason="restored from Sunday's backup",
        officer="head.one",
        **more,
    )


def test_the_first_entry_names_the_last_checkpoint_the_reason_and_the_officer(installation: Installation) -> None:
    stream = records(500)
    installation.receives(stream[:400])
    installation.ledger.seal()
    last = installation.checkpoint()
    _forget(installation, after=300)
    installation.starts_again()
    installation.receives(stream[420:])

    opens_epoch(installation)
    installation.starts_again()
    assert installation.ledger.seal().halted == []

    content = (installation.log_folder(epoch=2) / "epoch.json").read_bytes()
    statement = json.loads(content)
    assert statement["previous"]["checkpoint"] == last
    assert (statement["reason"], statement["officer"]) == ("restored from Sunday's backup", "head.one")
    assert statement["lost"] == {"from": 301, "to": 420}
    first, second = entries_of(installation.log_folder(epoch=2), installation.size(epoch=2))[:2]
    assert first == b"1 0 0 " + b64encode(sha256(content).digest())
    assert second.startswith(b"1 421 ")


def test_the_old_epoch_stays_as_it_was(installation: Installation) -> None:
    installation.receives(records(400))
    installation.ledger.seal()
    last = installation.checkpoint()
    _forget(installation, after=300)
    installation.starts_again()

    opens_epoch(installation)
    installation.ledger.seal()

    assert installation.checkpoint() == last
    assert installation.size(epoch=2) == 1


def test_a_checkpoint_that_others_hold_tells_of_a_longer_loss(installation: Installation) -> None:
    stream = records(500)
    installation.receives(stream[:300])
    installation.ledger.seal()
    ours = installation.checkpoint()
    installation.receives(stream[300:])
    installation.ledger.seal()
    theirs = installation.checkpoint()
    with installation.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_logs")
    _forget(installation, after=300)
    (installation.log_folder() / "checkpoint").write_text(ours, encoding="utf-8")
    installation.starts_again()
    installation.ledger.seal()

    statement = opens_epoch(installation, later_note=theirs)

    assert statement["previous"]["size"] == 500
    assert statement["lost"] == {"from": 301, "to": 500}


def test_a_partition_without_a_log_has_nothing_to_follow(installation: Installation) -> None:
    with pytest.raises(NothingToContinue):
        opens_epoch(installation)


def test_an_operator_opens_an_epoch_at_the_command_line(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.receives(records(400))
    installation.ledger.seal()
    _forget(installation, after=300)
    assert installation.database.file is not None
    shutil.copy(installation.database.file, installation.folder / "history.sqlite")
    shutil.copy(f"{installation.database.file}-wal", installation.folder / "history.sqlite-wal")
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    given = ["epoch", "--data", str(installation.folder), "--partition", "1", "--officer", "head.one"]

    assert command.run(parser.parse_args([*given, "--reason", "restored from a backup"])) == 0

    assert "lost: positions 301 to 400" in capsys.readouterr().out
    with pytest.raises(Problem, match="has no checkpoint"):
        command.run(parser.parse_args([*given, "--reason", "before the new one has a checkpoint"]))
