"""`./pena bench intake` and the memory of the process it measures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from penaemas.cli.bench import intake
from penaemas.cli.bench.intake_throughput import history_command, measure, running
from penaemas.cli.throwaway_ports import free_row

MEBIBYTE = 1024 * 1024


def test_memory_stays_bounded_while_records_come_in(tmp_path: Path) -> None:
    (port,) = free_row(1)
    with running(*history_command(tmp_path, port), port) as child:
        run = measure(child, port, 60_000)

    assert run.records == 60_000
    assert run.peak_bytes < 300 * MEBIBYTE


@pytest.mark.engine
def test_the_measurement_ends_with_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert intake.main(["--quick"]) == 0

    results = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert {"intake_records_per_second", "task_visible_p95_at_60_cases_per_second"} <= {
        line["name"] for line in results
    }
    assert all(set(line) == {"name", "ours", "control", "ratio", "unit"} for line in results)
