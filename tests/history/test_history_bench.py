"""`./pena bench history`, every part of it, small."""

from __future__ import annotations

import json
from typing import Any

import pytest

from penaemas.cli.bench import history


def measured(part: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Each line of a part's result by its name."""
    assert history.main(["--quick", "--part", part]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(line) == {"name", "ours", "control", "ratio", "unit"} for line in lines)
    assert all(line["ours"] > 0 and line["control"] > 0 for line in lines)
    return {line["name"].removeprefix("history_"): line for line in lines}


def test_the_ledger_is_measured_in_rate_and_in_processor_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(measured("ledger", capsys)) == {
        "intake_with_ledger_sqlite",
        "intake_processor_time_with_ledger_sqlite",
    }


def test_verification_is_measured_beside_reading_and_hashing(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(measured("verify", capsys)) == {"verify_records_per_second_sqlite", "verify_5000_records_sqlite"}


def test_a_replay_is_measured_in_its_median_and_its_slowest_state(capsys: pytest.CaptureFixture[str]) -> None:
    lines = measured("replay", capsys)

    assert set(lines) == {
        "state_of_a_case_p50_sqlite",
        "state_of_a_case_slowest_sqlite",
        "opening_a_case_p50_sqlite",
        "opening_a_case_slowest_sqlite",
    }
    assert lines["state_of_a_case_slowest_sqlite"]["ours"] >= lines["state_of_a_case_p50_sqlite"]["ours"]


def test_every_list_and_search_is_measured_in_a_large_office_beside_a_small_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = measured("queries", capsys)

    assert {"open_by_group_p50_sqlite", "cases_of_a_small_region_p50_sqlite", "queries_p99_sqlite"} <= set(lines)
    assert len(lines) == 34 + 2  # every question; the 99th percentile of all; the question with the worst ratio
