"""What runs in the worker process beside the jobs, such as the outbox sender: kept running, stopped in order."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog

log = structlog.get_logger(__name__)

_FIRST_WAIT_S: Final = 0.5
_LONGEST_WAIT_S: Final = 30.0
_STEADY_AFTER_S: Final = 60.0


@dataclass(frozen=True)
class BackgroundTask:
    """Something that runs until it is cancelled. `name` is for logs and `/readyz`."""

    name: str
    run: Callable[[], Awaitable[None]]


class Background:
    """Keeps background tasks running. One that breaks is told with its class, and started again after a pause."""

    def __init__(self, tasks: tuple[BackgroundTask, ...]) -> None:
        self._tasks = tasks
        self._running: list[asyncio.Task[None]] = []
        self._broken: dict[str, str] = {}

    def start(self) -> None:
        """Starts all of them."""
        self._running = [asyncio.create_task(self._keep(task), name=task.name) for task in self._tasks]

    async def stop(self) -> None:
        """Cancels all of them and waits until they have cleaned up."""
        for running in self._running:
            running.cancel()
        for running in self._running:
            with contextlib.suppress(asyncio.CancelledError):
                await running

    def why_not_running(self) -> str | None:
        """In words for an operator, or None while all of them run."""
        return "; ".join(f"{name} broke: {reason}" for name, reason in self._broken.items()) or None

    async def _keep(self, task: BackgroundTask) -> None:
        wait_s = _FIRST_WAIT_S
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            (ended,) = await asyncio.gather(task.run(), return_exceptions=True)
            self._broken[task.name] = type(ended).__name__ if ended is not None else "ended by itself"
            log.error("background_task_broke", task=task.name, exc_info=ended)
            wait_s = _FIRST_WAIT_S if loop.time() - began > _STEADY_AFTER_S else min(_LONGEST_WAIT_S, wait_s * 2)
            await asyncio.sleep(wait_s)
            self._broken.pop(task.name)
