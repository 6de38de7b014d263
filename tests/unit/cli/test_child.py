"""Supervised processes, with small real ones."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from penaemas.cli.supervision.child import Child, ChildPlan
from tests.waiting import wait_until, wait_until_async

WAITS = "import time; time.sleep(600)"
IGNORES_SIGTERM = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)
WITH_A_GRANDCHILD = (
    f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', '{WAITS}']).pid, flush=True); {WAITS}"
)
PARENT = """
import asyncio, os, sys
from pathlib import Path
from penaemas.cli.supervision.child import Child, ChildPlan
async def main():
    plan = ChildPlan("patient", (sys.executable, "-c", sys.argv[1]), os.environ, Path(sys.argv[2]))
    child = Child(plan, lambda *_: None)
    await child.start()
    print(child.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


class Witness:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.deaths: list[tuple[str, int, float]] = []

    def __call__(self, name: str, code: int, pause_s: float) -> None:
        self.deaths.append((name, code, pause_s))


@pytest.fixture
def witness() -> Witness:
    return Witness()


def plan(folder: Path, program: str, stop_limit_s: float = 10) -> ChildPlan:
    output = folder / "output.log"
    return ChildPlan("patient", (sys.executable, "-c", program), os.environ, output, timedelta(seconds=stop_limit_s))


async def test_a_process_that_dies_is_started_again_after_a_pause(tmp_path: Path, witness: Witness) -> None:
    child = Child(plan(tmp_path, WAITS), witness)
    await child.start()
    first = child.pid
    assert first is not None

    os.kill(first, signal.SIGKILL)
    await wait_until_async(lambda: child.pid not in (None, first), "a new process runs")

    assert witness.deaths == [("patient", -signal.SIGKILL, 0.5)]
    await child.stop()


async def test_the_pauses_grow_when_it_dies_again_and_again(tmp_path: Path, witness: Witness) -> None:
    child = Child(plan(tmp_path, "import sys; sys.exit('no configuration')"), witness)
    await child.start()

    await wait_until_async(lambda: len(witness.deaths) == 3, "three deaths")
    await child.stop()

    assert [pause for _, _, pause in witness.deaths] == [0.5, 1.0, 2.0]
    assert child.last_words() == "no configuration"


async def test_a_stop_during_the_pause_does_not_start_it_again(tmp_path: Path, witness: Witness) -> None:
    child = Child(plan(tmp_path, "raise SystemExit(3)"), witness)
    await child.start()
    await wait_until_async(lambda: len(witness.deaths) == 1, "it died")

    await child.stop()

    assert child.pid is None
    assert witness.deaths == [("patient", 3, 0.5)]


async def test_a_process_that_does_not_listen_is_killed_after_its_limit(tmp_path: Path, witness: Witness) -> None:
    child = Child(plan(tmp_path, IGNORES_SIGTERM, stop_limit_s=0.3), witness)
    await child.start()
    await wait_until_async(lambda: child.last_words() == "deaf", "it ignores the signal")
    pid = child.pid
    assert pid is not None

    await child.stop()

    assert not psutil.pid_exists(pid)
    assert witness.deaths == []


async def test_a_process_that_dies_before_what_it_started_is_started_again(tmp_path: Path, witness: Witness) -> None:
    child = Child(plan(tmp_path, WITH_A_GRANDCHILD), witness)
    await child.start()
    await wait_until_async(lambda: child.last_words().isdigit(), "the grandchild runs and holds the output open")
    first, grandchild = child.pid, int(child.last_words())
    assert first is not None

    os.kill(first, signal.SIGKILL)

    await wait_until_async(lambda: child.pid not in (None, first), "a new process runs")
    assert not is_alive(grandchild)
    await child.stop()


async def test_nothing_that_the_process_started_outlives_it(tmp_path: Path, witness: Witness) -> None:
    child = Child(plan(tmp_path, WITH_A_GRANDCHILD), witness)
    await child.start()
    await wait_until_async(lambda: child.last_words().isdigit(), "the grandchild runs")
    grandchild = int(child.last_words())

    await child.stop()

    await wait_until_async(lambda: not is_alive(grandchild), "the grandchild is gone")


def test_a_killed_supervisor_leaves_no_process_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, WAITS, str(tmp_path / "output.log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        assert is_alive(child)

        supervisor.kill()

        wait_until(lambda: not is_alive(child), "the child is gone")


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
