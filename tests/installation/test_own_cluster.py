"""An office on a cluster of its own: over TLS, with a token for every call, ready once records come as `up` asks."""

import re
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from penaemas.zeebe.broker_settings import BrokerSettings, broker_environment, java_command
from penaemas.zeebe.history_feed import HistoryFeeds
from penaemas.zeebe.java_runtime import find_java, java_major
from tests.engine.conftest import free_ports
from tests.engines import unpacked_engine
from tests.installation.certificates import Certificates
from tests.installation.identity_provider import (
    AUDIENCE,
    CLIENT_ID,
    CLIENT_SECRET,
    IdentityProvider,
    identity_provider,
)
from tests.installation.offices_on_disk import PROJECT, OfficeOnDisk, free_row, pena
from tests.waiting import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

REQUEST = PROJECT / "examples" / "information_request_permit_statistics.json"
ANSWER = PROJECT / "examples" / "information_request_answer_given.json"
# Short enough to run out while the office works.
TOKEN_LIVES_S = 8


def secured(certificates: Certificates, provider: IdentityProvider) -> dict[str, str]:
    """What an administrator sets so that the gateway speaks TLS and asks for tokens, by gRPC and by REST."""
    authentication = "ZEEBE_BROKER_GATEWAY_SECURITY_AUTHENTICATION"
    return {
        "ZEEBE_BROKER_GATEWAY_SECURITY_ENABLED": "true",
        "ZEEBE_BROKER_GATEWAY_SECURITY_CERTIFICATECHAINPATH": str(certificates.server),
        "ZEEBE_BROKER_GATEWAY_SECURITY_PRIVATEKEYPATH": str(certificates.server_key),
        "SERVER_SSL_ENABLED": "true",
        "SERVER_SSL_CERTIFICATE": str(certificates.server),
        "SERVER_SSL_CERTIFICATEPRIVATEKEY": str(certificates.server_key),
        "MANAGEMENT_SERVER_SSL_ENABLED": "false",
        f"{authentication}_MODE": "identity",
        f"{authentication}_IDENTITY_TYPE": "KEYCLOAK",
        f"{authentication}_IDENTITY_ISSUERBACKENDURL": provider.issuer,
        f"{authentication}_IDENTITY_AUDIENCE": AUDIENCE,
        "CAMUNDA_IDENTITY_TYPE": "KEYCLOAK",
        "CAMUNDA_IDENTITY_ISSUER": provider.issuer,
        "CAMUNDA_IDENTITY_ISSUERBACKENDURL": provider.issuer,
        "CAMUNDA_IDENTITY_AUDIENCE": AUDIENCE,
        "SPRING_PROFILES_ACTIVE": "broker,identity-auth",
    }


