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

    rules.write_text("groups: [{name: pena, rules: [{alert: PenaHistoryBehind, expr: 'up == 0'}]}]\n")

    assert prometheus_faults(tmp_path) == []


def test_without_promtool_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prometheus.yml").write_text("{}\n")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert prometheus_faults(tmp_path) == [
        "promtool is missing; install the package `prometheus` (Debian, Ubuntu, Homebrew)"
    ]
