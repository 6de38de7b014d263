"""The worker process as it is wired: its data is valid, its probes answer, and it stops when it is told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from penaemas.cli.bench.workers import free_ports
from tests.waiting import wait_until
from workers.bootstrap import read_retry_policies
from workers.registry import JOBS


def test_every_job_type_is_the_path_of_its_module() -> None:
    assert [job.job_type for job in JOBS] == [job.handler.__module__.removeprefix("workers.") for job in JOBS]


def test_the_retry_policies_fit_the_job_types() -> None:
    assert read_retry_policies().default.attempts >= 1


def test_without_an_engine_the_process_lives_says_why_it_is_not_ready_and_stops_when_told(tmp_path: Path) -> None:
    port, engine_port = free_ports(2)
    environment = {
        **os.environ,
        "PENA_DATA_FOLDER": str(tmp_path),
        "PENA_WORKERS_PORT": str(port),
        "PENA_ZEEBE_GRPC_ADDRESS": f"127.0.0.1:{engine_port}",
    }
    process = subprocess.Popen([sys.executable, "-m", "workers"], env=environment)

    def answers(path: str, status: int) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False).status_code == status
        except httpx.TransportError:
            return False

    try:
        wait_until(lambda: answers("/livez", 200), "the process is alive", seconds=30)
        assert answers("/readyz", 503)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
    assert code == 0
