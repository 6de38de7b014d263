"""`./pena bench workers`: our job runtime against plain pyzeebe, streaming and polling, on one warm broker in one run.

Three measurements, each contender in a process of its own, in turns so that a slow minute hits all alike:

* steady: 60 jobs a second; from the start command to the first line of the handler;
* burst: 1,000 instances at once; until the last handler has begun;
* waiting: 10,000 jobs wait while all hands are busy; resident memory of the worker's process.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import grpc
import psutil
from pyzeebe.proto import gateway_pb2
from pyzeebe.proto.gateway_pb2_grpc import GatewayStub
from rich.console import Console
from rich.table import Table

from penaemas.cli.bench import result
from penaemas.cli.bench.workers_contender import AT_ONCE, KINDS, SAMPLE
from penaemas.cli.throwaway_ports import free_row
from penaemas.settings import InstallationSettings
from penaemas.zeebe import distribution, java_runtime
from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings
from penaemas.zeebe.connection import open_channel
from penaemas.zeebe.embedded_broker import EmbeddedBroker
from penaemas.zeebe.job_gateway import Backoff

if TYPE_CHECKING:
    from pyzeebe.proto.gateway_pb2_grpc import GatewayAsyncStub

_AT_ONE_START: Final = 100  # jobs of one multi-instance case; a case of 1,000 blocks a slow machine for seconds
_SETTLE_S: Final = 10.0
# Plain polling sleeps for 5 s whenever its hands are full: a burst takes it minutes and shows nothing new.
_STREAMING: Final = ("ours", "streaming")
_STARTS_IN_FLIGHT: Final = 100

_MODEL: Final = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="pena">
 <bpmn:process id="{process}" isExecutable="true">
  <bpmn:startEvent id="StartEvent_Begun"><bpmn:outgoing>Flow_In</bpmn:outgoing></bpmn:startEvent>
  <bpmn:sequenceFlow id="Flow_In" sourceRef="StartEvent_Begun" targetRef="Task_Measure"/>
  <bpmn:serviceTask id="Task_Measure">
   <bpmn:extensionElements><zeebe:taskDefinition type="{job_type}"/></bpmn:extensionElements>
   <bpmn:incoming>Flow_In</bpmn:incoming><bpmn:outgoing>Flow_Out</bpmn:outgoing>{many}
  </bpmn:serviceTask>
  <bpmn:sequenceFlow id="Flow_Out" sourceRef="Task_Measure" targetRef="EndEvent_Done"/>
  <bpmn:endEvent id="EndEvent_Done"><bpmn:incoming>Flow_Out</bpmn:incoming></bpmn:endEvent>
 </bpmn:process>
</bpmn:definitions>"""

_MANY: Final = """
   <bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
    <zeebe:loopCharacteristics inputCollection="=for i in 1..{count} return i" inputElement="number"/>
   </bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"""


@dataclass
class Contender:
    """A running worker process and the jobs it has reported: (started, begun) in nanoseconds, oldest first."""

    kind: str
    process: asyncio.subprocess.Process
    begun: list[tuple[int, int]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self) -> None:
        """Takes in the reports until the process ends."""
        assert self.process.stdout is not None  # noqa: S101 - it was made with a pipe
        try:
            while True:
                self.begun.append(SAMPLE.unpack(await self.process.stdout.readexactly(SAMPLE.size)))
                self._news.set()
        except asyncio.IncompleteReadError:
            return

    async def reported(self) -> None:
        """Returns after the next report."""
        self._news.clear()
        await self._news.wait()

    def resident_mb(self) -> float:
        """Memory of the process now, in megabytes (10⁶ bytes)."""
        size: int = psutil.Process(self.process.pid).memory_info().rss
        return size / 1e6


