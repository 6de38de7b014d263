"""`./pena bench history`, small."""

from __future__ import annotations

import json

import pytest

from penaemas.cli.bench import history


def test_every_part_ends_with_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert history.main(["--quick", "--part", "ledger", "--part", "verify"]) == 0

    results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["name"] for line in results] == [
        "history_intake_with_ledger_sqlite",
        "history_verify_records_per_second_sqlite",
        "history_verify_5000_records_sqlite",
    ]
    assert all(line["ours"] > 0 and line["control"] > 0 for line in results)
