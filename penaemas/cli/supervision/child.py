"""One supervised process: started again when it dies, gone when we are gone."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from penaemas.cli.supervision.output import RotatingOutput
from penaemas.zeebe import die_with_parent

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
SETTLED_AFTER_S = 60.0
READ_BYTES = 64 * 1024
OUTPUT_ENDS_WITHIN_S = 2.0


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
        self._reading: asyncio.Task[None] | None = None
        self._last_words = ""

    @property
    def pid(self) -> int | None:
        """Of the running process, if it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the process, and from now on start it again whenever it dies."""
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
        await self._finish_output()
        if self._supervision:
            await self._supervision

    def last_words(self) -> str:
        """The last line it printed, for the person who must mend it."""
        return self._last_words

    async def _supervise(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            assert self._process is not None  # noqa: S101 (for the type checker: `start` has spawned it)
            born = asyncio.get_running_loop().time()
            code = await self._process.wait()
            if self._stopping.is_set():
                return
            _signal_session(self._process.pid, signal.SIGKILL)  # what it may have left behind
            await self._finish_output()
            self.deaths += 1
            if asyncio.get_running_loop().time() - born > SETTLED_AFTER_S:
                pause = FIRST_PAUSE_S
            self._died(self.plan.name, code, pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            if not self._stopping.is_set():
                await self._spawn()
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _spawn(self) -> None:
        # A pipe of our own: with asyncio's, `wait` returns only when everybody who inherited it has ended too.
        output, ours = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", die_with_parent.__file__, str(os.getpid())),
                *self.plan.command,
                env=dict(self.plan.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=ours,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C at the terminal is ours to hand on, in order
            )
        except OSError:
            os.close(output)
            raise
        finally:
            os.close(ours)
        self._reading = asyncio.create_task(self._keep(output), name=f"output-{self.plan.name}")

    async def _finish_output(self) -> None:
        if self._reading is not None:
            await asyncio.wait((self._reading,), timeout=OUTPUT_ENDS_WITHIN_S)

    async def _keep(self, descriptor: int) -> None:
        stream = asyncio.StreamReader()
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(descriptor, "rb", buffering=0)
        )
        output = RotatingOutput(self.plan.output)
        try:
            while block := await stream.read(READ_BYTES):
                for line in block.splitlines(keepends=True):
                    output.write(line)
                self._last_words = output.last_words or self._last_words
        finally:
            pipe.close()
            output.close()


def _signal_session(leader: int, number: signal.Signals, only_leader: bool = False) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if only_leader:
            os.kill(leader, number)
        else:
            os.killpg(leader, number)