class Bench:
    """The broker of one run and the commands to it."""

    def __init__(self, stub: "GatewayAsyncStub", address: str, folder: Path) -> None:
        self._stub = stub
        self._address = address
        self._folder = folder
        self._in_flight = asyncio.Semaphore(_STARTS_IN_FLIGHT)

    async def deploy(self, process: str, job_type: str, *, many: int = 0) -> None:
        """One process with one service task, done `many` times side by side if that is not 0."""
        model = _MODEL.format(process=process, job_type=job_type, many=_MANY.format(count=many) if many else "")
        resource = gateway_pb2.Resource(name=f"{process}.bpmn", content=model.encode())
        await self._stub.DeployResource(gateway_pb2.DeployResourceRequest(resources=[resource]))

    async def begin(self, process: str) -> None:
        """Starts one instance, which carries the instant of its start; again and again while the engine pushes back."""
        variables = json.dumps({"started_ns": time.time_ns()})
        request = gateway_pb2.CreateProcessInstanceRequest(bpmnProcessId=process, version=-1, variables=variables)
        backoff = Backoff(first=0.01, longest=0.2)
        async with self._in_flight:
            while True:
                try:
                    await self._stub.CreateProcessInstance(request)
                except grpc.aio.AioRpcError as error:
                    if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                        raise
                    await backoff.wait()
                else:
                    return

    @asynccontextmanager
    async def contender(self, kind: str, job_type: str, *, hold: bool = False) -> AsyncIterator[Contender]:
        """A worker process that has shown that it works (unless it holds every job)."""
        module = "penaemas.cli.bench.workers_contender"
        log_file = self._folder / f"{kind}.log"
        command = [sys.executable, "-m", module, kind, self._address, job_type, "--log-file", str(log_file)]
        process = await asyncio.create_subprocess_exec(
            *command, *(["--hold"] if hold else []), stdout=asyncio.subprocess.PIPE, env={**os.environ}
        )
        contender = Contender(kind, process)
        reading = asyncio.create_task(contender.read())
        try:
            await self.begin(job_type.replace(".", "_"))
            await wait_for_jobs(contender, 1)
            yield contender
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()
            await reading


async def wait_for_jobs(contender: Contender, count: int, *, within_s: float = 120) -> None:
    """Returns when the contender has begun that many jobs since the bench last looked.

    Raises:
        TimeoutError: it has not.
    """
    async with asyncio.timeout(within_s):
        while len(contender.begun) < count:
            await contender.reported()


async def steady(bench: Bench, contender: Contender, *, per_second: int, seconds: float) -> list[float]:
    """Milliseconds from start command to handler, one per job."""
    contender.begun.clear()
    starting: list[asyncio.Task[None]] = []
    first = time.perf_counter()
    count = round(per_second * seconds)
    for number in range(count):
        await asyncio.sleep(max(0.0, first + number / per_second - time.perf_counter()))
        starting.append(asyncio.create_task(bench.begin(f"bench_{contender.kind}")))
    await asyncio.gather(*starting)
    await wait_for_jobs(contender, count)
    return [(begun - started) / 1e6 for started, begun in contender.begun]


async def burst(bench: Bench, contender: Contender, count: int) -> float:
    """Seconds from the first start command to the begin of the last handler."""
    contender.begun.clear()
    first_ns = time.time_ns()
    await asyncio.gather(*(bench.begin(f"bench_{contender.kind}") for _ in range(count)))
    await wait_for_jobs(contender, count)
    return (max(begun for _, begun in contender.begun) - first_ns) / 1e9


async def most_memory(bench: Bench, kind: str, count: int) -> float:
    """Highest resident memory, in megabytes, of a worker whose hands are full while `count` jobs are created."""
    job_type = f"bench.{kind}_waiting"
    cases = max(1, count // _AT_ONE_START)
    await bench.deploy(f"bench_{kind}_waiting", job_type, many=min(count, _AT_ONE_START))
    highest = 0.0
    async with bench.contender(kind, job_type, hold=True) as contender:
        for _ in range(cases - 1):
            await bench.begin(f"bench_{kind}_waiting")
        until = time.monotonic() + _SETTLE_S
        while time.monotonic() < until:
            highest = max(highest, contender.resident_mb())
            await asyncio.sleep(0.1)
    return highest


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


@dataclass
class Figures:
    """What one run has shown, by contender."""

    latency_ms: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    burst_s: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in _STREAMING})
    memory_mb: dict[str, float] = field(default_factory=dict)


