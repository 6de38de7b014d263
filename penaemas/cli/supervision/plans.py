"""Which processes an office consists of beside the engine, and what each may know."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from penaemas.cli.supervision.child import ChildPlan
from penaemas.cli.supervision.data_folder import DataFolder
from penaemas.cli.supervision.ports import LOOPBACK, Ports
from penaemas.settings import InstallationSettings

PROJECT = Path(__file__).parents[3]
EVERY_INTERFACE = "0.0.0.0"  # noqa: S104 (for the intake of an office with a cluster elsewhere, password protected)
# What one process alone needs to know stays out of the others' environment.
OF_WORKERS = ("PENA_ZEEBE_OAUTH_CLIENT_SECRET", "PENA_CONNECTORS", "PENA_PAYMENTS_TOKEN")
SECRETS = (
    "PENA_INTAKE_PASSWORD",
    "PENA_HISTORY_API_TOKEN",
    "PENA_OFFICE_MASTER_KEY",
    "PENA_SMTP_PASSWORD",
    *OF_WORKERS,
)
API_TOKEN_FILE = "history_api_token"  # noqa: S105 (the name of a file)


@dataclass(frozen=True)
class Plans:
    """The three processes that run our own code."""

    history: ChildPlan
    workers: ChildPlan
    portal: ChildPlan


def plan_processes(
    settings: InstallationSettings, folder: DataFolder, intake_password: str, frontend: Path | None = None
) -> Plans:
    """Compose the commands and environments of one office's processes. Args: frontend: the portal's built scripts."""
    ports = Ports(settings.port)
    common = _common(settings, ports)
    master_key = _given("PENA_OFFICE_MASTER_KEY")
    history = {"PENA_INTAKE_PASSWORD": intake_password, "PENA_HISTORY_API_TOKEN": folder.secret(API_TOKEN_FILE)}
    of_workers = {name: value for secret in OF_WORKERS for name, value in _given(secret).items()}
    scripts = {} if frontend is None else {"PENA_FRONTEND_FOLDER": str(frontend)}
    if settings.intake_url is not None:
        history["PENA_HOST"] = EVERY_INTERFACE
    return Plans(
        history=_plan("history", "penaemas.history", common | history | _given("PENA_SMTP_PASSWORD"), folder),
        workers=_plan("workers", "workers", common | master_key | of_workers, folder),
        portal=_plan("portal", "penaemas.portal", common | master_key | scripts, folder),
    )


def command_environment(settings: InstallationSettings) -> dict[str, str]:
    """For a command that works on the running office, such as deploying."""
    return _common(settings, Ports(settings.port)) | _given("PENA_ZEEBE_OAUTH_CLIENT_SECRET")


def _common(settings: InstallationSettings, ports: Ports) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in SECRETS}
    addresses = {
        "PENA_ZEEBE_GRPC_ADDRESS": settings.zeebe_grpc_address,
        "PENA_ZEEBE_REST_ADDRESS": settings.zeebe_rest_address,
        "PENA_ZEEBE_TLS": str(settings.zeebe_tls).lower(),
    }
    if settings.zeebe_management_address is not None:
        addresses["PENA_ZEEBE_MANAGEMENT_ADDRESS"] = settings.zeebe_management_address
    if settings.zeebe_ca_file is not None:
        addresses["PENA_ZEEBE_CA_FILE"] = str(settings.zeebe_ca_file)
    return {
        **inherited,
        **addresses,
        "PENA_DATA_FOLDER": str(settings.data_folder),
        "PENA_DEMO": str(settings.demo).lower(),
        "PENA_PORT": str(settings.port),
        "PENA_PORTAL_PORT": str(ports.portal),
        "PENA_HISTORY_PORT": str(ports.history),
        "PENA_WORKERS_PORT": str(ports.workers),
        "PENA_HISTORY_ADDRESS": f"http://{LOOPBACK}:{ports.history}",
        "PENA_WORKERS_ADDRESS": f"http://{LOOPBACK}:{ports.workers}",
        "PYTHONPATH": str(PROJECT),
        "PYTHONUNBUFFERED": "1",
        # Many threads that allocate a little: two arenas keep glibc from holding on to freed memory.
        "MALLOC_ARENA_MAX": "2",
    }


def _given(name: str) -> dict[str, str]:
    return {name: os.environ[name]} if name in os.environ else {}


def _plan(name: str, module: str, environment: Mapping[str, str], folder: DataFolder) -> ChildPlan:
    return ChildPlan(
        name=name,
        command=(sys.executable, "-P", "-m", module),
        environment=environment,
        output=folder.logs / f"{name}.jsonl",
        stop_limit=timedelta(seconds=25),
    )
