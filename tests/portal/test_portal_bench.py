"""The bench of the portal, small: it makes an office, loads its pages, and says what it found."""

from __future__ import annotations

import json

import pytest

from penaemas.cli.bench import portal, portal_office


def test_the_bench_measures_every_page_and_the_weight_of_the_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free_port: int
) -> None:
    monkeypatch.setattr(portal, "SMALL", (80, 50))
    monkeypatch.setattr(portal, "QUICK", (100, 100))
    monkeypatch.setattr(portal, "USERS", 3)
    monkeypatch.setattr(portal, "PORT", free_port)
    monkeypatch.setattr(portal, "PAUSE_S", (0.0, 0.1))
    monkeypatch.setattr(portal_office, "REAL_CASES", 4)

    assert portal.main(["--quick", "--seconds", "1"]) == 0

    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("{")]  # others of us may log
    lines = {line["name"]: line for line in map(json.loads, printed)}
    assert {f"portal_{page}_p99" for page in ("list", "task", "case")} <= set(lines)
    assert 0 < lines["portal_first_page_weight_against_its_limit"]["ours"] <= portal.FIRST_PAGE_LIMIT_KB
