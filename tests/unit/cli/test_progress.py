"""What a person sees while waiting."""

import io

import pytest

from penaemas.cli.supervision import progress as module
from penaemas.cli.supervision.progress import Progress
from tests.waiting import wait_until


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW_AFTER_S", 0.0)
    monkeypatch.setattr(module, "REFRESH_EVERY_S", 0.01)


def test_a_finished_step_says_how_long_it_took() -> None:
    out = io.StringIO()

    with Progress(out).step("engine") as step:
        step.detail = "8.5.8"

    assert out.getvalue() == "✓ engine: 8.5.8 (0.0 s)\n"


def test_a_failed_step_says_so_and_the_error_goes_on() -> None:
    out = io.StringIO()

    with pytest.raises(OSError, match="no disk"), Progress(out).step("engine"):
        raise OSError("no disk")

    assert out.getvalue() == "✗ engine (0.0 s) gagal · failed\n"


def test_a_slow_step_is_shown_live_on_a_terminal(impatient: None) -> None:
    out = Terminal()

    with Progress(out).step("engine") as step:
        step.detail = "40 of 212 MB"
        wait_until(lambda: "… engine: 40 of 212 MB (0 s)" in out.getvalue(), "the live line")

    assert out.getvalue().endswith("\r\033[K✓ engine: 40 of 212 MB (0.0 s)\n")


def test_a_slow_step_is_mentioned_once_in_a_file(impatient: None) -> None:
    out = io.StringIO()

    with Progress(out).step("engine"):
        wait_until(lambda: "… engine" in out.getvalue(), "the line")

    assert out.getvalue().count("…") == 1
    assert "\r" not in out.getvalue()
