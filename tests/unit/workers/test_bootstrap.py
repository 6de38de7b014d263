"""The worker process as it is wired: its data is valid, its probes answer, and it stops when it is told to."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from penaemas.casefiles.bootstrap import Office, wire
from penaemas.casefiles.person_vault import PersonVault
from penaemas.cli.throwaway_ports import free_row
from penaemas.history.queries import History
from penaemas.licensing.outside_systems import OutsideSystem
from penaemas.settings import WorkerSettings
from penaemas.storage.database import Database
from penaemas.zeebe.connection import EngineAddress, open_channel
from penaemas.zeebe.user_tasks import UserTasks
from tests.gateway_double import FakeGateway
from tests.offices import MASTER_KEY, OfficeClock
from tests.waiting import wait_until, wait_until_async
from workers.bootstrap import assemble, open_connectors, read_retry_policies
from workers.registry import JOBS


def test_every_job_type_is_the_path_of_its_module() -> None:
    assert [job.job_type for job in JOBS] == [job.handler.__module__.removeprefix("workers.") for job in JOBS]


def test_the_retry_policies_fit_the_job_types() -> None:
    assert read_retry_policies().default.attempts >= 1


def test_without_an_engine_the_process_lives_says_why_it_is_not_ready_and_stops_when_told(tmp_path: Path) -> None:
    port, engine_port = free_row(2)
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
        wait_until(lambda: answers("/livez", 200), "the process is alive")
        assert answers("/readyz", 503)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)
    assert code == 0


async def test_a_job_outlasts_a_database_that_is_away(tmp_path: Path) -> None:
    clock = OfficeClock()
    gateway = FakeGateway()
    await gateway.start()
    address = EngineAddress(f"127.0.0.1:{gateway.port}", "http://127.0.0.1:9")
    with Database.open(f"postgresql://pena@/office?host={tmp_path}") as nobody_there:
        async with open_channel(address) as channel, UserTasks(address, "8.5.8") as user_tasks:
            staff = assemble(
                channel=channel,
                user_tasks=user_tasks,
                office=wire(nobody_there, PersonVault(MASTER_KEY), clock, files=tmp_path / "files"),
                history=History(nobody_there, clock),
                clock=clock,
                policies=read_retry_policies(),
            )
            staff.start()
            try:
                variables = {"case_id": "CASE-1", "region_code": "32.11"}
                job = gateway.add_job("public_information.register_request", variables, retries=1)
                await wait_until_async(lambda: bool(job.answers), "the job is answered")
            finally:
                await staff.stop(timedelta(0))
                await gateway.stop()

    assert job.retries == 1
    assert job.answers[0].errorMessage == "StorageUnavailable: tried again until it is back"


async def test_the_addresses_of_the_settings_reach_the_connectors(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = {"url": "https://adapter.example", "token": "rahasia-uji"}
    monkeypatch.setenv("PENA_CONNECTORS", json.dumps({"32.11/oss": address}))
    settings = WorkerSettings(data_folder=tmp_path)

    connectors = open_connectors(settings, office)

    assert set(connectors.callers) == {("32.11", OutsideSystem.OSS)}
    assert "rahasia-uji" not in repr(settings)
    await connectors.close()
