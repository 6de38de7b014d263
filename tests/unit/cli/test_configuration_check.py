"""Compose files and Prometheus configurations that would fail, or expose an office, are found before they run."""

from pathlib import Path

import pytest

from penaemas.cli.configuration_check import compose_faults, prometheus_faults

GOOD = """
services:
  database:
    image: postgres:15.10
    volumes: ["office:/var/lib/postgresql/data"]
  portal:
    build: ../..
    ports: ["127.0.0.1:8600:8600"]
    depends_on: [database]
volumes:
  office: {}
"""

SILENT = """
      - {alertname: Down, eval_time: 0m, exp_alerts: []}
"""
FIRING = """
      - {alertname: Down, eval_time: 2m, exp_alerts: [{exp_labels: {job: portal}}]}
"""
ALERT_TEST = f"""
rule_files: [alerts.yml]
tests:
  - interval: 1m
    input_series: [{{series: 'up{{job="portal"}}', values: '1 0 0'}}]
    alert_rule_test:{SILENT}{FIRING}"""


@pytest.fixture
def compose(tmp_path: Path) -> Path:
    file = tmp_path / "compose.yaml"
    file.write_text(GOOD)
    return file


def test_a_sound_compose_file_has_no_faults(compose: Path) -> None:
    assert compose_faults(compose) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("postgres:15.10", "postgres", "database: its image has no version"),
        ("postgres:15.10", "postgres:latest", "database: its image has no version"),
        ("127.0.0.1:8600:8600", "8600:8600", "portal: port 8600:8600 is open to every network"),
        ("[database]", "[databse]", "portal: it waits for databse, which does not exist"),
        ("office: {}", "history: {}", "database: the volume office is not declared"),
        ("depends_on", "depend_on", "portal: `depend_on` is no key of a service"),
        ("services", "service", "it has no services"),
        ("services:", "services: [", "it is not YAML"),
    ],
)
def test_a_fault_of_a_compose_file_is_named_with_its_service(compose: Path, old: str, new: str, fault: str) -> None:
    compose.write_text(GOOD.replace(old, new))

    assert fault in "\n".join(compose_faults(compose))


def test_an_image_pinned_by_digest_counts_as_a_version(compose: Path) -> None:
    compose.write_text(GOOD.replace("postgres:15.10", f"registry.local:5000/postgres@sha256:{'a' * 64}"))

    assert compose_faults(compose) == []


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assert compose_faults(tmp_path / "compose.yaml") == [f"{tmp_path / 'compose.yaml'}: it is missing"]
    assert prometheus_faults(tmp_path) == [f"{tmp_path / 'prometheus.yml'}: it is missing"]


def test_a_wrong_alert_expression_is_found_by_promtool(tmp_path: Path) -> None:
    (tmp_path / "prometheus.yml").write_text("rule_files: [alerts.yml]\n")
    rules = tmp_path / "alerts.yml"
    rules.write_text("groups: [{name: pena, rules: [{alert: PenaHistoryBehind, expr: 'up == '}]}]\n")

    assert "could not parse expression" in "\n".join(prometheus_faults(tmp_path))


@pytest.fixture
def prometheus(tmp_path: Path) -> Path:
    """A folder with one alert and its test."""
    (tmp_path / "prometheus.yml").write_text("rule_files: [alerts.yml]\n")
    (tmp_path / "alerts.yml").write_text("groups: [{name: pena, rules: [{alert: Down, expr: 'up == 0'}]}]\n")
    (tmp_path / "alerts_test.yml").write_text(ALERT_TEST)
    return tmp_path


def test_an_alert_that_is_shown_firing_and_silent_has_no_fault(prometheus: Path) -> None:
    assert prometheus_faults(prometheus) == []


def test_an_alert_that_does_not_fire_when_it_should_is_a_fault(prometheus: Path) -> None:
    (prometheus / "alerts.yml").write_text("groups: [{name: pena, rules: [{alert: Down, expr: 'up == 2'}]}]\n")

    assert "alertname: Down" in "\n".join(prometheus_faults(prometheus))


@pytest.mark.parametrize(("lost", "missing"), [(FIRING, "firing"), (SILENT, "silent")])
def test_an_alert_that_was_never_tried_is_a_fault(prometheus: Path, lost: str, missing: str) -> None:
    (prometheus / "alerts_test.yml").write_text(ALERT_TEST.replace(lost, ""))

    assert prometheus_faults(prometheus) == [f"{prometheus}: no test shows the alert Down {missing}"]


def test_alerts_without_any_test_are_a_fault(prometheus: Path) -> None:
    (prometheus / "alerts_test.yml").unlink()

    assert len(prometheus_faults(prometheus)) == 2


def test_without_promtool_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prometheus.yml").write_text("{}\n")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert prometheus_faults(tmp_path) == [
        "promtool is missing; install the package `prometheus` (Debian, Ubuntu, Homebrew)"
    ]
