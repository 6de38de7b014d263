"""One supervised process: started again when it dies, gone when we are gone."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
SETTLED_AFTER_S = 60.0
OUTPUT_KEPT_BYTES = 1024 * 1024
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class ChildPlan:
    """How to run a process.

    `stop_limit` is how long it may take to end after SIGTERM before it is killed. What it prints before its own logging
    works goes to `output`.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)  # holds secrets
    output: Path
    stop_limit: timedelta = timedelta(seconds=20)


Died = Callable[[str, int, float], None]
"""Told the name, the exit code (negative: the signal) and the pause in seconds before the next start."""


class Child:
    """Runs one plan until it is stopped."""

    def __init__(self, plan: ChildPlan, died: Died) -> None:
        self.plan = plan
        self.deaths = 0
        self._died = died
        self._process: asyncio.subprocess.Process | None = None
        self._supervision: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """Of the running process, if it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the process, and from now on start it again whenever it dies.

        Raises:
            OSError: the program cannot be started at all.
        """
        await self._spawn()
        self._supervision = asyncio.create_task(self._supervise(), name=f"supervise-{self.plan.name}")

    async def stop(self) -> None:
        """Ask it to end, insist after the limit, and return when the whole session it made is gone."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        _signal_session(process.pid, signal.SIGTERM, only_leader=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), self.plan.stop_limit.total_seconds())
        _signal_session(process.pid, signal.SIGKILL)
        await process.wait()
        if self._supervision:
            await self._supervision

    def last_words(self) -> str:
        """The last line it printed, for the person who must mend it."""
        with contextlib.suppress(OSError):
            lines = self.plan.output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""

    async def _supervise(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            assert self._process is not None  # noqa: S101 (for the type checker: `start` has spawned it)
            born = asyncio.get_running_loop().time()
            code = await self._process.wait()
            if self._stopping.is_set():
                return
            self.deaths += 1
            _signal_session(self._process.pid, signal.SIGKILL)  # what it may have left behind
            if asyncio.get_running_loop().time() - born > SETTLED_AFTER_S:
                pause = FIRST_PAUSE_S
            self._died(self.plan.name, code, pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            if not self._stopping.is_set():
                await self._spawn()
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _spawn(self) -> None:
        self.plan.output.parent.mkdir(parents=True, exist_ok=True)
        keep = self.plan.output.exists() and self.plan.output.stat().st_size < OUTPUT_KEPT_BYTES
        with self.plan.output.open("a" if keep else "w") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self.plan.command,
                env=dict(self.plan.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C at the terminal is ours to hand on, in order
                preexec_fn=_end_with(os.getpid()),
            )


def _signal_session(leader: int, number: signal.Signals, only_leader: bool = False) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if only_leader:
            os.kill(leader, number)
        else:
            os.killpg(leader, number)


def _end_with(parent: int) -> Callable[[], None] | None:
    """On Linux: have the kernel kill the child when its parent dies, even by SIGKILL. Runs in the child, before
    exec.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def promise() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died between the fork and the promise
            os._exit(1)

    return promise
