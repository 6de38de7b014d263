"""An office on a cluster of its own is ready once that cluster has the exporter settings that `up` prints."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from penaemas.zeebe import distribution
from penaemas.zeebe.broker_settings import BrokerSettings, broker_environment, java_command
from penaemas.zeebe.history_feed import HistoryFeeds
from penaemas.zeebe.java_runtime import find_java, java_major
from tests.engine.conftest import free_ports
from tests.installation.offices_on_disk import PROJECT, OfficeOnDisk, free_row, pena
from tests.waiting import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

REQUEST = PROJECT / "examples" / "information_request_permit_statistics.json"


@contextmanager
def cluster(settings: BrokerSettings) -> Iterator[BrokerSettings]:
    """A broker that is not ours to start or stop: it runs as its own administrator runs it."""
    home, java = distribution.bring(settings.version), find_java()
    command = java_command(settings, home, java, java_major(java) or 0)
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=broker_environment(settings), cwd=settings.data_directory, stdout=quiet
    ) as broker:
        try:
            wait_until(lambda: _is_ready(settings), "the cluster is ready", seconds=90)
            yield settings
        finally:
            broker.terminate()


def test_it_is_ready_once_its_own_engine_sends_records_as_printed(tmp_path: Path) -> None:
    ports, row = free_ports(), free_row()
    office = ("--data", str(tmp_path / "office"), "--port", str(row))
    engine = ("--engine", f"127.0.0.1:{ports.grpc}", "--engine-rest", f"http://127.0.0.1:{ports.rest}")

    with cluster(BrokerSettings(tmp_path / "cluster", ports, feeds=None)):
        refusal = pena("up", *office, *engine, "--first-record-within", "2")
    assert refusal.returncode == 1
    printed = dict(re.findall(r"^(ZEEBE_BROKER_EXPORTERS_\w+)=(.*)$", refusal.stderr, flags=re.MULTILINE))
    feeds = HistoryFeeds(
        printed["ZEEBE_BROKER_EXPORTERS_HISTORY_ARGS_URL"],
        printed["ZEEBE_BROKER_EXPORTERS_HISTORY_ARGS_AUTHENTICATION_PASSWORD"],
    )

    with (
        cluster(BrokerSettings(tmp_path / "cluster", ports, feeds)),
        OfficeOnDisk(tmp_path / "office", row, *engine) as running,
    ):
        received = running.command("case", "submit", "public_information_request", str(REQUEST))
        (case_id,) = re.findall(r"received: (\S+)", received)
        wait_until(
            lambda: "recorded in the history" in running.command("case", "show", case_id),
            "the cluster's records tell that the case began",
            seconds=30,
        )


def _is_ready(settings: BrokerSettings) -> bool:
    try:
        url = f"http://127.0.0.1:{settings.ports.management}/actuator/health/readiness"
        return httpx.get(url, trust_env=False).is_success
    except httpx.HTTPError:
        return False
