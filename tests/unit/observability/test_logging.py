"""What a log line looks like, and what never gets into one."""

import asyncio
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from penaemas.observability.logging import configure

INVENTED_NIK = "9999990101019999"


class Lines:
    """The lines that were written to the log file so far."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    @property
    def last(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self.text.splitlines()[-1])
        return line


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook)
    root.handlers = []
    configure("workers", console=False, log_file=tmp_path / "logs" / "workers.log", level="INFO")
    yield Lines(tmp_path / "logs" / "workers.log")
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_a_line_is_one_json_object_with_instant_level_process_and_event(lines: Lines) -> None:
    structlog.get_logger().info("job_completed", job_type="fees.calculate", duration_s=0.25)

    line = lines.last
    assert line.pop("ts").endswith("Z")
    assert line == {
        "level": "info",
        "process": "workers",
        "event": "job_completed",
        "job_type": "fees.calculate",
        "duration_s": 0.25,
    }


def test_what_was_bound_once_is_on_every_line(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(job_key=2251799813685249, case_id="CASE-1"):
        structlog.get_logger().info("step_taken")

    assert (lines.last["job_key"], lines.last["case_id"]) == (2251799813685249, "CASE-1")


def test_a_library_s_line_goes_the_same_way(lines: Lines) -> None:
    logging.getLogger("some.library").warning("pool of %d is full", 5)

    assert lines.last["event"] == "pool of 5 is full"
    assert lines.last["logger"] == "some.library"
    assert lines.last["level"] == "warning"


def test_a_warning_of_the_interpreter_is_a_log_line(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old interface", UserWarning, stacklevel=1)

    assert "old interface" in lines.last["event"]


def test_pyzeebe_which_logs_whole_jobs_is_capped(lines: Lines) -> None:
    logging.getLogger("pyzeebe.task").warning("job with variables")

    assert lines.text == ""


def test_a_level_below_the_chosen_one_is_not_written(lines: Lines) -> None:
    structlog.get_logger().debug("detail_seen")

    assert lines.text == ""


def test_the_text_of_a_foreign_exception_is_never_written(lines: Lines) -> None:
    try:
        raise ValueError(f"Fulan {INVENTED_NIK}") from KeyError("Fulana")
    except ValueError:
        structlog.get_logger().exception("step_failed")

    assert "Fulan" not in lines.text
    exception = lines.last["exception"]
    assert exception["class"] == "ValueError"
    assert exception["caused_by"] == ["KeyError"]
    assert exception["frames"][-1].startswith("tests/unit/observability/test_logging.py:")


def test_the_text_of_a_foreign_exception_in_a_library_s_line_is_never_written(lines: Lines) -> None:
    try:
        raise ValueError(f"Fulan {INVENTED_NIK}")
    except ValueError:
        logging.getLogger("some.library").exception("failed")

    assert "Fulan" not in lines.text
    assert lines.last["exception"]["class"] == "ValueError"


async def test_a_task_that_nobody_awaited_does_not_leak_its_exception_s_text(lines: Lines) -> None:
    async def fail() -> None:
        raise ValueError("Fulan")

    loop = asyncio.get_running_loop()
    task = loop.create_task(fail())
    await asyncio.wait({task})
    loop.call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "task": task}
    )

    assert lines.last["event"] == "Task exception was never retrieved"
    assert "Fulan" not in lines.text


def test_a_crash_is_logged_without_the_exception_s_text(lines: Lines) -> None:
    sys.excepthook(ValueError, ValueError("Fulan"), None)

    assert lines.last["event"] == "process_crashed"
    assert "Fulan" not in lines.text


def test_an_identity_number_that_slips_in_is_taken_out(lines: Lines) -> None:
    structlog.get_logger().info("applicant_seen", details={"nik": INVENTED_NIK})

    assert INVENTED_NIK not in lines.text
    assert lines.last["details"] == {"nik": "[removed]"}


def test_the_files_kept_are_bounded(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("penaemas.observability.logging.LOG_FILE_BYTES", 1_000)
    monkeypatch.setattr("penaemas.observability.logging.LOG_FILES_KEPT", 2)
    configure("workers", console=False, log_file=lines.file)

    for number in range(100):
        structlog.get_logger().info("step_taken", number=number)

    assert len(list(lines.file.parent.iterdir())) == 3


def test_people_get_a_readable_line(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    configure("workers", console=True)
    structlog.get_logger().info("broker_became_ready", waited_s=4)

    assert "broker_became_ready" in capsys.readouterr().err


def test_people_can_read_what_broke_and_where(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    configure("workers", console=True)
    try:
        raise TimeoutError from OSError()
    except TimeoutError:
        structlog.get_logger().exception("broker_went_away")

    said = capsys.readouterr().err
    assert "Logging error" not in said
    assert re.search(r"TimeoutError\n  tests/unit.*\n  caused by OSError\n", said)
