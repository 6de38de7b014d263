"""`./pena check` runs what it is asked to, shows every fault in full, and fails if there is one."""

import argparse
from pathlib import Path

import pytest

from penaemas.cli import check


def command(*argv: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    check.add_arguments(parser)
    return parser.parse_args(argv)


@pytest.fixture(autouse=True)
def two_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(check.CHECKS, "docs", lambda: [])
    monkeypatch.setitem(check.CHECKS, "models", lambda: ["permit.bpmn: no label", "permit.bpmn: no alarm"])


def test_checks_that_find_nothing_end_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(command("--only", "docs")) == 0
    assert capsys.readouterr().out.startswith("✓ docs")


def test_one_fault_fails_the_command_and_every_fault_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(command("--only", "docs", "--only", "models")) == 1

    said = capsys.readouterr().out
    assert "✗ models" in said
    assert said.endswith("── models\npermit.bpmn: no label\npermit.bpmn: no alarm\n")


def test_a_page_is_stale_until_it_is_written_again(tmp_path: Path) -> None:
    (tmp_path / "adr").mkdir()
    assert len(check.stale_pages(tmp_path)) == 4

    check.write_pages(tmp_path)
    assert check.stale_pages(tmp_path) == []

    (tmp_path / "adr" / "0001-the-engine.md").write_text("# 0001 · The engine is Zeebe\n")
    assert [line.partition(":")[0] for line in check.stale_pages(tmp_path)] == [str(tmp_path / "adr/README.md")]
