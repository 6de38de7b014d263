"""The broker's process and its log, with a small program in place of the broker."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from penaemas.zeebe import die_with_parent
from penaemas.zeebe.broker_log import BrokerLog
from penaemas.zeebe.broker_preconditions import BrokerCannotStart, explain_exit, lock_data
from penaemas.zeebe.broker_process import BrokerProcess
from tests.waiting import wait_until


async def test_all_that_the_process_says_is_read_before_it_counts_as_ended(tmp_path: Path) -> None:
    said: list[bytes] = []
    lock = lock_data(tmp_path)
    program = "import sys\nfor number in range(1000): print(number)\nsys.exit(3)"

    process = BrokerProcess([sys.executable, "-c", program], environment={}, lock=lock, take_line=said.append)

    assert await asyncio.wait_for(process.exited, 60) == 3
    assert said[-1] == b"999\n"
    os.close(lock)


async def test_the_process_holds_the_lock_of_the_data_for_as_long_as_it_lives(tmp_path: Path) -> None:
    lock = lock_data(tmp_path)
    said: list[bytes] = []
    program = "import time; print('up', flush=True); time.sleep(60)"
    process = BrokerProcess([sys.executable, "-c", program], environment={}, lock=lock, take_line=said.append)
    os.close(lock)

    with pytest.raises(BrokerCannotStart, match="Another engine already works on"):
        lock_data(tmp_path)
    process.kill()
    await asyncio.wait_for(process.exited, 60)

    os.close(lock_data(tmp_path))


def test_where_the_kernel_does_not_help_the_watcher_ends_the_command_with_its_parent() -> None:
    watcher = (
        "import sys, runpy, os; sys.platform = 'elsewhere';"
        f"sys.argv = ['x', str(os.getppid()), {sys.executable!r}, '-c',"
        " 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'];"
        f"runpy.run_path({die_with_parent.__file__!r}, run_name='__main__')"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {watcher!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
        # Wait for the end of the output: the command and the watcher have it open until they end.
        process.stdout.read()

    wait_until(lambda: not _runs(pid), "the command ended with its parent")


def test_the_watcher_passes_an_orderly_end_on() -> None:
    watcher = (
        "import sys, runpy, os; sys.platform = 'elsewhere';"
        f"sys.argv = ['x', str(os.getppid()), {sys.executable!r}, '-c',"
        " 'import time; print(1, flush=True); time.sleep(60)'];"
        f"runpy.run_path({die_with_parent.__file__!r}, run_name='__main__')"
    )
    with subprocess.Popen([sys.executable, "-c", watcher], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()

        assert process.wait(20) == -signal.SIGTERM % 256


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def line(severity: str, message: str, exception: str | None = None) -> bytes:
    """A line as the broker writes it."""
    entry = {"severity": severity, "message": message, "context": {"loggerName": "io.camunda.zeebe.broker.system"}}
    return json.dumps(entry | ({"exception": exception} if exception else {})).encode()


@pytest.mark.parametrize(("severity", "level"), [("INFO", "debug"), ("WARNING", "warning"), ("ERROR", "error")])
def test_the_brokers_levels_become_ours(severity: str, level: str) -> None:
    with capture_logs() as entries:
        BrokerLog().take(line(severity, "Partition-1 recovered"))

    assert entries == [
        {
            "event": "broker_said",
            "log_level": level,
            "broker_logger": "io.camunda.zeebe.broker.system",
            "text": "Partition-1 recovered",
        }
    ]


def test_a_line_that_quotes_a_whole_record_is_cut() -> None:
    with capture_logs() as entries:
        BrokerLog().take(line("ERROR", "x" * 100_000, exception="y" * 100_000))

    assert len(json.dumps(entries)) < 4_000


def test_what_is_no_json_is_logged_too() -> None:
    with capture_logs() as entries:
        BrokerLog().take(b"Error: Could not find or load main class")

    assert [(entry["log_level"], entry["broker_logger"]) for entry in entries] == [("warning", "java")]


@pytest.mark.parametrize(
    ("complaint", "sentence"),
    [
        ("java.net.BindException: Address already in use", "A port that the engine needs was taken"),
        ("java.io.IOException: No space left on device", "is full; free some space"),
        ("Snapshot is not compatible with current version: 8.6.0 -> 8.5.8", "written by another version"),
        ("something nobody foresaw", "ended with code 1 before it was ready.*something nobody foresaw"),
    ],
)
def test_a_failed_start_is_explained_in_one_sentence(complaint: str, sentence: str) -> None:
    broker_log = BrokerLog()
    with capture_logs():
        broker_log.take(line("ERROR", complaint))

    with pytest.raises(BrokerCannotStart, match=sentence):
        raise BrokerCannotStart(explain_exit(1, broker_log.complaints))


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "zeebe").touch()

    with pytest.raises(BrokerCannotStart, match="cannot be written"):
        lock_data(tmp_path / "zeebe")
