"""Keeping a job ours while its handler works: the engine's timeout is extended at half time, again and again."""

import asyncio
import time
from datetime import timedelta
from types import TracebackType
from typing import Final

import grpc
import structlog

from penaemas.observability import metrics
from penaemas.zeebe.job_answers import JobAnswers
from penaemas.zeebe.job_gateway import GONE, REFUSED

log = structlog.get_logger(__name__)

_TRIES_PER_HALF: Final = 10


class Lease:
    """`with Lease(…):` around the work. A handler that is done before half time costs no call.

    A job that the engine has meanwhile taken from us is worked on to the end: its effects are keyed and happen once,
    and its answer will come late.
    """

    def __init__(
        self, answers: JobAnswers, *, job_key: int, job_type: str, timeout: timedelta, lease_until: float
    ) -> None:
        self._answers = answers
        self._job_key = job_key
        self._job_type = job_type
        self._timeout = timeout
        self._half_s = timeout.total_seconds() / 2
        self._first_in_s = max(0.0, lease_until - self._half_s - time.monotonic())
        self._timer: asyncio.TimerHandle | None = None
        self._extending: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._first_in_s, self._begin)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._extending is not None:
            self._extending.cancel()

    def _begin(self) -> None:
        self._extending = asyncio.create_task(self._extend_for_ever())

    async def _extend_for_ever(self) -> None:
        while True:
            try:
                await self._answers.extend(self._job_key, self._timeout)
            except grpc.aio.AioRpcError as error:
                if error.code() in GONE | REFUSED:
                    log.info("job_lease_lost", job_key=self._job_key, job_type=self._job_type)
                    return
                await asyncio.sleep(self._half_s / _TRIES_PER_HALF)
            else:
                metrics.LEASE_EXTENSIONS_TOTAL.labels(self._job_type).inc()
                await asyncio.sleep(self._half_s)
