"""Answering the engine: an answer is sent until the engine takes it, or says that the job is not ours any more."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import grpc
import structlog
from pyzeebe.proto import gateway_pb2

from penaemas.observability import metrics
from penaemas.zeebe.job_gateway import GONE, REFUSED, Backoff, GatewayWatch

if TYPE_CHECKING:
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub

log = structlog.get_logger(__name__)

_ONE_TRY_S: Final = 10.0


@dataclass(frozen=True)
class Completed:
    """The work is done. `variables` is a JSON object."""

    variables: str = "{}"


@dataclass(frozen=True)
class Rejected:
    """The process goes on by another path."""

    code: str
    message: str
    variables: str = "{}"


@dataclass(frozen=True)
class Failed:
    """The work is not done. With `retries` 0 the engine makes an incident."""

    message: str
    retries: int
    wait: timedelta = timedelta(0)


Answer = Completed | Rejected | Failed


class AnswerRefused(Exception):
    """The engine cannot read this answer; the same one will never be accepted."""


class JobAnswers:
    """Sends the answers of every job type over one connection."""

    def __init__(self, stub: "GatewayAsyncStub", watch: GatewayWatch) -> None:
        self._stub = stub
        self._watch = watch

    async def send(self, job_key: int, job_type: str, answer: Answer) -> bool:
        """Sends an answer until it is taken: through back-pressure, restarts and lost connections.

        Returns:
            False if the engine does not know the job any more; that is logged and counted here.

        Raises:
            AnswerRefused: the engine cannot read it.
        """
        backoff = Backoff()
        call = self._call(job_key, answer)
        while True:
            try:
                await call()
            except grpc.aio.AioRpcError as error:
                if error.code() in GONE:
                    metrics.LATE_ANSWERS_TOTAL.labels(job_type).inc()
                    log.info("job_answer_came_late", answer=type(answer).__name__.lower())
                    self._watch.answered()
                    return False
                if error.code() in REFUSED:
                    raise AnswerRefused(error.code().name) from error
                self._watch.failed(error.code())
                metrics.ANSWERS_PUSHED_BACK_TOTAL.labels(job_type).inc()
                await backoff.wait()
            else:
                self._watch.answered()
                return True

    async def extend(self, job_key: int, lease: timedelta) -> None:
        """Asks once for a new timeout, `lease` from now.

        Raises:
            grpc.aio.AioRpcError: it was not granted.
        """
        request = gateway_pb2.UpdateJobTimeoutRequest(jobKey=job_key, timeout=_milliseconds(lease))
        await self._stub.UpdateJobTimeout(request, timeout=_ONE_TRY_S)

    def _call(self, job_key: int, answer: Answer) -> Callable[[], Awaitable[Any]]:
        match answer:
            case Completed(variables):
                done = gateway_pb2.CompleteJobRequest(jobKey=job_key, variables=variables)
                return lambda: self._stub.CompleteJob(done, timeout=_ONE_TRY_S)
            case Rejected(code, message, variables):
                rejected = gateway_pb2.ThrowErrorRequest(
                    jobKey=job_key, errorCode=code, errorMessage=message, variables=variables
                )
                return lambda: self._stub.ThrowError(rejected, timeout=_ONE_TRY_S)
            case Failed(message, retries, wait):
                failed = gateway_pb2.FailJobRequest(
                    jobKey=job_key, retries=retries, errorMessage=message, retryBackOff=_milliseconds(wait)
                )
                return lambda: self._stub.FailJob(failed, timeout=_ONE_TRY_S)


def _milliseconds(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
