"""What operators run beside the program agrees with the program."""

import argparse
import re
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_core import PydanticUndefined

from penaemas.cli.offices import running_office
from penaemas.cli.problem import Problem
from penaemas.settings import (
    HistorySettings,
    InstallationSettings,
    PortalSettings,
    ProcessSettings,
    WorkerSettings,
)
from penaemas.zeebe.history_feed import HistoryFeeds, feed_environment
from penaemas.zeebe.releases import DEFAULT_VERSION

PROJECT = Path(__file__).parents[3]
COMPOSE = yaml.safe_load((PROJECT / "config" / "compose" / "compose.yaml").read_text())
ALERTS = yaml.safe_load((PROJECT / "config" / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
SCRAPES = yaml.safe_load((PROJECT / "config" / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
SECRETS = PROJECT / "config" / "compose" / "example.env"
DOCKERFILE = (PROJECT / "config" / "compose" / "Dockerfile").read_text()
# service → the settings of the process that its command runs, and the field with the port it listens on
PROCESSES: dict[str, tuple[type[ProcessSettings], str | None]] = {
    "history": (HistorySettings, "history_port"),
    "workers": (WorkerSettings, "workers_port"),
    "portal": (PortalSettings, "portal_port"),
    "models": (InstallationSettings, None),
}
RUNBOOKS = PROJECT / "docs" / "runbooks"


def test_the_engine_in_containers_tells_the_history_exactly_what_our_own_engine_tells() -> None:
    environment = COMPOSE["services"]["engine"]["environment"]
    password = "${PENA_INTAKE_PASSWORD:?set it in .env}"

    exporters = {name: value for name, value in environment.items() if name.startswith("ZEEBE_BROKER_EXPORTERS_")}

    assert exporters == feed_environment(HistoryFeeds("http://history:8601", password), DEFAULT_VERSION)


def test_the_engine_in_containers_is_the_same_version() -> None:
    assert COMPOSE["services"]["engine"]["image"] == f"camunda/zeebe:{DEFAULT_VERSION}"


def environment_of(service: str) -> dict[str, str]:
    """What a container gets, with every secret filled in."""
    image = dict(re.findall(r"(PENA_\w+)=(\S+)", DOCKERFILE))
    given = COMPOSE["services"][service]["environment"]
    return image | {name: re.sub(r"\$\{\w+:\?[^}]*\}", "filled in", value) for name, value in given.items()}


def settings_of(service: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The settings as the process in the container reads them."""
    for name, value in environment_of(service).items():
        if name.startswith("PENA_"):
            monkeypatch.setenv(name, value)
    return PROCESSES[service][0]()


@pytest.mark.parametrize("service", PROCESSES)
def test_a_container_is_told_what_its_process_reads_and_nothing_else(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = PROCESSES[service][0]
    told = {name.removeprefix("PENA_").lower() for name in environment_of(service) if name.startswith("PENA_")}
    needed = {name for name, field in kind.model_fields.items() if field.default is PydanticUndefined} - {"data_folder"}

    assert told <= set(kind.model_fields)
    assert needed <= told
    assert settings_of(service, monkeypatch).data_folder == Path("/data")


@pytest.mark.parametrize("service", PROCESSES)
def test_a_container_runs_a_module_that_exists(service: str) -> None:
    python, option, module, *_ = COMPOSE["services"][service]["command"]

    assert (python, option) == ("python", "-m")
    assert find_spec(f"{module}.__main__") is not None
    assert f"COPY {module.partition('.')[0]} " in DOCKERFILE


@pytest.mark.parametrize("service", [name for name, (_, port) in PROCESSES.items() if port])
def test_a_container_is_asked_and_published_on_the_port_that_its_process_listens_on(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(service, monkeypatch)
    port = getattr(settings, PROCESSES[service][1] or "")
    scraped = {scrape["job_name"]: scrape["static_configs"][0]["targets"] for scrape in SCRAPES}

    assert ip_address(settings.host).is_unspecified, "other containers reach it"
    assert f"http://127.0.0.1:{port}/readyz" in COMPOSE["services"][service]["healthcheck"]["test"][-1]
    assert scraped[service] == [f"{service}:{port}"]
    assert all(published.endswith(f":{port}") for published in COMPOSE["services"][service].get("ports", ()))


def test_containers_find_each_other_under_the_names_that_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = {
        (host, int(port))
        for service in PROCESSES
        for value in environment_of(service).values()
        for host, port in re.findall(r"(?:^|//)([a-z]+):(\d+)", value)
    }

    assert addresses == {("engine", 26500), ("engine", 8080), ("engine", 9600), ("history", 8601), ("workers", 8602)}
    assert {host for host, _ in addresses} <= set(COMPOSE["services"])


def test_every_secret_that_the_containers_ask_for_is_in_the_example_and_the_reverse() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (PROJECT / "config" / "compose" / "compose.yaml").read_text()))

    assert asked == set(re.findall(r"^(\w+)=$", SECRETS.read_text(), flags=re.MULTILINE))


def test_in_containers_the_models_go_to_the_engine_that_the_settings_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anywhere = argparse.Namespace(data=tmp_path / "data")
    with pytest.raises(Problem, match="there is no office in"):
        running_office(anywhere)
    settings_of("models", monkeypatch)

    assert running_office(anywhere).zeebe_grpc_address == "engine:26500"


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_who_must_act_and_what_to_do(alert: dict[str, dict[str, str]]) -> None:
    assert alert["labels"]["severity"] in ("page", "ticket")
    assert (PROJECT / alert["annotations"]["runbook"]).exists()


def test_no_runbook_is_left_without_its_alert() -> None:
    assert {page.stem for page in RUNBOOKS.glob("*.md")} == {alert["alert"] for alert in ALERTS}


def test_the_readmes_first_screen_names_the_two_commands_and_the_engine() -> None:
    first_screen = "\n".join((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()[:40])

    for fact in ("./pena up", "./pena test", "WSL 2", "Python 3.11", f"Zeebe {DEFAULT_VERSION}", "14 October 2025"):
        assert fact in first_screen
