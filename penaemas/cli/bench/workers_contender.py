"""One contender of `./pena bench workers`, in a process of its own: ours, or plain pyzeebe by stream or by polling.

    python -m penaemas.cli.bench.workers_contender KIND GRPC_ADDRESS JOB_TYPE [--hold]

For every job that reaches the handler, two signed 64-bit numbers go to standard output: when the instance was started
(a variable of the job) and when the handler began, both in nanoseconds since 1970. `--hold` makes every handler wait
for ever, so that jobs pile up.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import struct
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from penaemas.observability import logging

KINDS: Final = ("ours", "streaming", "polling")
AT_ONCE: Final = 32  # what pyzeebe does unless told otherwise
SAMPLE: Final = struct.Struct("=qq")

_OUT: Final = 1


def note_begin(started_ns: int) -> None:
    """Reports one job to the bench."""
    os.write(_OUT, SAMPLE.pack(started_ns, time.time_ns()))


async def serve_ours(address: str, job_type: str, *, hold: bool, until: asyncio.Event) -> None:
    """Our runtime, with the logging and the metrics that it has in production."""
    from penaemas.zeebe.connection import EngineAddress, open_channel
    from penaemas.zeebe.job_contract import JobInput, JobOutput, JobWorker
    from penaemas.zeebe.job_retries import RetryPolicies
    from penaemas.zeebe.job_runtime import JobRuntime

    class Started(JobInput):
        started_ns: int

    class Nothing(JobOutput):
        pass

    class SystemTime:
        def now(self) -> datetime:
            return datetime.now(UTC)

    async def begin(job: Started) -> Nothing:
        note_begin(job.started_ns)
        if hold:
            await asyncio.Event().wait()
        return Nothing()

    channel = open_channel(EngineAddress(grpc=address, rest_url=""))
    runtime = JobRuntime(
        [JobWorker(job_type, begin, at_once=AT_ONCE)],
        channel=channel,
        collaborators={},
        clock=SystemTime(),
        policies=RetryPolicies(),
    )
    runtime.start()
    await until.wait()
    await runtime.stop(timedelta(seconds=0.1))
    await channel.close(None)


async def serve_plain(address: str, job_type: str, *, stream: bool, hold: bool, until: asyncio.Event) -> None:
    """pyzeebe as its documentation shows it."""
    from pyzeebe import ZeebeWorker, create_insecure_channel

    worker = ZeebeWorker(create_insecure_channel(grpc_address=address), stream_enabled=stream)

    async def begin(started_ns: int) -> dict[str, Any]:
        note_begin(started_ns)
        if hold:
            await asyncio.Event().wait()
        return {}

    register: Any = worker.task(task_type=job_type, max_running_jobs=AT_ONCE, timeout_ms=30_000)
    register(begin)
    working = asyncio.create_task(worker.work())
    await until.wait()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


async def serve(kind: str, address: str, job_type: str, *, hold: bool) -> None:
    """Serves until SIGTERM."""
    until = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, until.set)
    if kind == "ours":
        await serve_ours(address, job_type, hold=hold, until=until)
    else:
        await serve_plain(address, job_type, stream=kind == "streaming", hold=hold, until=until)


def main() -> None:
    """Reads the arguments and serves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("address")
    parser.add_argument("job_type")
    parser.add_argument("--hold", action="store_true")
    parser.add_argument("--log-file", required=True)
    args = parser.parse_args()
    from pathlib import Path

    logging.configure("bench", console=False, log_file=Path(args.log_file))
    asyncio.run(serve(args.kind, args.address, args.job_type, hold=args.hold))
    # pyzeebe waits for its handlers for ever; there is nothing left to lose here.
    os._exit(0)


if __name__ == "__main__":
    main()
