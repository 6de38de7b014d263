"""The present of a demonstration, read from its folder."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from penaemas.zeebe.demo_clock import FILE_NAME, DemoPresent

TOLERANCE = timedelta(seconds=5)


def put_ahead(folder: Path, days: int) -> None:
    new = folder / "new"
    new.write_text(json.dumps({"ahead_ms": timedelta(days=days) // timedelta(milliseconds=1)}), encoding="utf-8")
    new.replace(folder / FILE_NAME)


def test_a_demonstration_that_has_not_begun_has_the_machines_time(tmp_path: Path) -> None:
    assert abs(DemoPresent(tmp_path).now() - datetime.now(UTC)) < TOLERANCE


def test_the_present_follows_every_move_of_the_clock(tmp_path: Path) -> None:
    present = DemoPresent(tmp_path)

    for days in (3, 7):
        put_ahead(tmp_path, days)

        assert abs(present.now() - datetime.now(UTC) - timedelta(days=days)) < TOLERANCE