@contextmanager
def cluster(settings: BrokerSettings, environment: dict[str, str]) -> Iterator[None]:
    """A broker that is not ours to start or stop: it runs as its own administrator runs it."""
    home, java = unpacked_engine(settings.version), find_java()
    command = java_command(settings, home, java, java_major(java) or 0)
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    with (
        (settings.data_directory.parent / "cluster.log").open("ab") as log,
        subprocess.Popen(
            command,
            env=broker_environment(settings) | environment,
            cwd=settings.data_directory,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as broker,
    ):
        try:
            wait_until(lambda: broker.poll() is not None or _is_ready(settings), "the cluster is ready", seconds=120)
            assert broker.poll() is None, (settings.data_directory.parent / "cluster.log").read_text()[-2_000:]
            yield
        finally:
            broker.terminate()


def test_it_is_ready_once_its_secured_engine_sends_records_as_printed_and_outlives_its_tokens(tmp_path: Path) -> None:
    ports, row = free_ports(), free_row()
    certificates = Certificates.issue(tmp_path / "certificates")
    office = ("--data", str(tmp_path / "office"), "--port", str(row))
    engine = (
        *("--engine", f"127.0.0.1:{ports.grpc}", "--engine-rest", f"https://127.0.0.1:{ports.rest}"),
        *("--engine-tls", "--engine-ca", str(certificates.authority)),
    )

    with identity_provider(certificates, lifetime_s=TOKEN_LIVES_S) as provider:
        security = secured(certificates, provider)
        client = {
            "PENA_ZEEBE_OAUTH_TOKEN_URL": provider.token_url,
            "PENA_ZEEBE_OAUTH_CLIENT_ID": CLIENT_ID,
            "PENA_ZEEBE_OAUTH_CLIENT_SECRET": CLIENT_SECRET,
            "PENA_ZEEBE_OAUTH_AUDIENCE": AUDIENCE,
        }
        guessed = client | {"PENA_ZEEBE_OAUTH_CLIENT_SECRET": "guessed"}
        with (
            cluster(BrokerSettings(tmp_path / "cluster", ports, feeds=None), security),
            ThreadPoolExecutor() as at_once,
        ):
            elsewhere = [("--data", str(tmp_path / name), "--port", str(free_row())) for name in ("first", "second")]
            tried = (
                at_once.submit(pena, "up", *elsewhere[0], *engine),
                at_once.submit(pena, "up", *elsewhere[1], *engine, environment=guessed),
                at_once.submit(pena, "up", *office, *engine, "--first-record-within", "2", environment=client),
            )
            stranger, impostor, silent = (attempt.result() for attempt in tried)
        assert "cannot be used: " in stranger.stderr
        assert "the identity provider answered 401" in impostor.stderr
        assert "sent no record within 2 s" in silent.stderr
        assert (stranger.returncode, impostor.returncode, silent.returncode) == (1, 1, 1)

        with (
            cluster(BrokerSettings(tmp_path / "cluster", ports, feeds_of(silent.stderr)), security),
            OfficeOnDisk(tmp_path / "office", row, *engine, environment=client) as running,
        ):
            answer(running, handed_in(running))
            issued, ends_at = provider.issued, provider.newest_ends_at
            wait_until(lambda: time.time() > ends_at, "every token that is in use has run out")
            answer(running, handed_in(running))
            assert provider.issued > issued


def feeds_of(said: str) -> HistoryFeeds:
    """What `up` has printed for the administrator of the cluster."""
    printed = dict(re.findall(r"^(ZEEBE_BROKER_EXPORTERS_\w+)=(.*)$", said, flags=re.MULTILINE))
    return HistoryFeeds(
        printed["ZEEBE_BROKER_EXPORTERS_HISTORY_ARGS_URL"],
        printed["ZEEBE_BROKER_EXPORTERS_HISTORY_ARGS_AUTHENTICATION_PASSWORD"],
    )


def handed_in(office: OfficeOnDisk) -> str:
    """A citizen's request; the key of the task that it leads to, by gRPC, a worker and the history."""
    received = office.command("case", "submit", "public_information_request", str(REQUEST))
    (case_id,) = re.findall(r"received: (\S+)", received)
    lines: list[str] = []

    def has_a_task() -> bool:
        lines[:] = [line for line in office.command("task", "list").splitlines() if case_id in line]
        return bool(lines)

    wait_until(has_a_task, "the case has led to a task")
    return lines[0].split()[0]


def answer(office: OfficeOnDisk, task: str) -> None:
    """An officer takes and completes it, by REST."""
    office.command("task", "claim", task, "--as", "petugas.uji")
    office.command("task", "complete", task, "--as", "petugas.uji", "--form", str(ANSWER))
    wait_until(lambda: task not in office.command("task", "list"), "the task has left the list")


def _is_ready(settings: BrokerSettings) -> bool:
    try:
        url = f"http://127.0.0.1:{settings.ports.management}/actuator/health/readiness"
        return httpx.get(url, trust_env=False).is_success
    except httpx.HTTPError:
        return False
