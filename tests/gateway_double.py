"""A gateway with behaviour, built from the same generated stubs: jobs, leases, retries, back-pressure. No broker."""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, cast

import grpc
from pyzeebe.proto import gateway_pb2, gateway_pb2_grpc

if TYPE_CHECKING:
    # The stubs would have us write all 21 calls; the generated class answers UNIMPLEMENTED to the others.
    _Servicer = object
else:
    _Servicer = gateway_pb2_grpc.GatewayServicer


@dataclass
class Job:
    """A job as the engine sees it. `answers` holds what workers said, oldest first."""

    key: int
    job_type: str
    variables: dict[str, Any]
    retries: int = 3
    state: str = "activatable"
    lease_until: float = 0.0
    activations: int = 0
    answers: list[Any] = field(default_factory=list)


class FakeGateway(_Servicer):
    """Speaks the part of the gateway that job workers use.

    Attributes:
        pushes_back: how many of the coming answers are refused with RESOURCE_EXHAUSTED.
        streams: offers new jobs on open streams; otherwise only polling finds them.
        calls: how often each call was made.
    """

    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self.pushes_back = 0
        self.streams = True
        self.calls: Counter[str] = Counter()
        self.fetched: dict[str, list[str]] = {}
        self._keys = count(2251799813685249)
        self._open: dict[str, asyncio.Queue[Job]] = {}
        self._changed = asyncio.Event()
        self._server: grpc.aio.Server | None = None
        self.port = 0

    async def start(self, port: int = 0) -> None:
        """Listens; a restart takes the port it had."""
        self._server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        gateway_pb2_grpc.add_GatewayServicer_to_server(cast(gateway_pb2_grpc.GatewayServicer, self), self._server)
        self.port = self._server.add_insecure_port(f"127.0.0.1:{port or self.port}")
        await self._server.start()

    async def stop(self) -> None:
        """Drops every connection at once."""
        if self._server is not None:
            await self._server.stop(grace=None)
            self._server = None
            self._open.clear()

    def add_job(self, job_type: str, variables: dict[str, Any] | None = None, retries: int = 3) -> Job:
        """A token has reached a service task."""
        job = Job(next(self._keys), job_type, variables or {}, retries)
        self.jobs[job.key] = job
        self._offer(job)
        return job

    def _offer(self, job: Job) -> None:
        stream = self._open.get(job.job_type)
        if self.streams and stream is not None:
            stream.put_nowait(job)
        else:
            self._changed.set()

    def _activate(self, job: Job, timeout_ms: int) -> gateway_pb2.ActivatedJob:
        job.state = "activated"
        job.activations += 1
        job.lease_until = time.time() + timeout_ms / 1000
        return gateway_pb2.ActivatedJob(
            key=job.key,
            type=job.job_type,
            processInstanceKey=job.key + 1,
            bpmnProcessId="example",
            elementId="Task_Example",
            elementInstanceKey=job.key + 2,
            retries=job.retries,
            deadline=round(job.lease_until * 1000),
            variables=json.dumps(job.variables),
        )

    async def StreamActivatedJobs(
        self, request: gateway_pb2.StreamActivatedJobsRequest, context: Any
    ) -> AsyncIterator[gateway_pb2.ActivatedJob]:
        self.calls["StreamActivatedJobs"] += 1
        self.fetched[request.type] = list(request.fetchVariable)
        queue: asyncio.Queue[Job] = asyncio.Queue()
        self._open[request.type] = queue
        while True:
            job = await queue.get()
            yield self._activate(job, request.timeout)

    async def ActivateJobs(
        self, request: gateway_pb2.ActivateJobsRequest, context: Any
    ) -> AsyncIterator[gateway_pb2.ActivateJobsResponse]:
        self.calls["ActivateJobs"] += 1
        until = time.monotonic() + request.requestTimeout / 1000
        while time.monotonic() < until:
            found = deque(self._activatable(request.type), request.maxJobsToActivate)
            if found:
                jobs = [self._activate(job, request.timeout) for job in found]
                yield gateway_pb2.ActivateJobsResponse(jobs=jobs)
                return
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), 0.05)
            except TimeoutError:
                continue

    def _activatable(self, job_type: str) -> list[Job]:
        now = time.time()
        open_stream = self._open.get(job_type)
        waiting = {job.key for job in open_stream._queue} if open_stream is not None else set()  # type: ignore[attr-defined]
        return [
            job
            for job in self.jobs.values()
            if job.job_type == job_type
            and job.key not in waiting
            and (job.state == "activatable" or (job.state == "activated" and job.lease_until < now))
        ]

    async def _answerable(self, name: str, key: int, context: Any) -> Job:
        self.calls[name] += 1
        if self.pushes_back > 0:
            self.pushes_back -= 1
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "back-pressure")
        job = self.jobs.get(key)
        if job is None or job.state not in ("activated", "activatable"):
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such job")
        assert job is not None
        return job

    async def CompleteJob(self, request: gateway_pb2.CompleteJobRequest, context: Any) -> Any:
        job = await self._answerable("CompleteJob", request.jobKey, context)
        job.state = "completed"
        job.answers.append(request)
        return gateway_pb2.CompleteJobResponse()

    async def ThrowError(self, request: gateway_pb2.ThrowErrorRequest, context: Any) -> Any:
        job = await self._answerable("ThrowError", request.jobKey, context)
        job.state = "rejected"
        job.answers.append(request)
        return gateway_pb2.ThrowErrorResponse()

    async def FailJob(self, request: gateway_pb2.FailJobRequest, context: Any) -> Any:
        job = await self._answerable("FailJob", request.jobKey, context)
        job.answers.append(request)
        job.retries = request.retries
        job.state = "backing off" if request.retryBackOff else "activatable" if request.retries else "incident"
        if job.state == "activatable":
            self._offer(job)
        return gateway_pb2.FailJobResponse()

    async def UpdateJobTimeout(self, request: gateway_pb2.UpdateJobTimeoutRequest, context: Any) -> Any:
        job = await self._answerable("UpdateJobTimeout", request.jobKey, context)
        job.lease_until = time.time() + request.timeout / 1000
        return gateway_pb2.UpdateJobTimeoutResponse()
