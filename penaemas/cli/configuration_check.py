"""Validates what an office's operators run beside the program: the compose file and Prometheus's configuration."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

# A version and not only a name: `image: postgres` or `:latest` is another program next year.
PINNED_IMAGE: Final = re.compile(r"[^:@\s]+(:\d+)?(/[^:@\s]+)*(:(?!latest$)[\w.-]*\d[\w.-]*)?(@sha256:[0-9a-f]{64})?")
LOOPBACK_PORT: Final = re.compile(r"(127\.0\.0\.1|\[::1\]):(\$\{[^}]+\}|\d+):\d+(/(tcp|udp))?")
SERVICE_KEYS: Final = frozenset(
    (
        "build",
        "command",
        "depends_on",
        "entrypoint",
        "environment",
        "env_file",
        "expose",
        "healthcheck",
        "image",
        "init",
    )
    + ("mem_limit", "networks", "ports", "profiles", "read_only", "restart", "secrets", "stop_grace_period", "tmpfs")
    + ("user", "volumes", "working_dir")
)


def compose_faults(file: Path) -> list[str]:
    """What is wrong with a compose file: unknown keys, unpinned images, ports open to the world, dangling names."""
    if not file.exists():
        return [f"{file}: it is missing"]
    try:
        compose = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        return [f"{file}: it is not YAML ({error})"]
    services = compose.get("services") if isinstance(compose, dict) else None
    if not isinstance(services, dict) or not services:
        return [f"{file}: it has no services"]
    return [
        f"{file}: {fault}" for name, service in services.items() for fault in _service_faults(name, service, compose)
    ]


def _service_faults(name: str, service: dict[str, Any], compose: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name}: `{key}` is no key of a service" for key in sorted(service.keys() - SERVICE_KEYS))
    if "build" not in service and not _is_pinned(str(service.get("image", ""))):
        yield f"{name}: its image has no version"
    for port in service.get("ports", ()):
        if not LOOPBACK_PORT.fullmatch(str(port)):
            yield f"{name}: port {port} is open to every network; write 127.0.0.1:{port}"
    for other in service.get("depends_on", ()):
        if other not in compose["services"]:
            yield f"{name}: it waits for {other}, which does not exist"
    for volume in service.get("volumes", ()):
        source = str(volume).partition(":")[0]
        if not source.startswith((".", "/", "$")) and source not in (compose.get("volumes") or {}):
            yield f"{name}: the volume {source} is not declared"
    for secret in service.get("secrets", ()):
        if secret not in (compose.get("secrets") or {}):
            yield f"{name}: the secret {secret} is not declared"


def _is_pinned(image: str) -> bool:
    found = PINNED_IMAGE.fullmatch(image)
    return found is not None and bool(found[3] or found[4])


def prometheus_faults(folder: Path) -> list[str]:
    """What `promtool` says of the configuration, its rules, and what the rules' tests show.

    Every alert must be shown firing and silent: one that never fires looks like an office that is well.
    """
    configuration = folder / "prometheus.yml"
    if not configuration.exists():
        return [f"{configuration}: it is missing"]
    promtool = shutil.which("promtool")
    if promtool is None:
        return ["promtool is missing; install the package `prometheus` (Debian, Ubuntu, Homebrew)"]
    tests = sorted(folder.glob("*_test.yml"))
    commands = [[promtool, "check", "config", str(configuration)]]
    commands += [[promtool, "test", "rules", *map(str, tests)]] if tests else []
    answers = [subprocess.run(command, capture_output=True, text=True) for command in commands]
    faults = [(answer.stdout + answer.stderr).strip() for answer in answers if answer.returncode != 0]
    return faults or _untried_alerts(configuration, tests)


def _untried_alerts(configuration: Path, tests: list[Path]) -> list[str]:
    rule_files = yaml.safe_load(configuration.read_text(encoding="utf-8")).get("rule_files") or ()
    alerts = [
        rule["alert"]
        for name in rule_files
        for group in yaml.safe_load((configuration.parent / name).read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    shown = {
        (case["alertname"], bool(case["exp_alerts"]))
        for file in tests
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]
        for case in test["alert_rule_test"]
    }
    return [
        f"{configuration.parent}: no test shows the alert {alert} {'firing' if fires else 'silent'}"
        for alert in alerts
        for fires in (True, False)
        if (alert, fires) not in shown
    ]