async def measure(bench: Bench, args: argparse.Namespace, console: Console) -> Figures:
    """All measurements, contenders in turns."""
    figures = Figures()
    for kind in KINDS:
        await bench.deploy(f"bench_{kind}", f"bench.{kind}")
        console.print(f"warming up: {kind}")
        async with bench.contender(kind, f"bench.{kind}") as contender:
            await steady(bench, contender, per_second=args.rate, seconds=args.warm_up)
    for number in range(args.rounds):
        for kind in KINDS[number % 3 :] + KINDS[: number % 3]:
            console.print(f"steady, round {number + 1}: {kind}")
            async with bench.contender(kind, f"bench.{kind}") as contender:
                seconds = args.seconds / args.rounds
                figures.latency_ms[kind] += await steady(bench, contender, per_second=args.rate, seconds=seconds)
    for number in range(args.rounds):
        for kind in _STREAMING[:: 1 if number % 2 == 0 else -1]:
            console.print(f"burst, round {number + 1}: {kind}")
            async with bench.contender(kind, f"bench.{kind}") as contender:
                figures.burst_s[kind].append(await burst(bench, contender, args.burst))
    for kind in _STREAMING:
        console.print(f"waiting: {kind}")
        figures.memory_mb[kind] = await most_memory(bench, kind, args.waiting)
    return figures


def report(figures: Figures, console: Console) -> list[str]:
    """A table for people on the console; the lines of the result."""
    table = Table(title=f"job workers, {AT_ONCE} at once")
    for heading in ("", "p50 ms", "p95 ms", "p99 ms", "burst s", "memory MB"):
        table.add_column(heading)
    for kind in KINDS:
        latency = figures.latency_ms[kind]
        table.add_row(
            kind,
            *(f"{percentile(latency, share):.1f}" for share in (0.5, 0.95, 0.99)),
            f"{percentile(figures.burst_s[kind], 0.5):.2f}" if kind in _STREAMING else "",
            f"{figures.memory_mb[kind]:.0f}" if kind in _STREAMING else "",
        )
    console.print(table)
    ours, streaming, polling = (figures.latency_ms[kind] for kind in KINDS)
    bursts = {kind: percentile(times, 0.5) for kind, times in figures.burst_s.items()}
    return [
        result("steady_p50_vs_streaming", percentile(ours, 0.5), percentile(streaming, 0.5), "ms"),
        result("steady_p99_vs_polling", percentile(ours, 0.99), percentile(polling, 0.99), "ms"),
        result("burst_last_job_vs_streaming", bursts["ours"], bursts["streaming"], "s"),
        result("memory_with_jobs_waiting", figures.memory_mb["ours"], figures.memory_mb["streaming"], "MB"),
    ]


async def run(args: argparse.Namespace, console: Console) -> list[str]:
    """One run on a broker of its own."""
    home = await asyncio.to_thread(distribution.bring, cache=InstallationSettings().cache_folder)
    with tempfile.TemporaryDirectory(prefix="pena-bench-") as folder:
        ports = BrokerPorts(*free_row(5))
        settings = BrokerSettings(Path(folder) / "zeebe", ports, feeds=None, heap_mib=768)
        broker = EmbeddedBroker(settings, home=home, java=java_runtime.find_java())
        console.print("starting the engine")
        await broker.start()
        try:
            await broker.wait_ready()
            channel = open_channel(settings.address())
            stub = cast("GatewayAsyncStub", GatewayStub(channel))
            figures = await measure(Bench(stub, settings.address().grpc, Path(folder)), args, console)
            await channel.close(None)
        finally:
            await broker.stop()
    return report(figures, console)


def main(argv: Sequence[str]) -> int:
    """Runs the bench and prints one JSON object per comparison, last."""
    parser = argparse.ArgumentParser(prog="./pena bench workers")
    parser.add_argument("--rate", type=int, default=60, help="jobs a second of the steady load")
    parser.add_argument("--seconds", type=float, default=30, help="length of the steady load, all rounds together")
    parser.add_argument("--burst", type=int, default=1_000, help="instances of the burst")
    parser.add_argument("--waiting", type=int, default=10_000, help="jobs that wait while memory is measured")
    parser.add_argument("--rounds", type=int, default=3, help="turns that the contenders take")
    parser.add_argument("--warm-up", type=float, default=10, help="seconds of load per contender before measuring")
    args = parser.parse_args(argv)
    console = Console(stderr=True)
    for line in asyncio.run(run(args, console)):
        print(line)
    return 0
