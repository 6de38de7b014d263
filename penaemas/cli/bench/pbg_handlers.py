"""The empty handlers of `./pena bench pbg`, as pyzeebe's documentation shows them, in a process of their own.

    python -m penaemas.cli.bench.pbg_handlers GRPC_ADDRESS ANSWERS_FILE

The file holds, per element, the variables that its job is completed with. One line on standard output says "serving".
"""

import argparse
import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any, Final

from pyzeebe import Job, ZeebeWorker, create_insecure_channel

from workers.registry import JOBS

AT_ONCE: Final = 32  # what pyzeebe does unless told otherwise


async def serve(address: str, answers: dict[str, dict[str, Any]]) -> None:
    """Serves every job type that ours serve, until SIGTERM."""
    until = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, until.set)
    worker = ZeebeWorker(create_insecure_channel(grpc_address=address), stream_enabled=True)

    async def answer(job: Job) -> dict[str, Any]:
        return answers[job.element_id]

    for job_type in JOBS:
        register: Any = worker.task(task_type=job_type.job_type, max_running_jobs=AT_ONCE, timeout_ms=30_000)
        register(answer)
    working = asyncio.create_task(worker.work())
    print("serving", flush=True)
    await until.wait()
    working.cancel()


def main() -> None:
    """Reads the arguments and serves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("answers", type=Path)
    args = parser.parse_args()
    asyncio.run(serve(args.address, json.loads(args.answers.read_text(encoding="utf-8"))))
    # pyzeebe waits for its handlers for ever; there is nothing left to lose here.
    os._exit(0)


if __name__ == "__main__":
    main()
