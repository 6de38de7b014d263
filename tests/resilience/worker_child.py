"""A worker in a process of its own, to be killed: `python worker_child.py GRPC_ADDRESS JOB_TYPE DATABASE TIMEOUT_S`.

Its handler makes its effect known by a row, prints the case, and then works for ever.
"""

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from penaemas.observability import logging
from penaemas.zeebe.connection import EngineAddress, open_channel
from penaemas.zeebe.job_contract import JobInput, JobWorker, seconds
from penaemas.zeebe.job_retries import RetryPolicies
from penaemas.zeebe.job_runtime import JobRuntime
from tests.resilience.effects import Effects


class AnInput(JobInput):
    case_id: str


class RealTime:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def main(address: str, job_type: str, database: str, timeout_s: str) -> None:
    effects = Effects(Path(database))
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)

    async def work(job: AnInput) -> None:
        effects.happen(job.case_id, "letter_sent", round_number=1)
        print(job.case_id, flush=True)  # noqa: T201 - the test reads it
        await asyncio.Event().wait()

    channel = open_channel(EngineAddress(grpc=address, rest_url=""))
    runtime = JobRuntime(
        [JobWorker(job_type, work, timeout=seconds(float(timeout_s)), at_once=1)],
        channel=channel,
        collaborators={},
        clock=RealTime(),
        policies=RetryPolicies(),
    )
    runtime.start()
    await ended.wait()
    await runtime.stop(timedelta(seconds=0.2))
    await channel.close(None)


logging.configure("workers", console=False, log_file=Path(sys.argv[3]).with_suffix(".log"))
asyncio.run(main(*sys.argv[1:5]))
