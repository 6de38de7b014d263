"""Which office a command means: its data folder, and where the running one listens."""

import argparse
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from penaemas.cli.problem import Problem
from penaemas.cli.supervision.data_folder import DataFolder
from penaemas.cli.supervision.installation import FILE_NAME, Installation
from penaemas.cli.supervision.ports import Ports
from penaemas.licensing.clock import Clock
from penaemas.settings import LOOPBACK, InstallationSettings
from penaemas.zeebe.clock import SystemClock
from penaemas.zeebe.demo_clock import DemoPresent


def add_office_argument(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    """`--data DIR`, which names the office.

    Args:
        default: `argparse.SUPPRESS` in the parser of an action, so that a `--data` before the action is not forgotten.
    """
    parser.add_argument(
        "--data",
        type=Path,
        default=default,
        metavar="DIR",
        help="the office's data folder (default: PENA_DATA_FOLDER, or the user's own)",
    )


def office_settings(args: argparse.Namespace, **chosen: Any) -> InstallationSettings:
    """Settings of the office that the arguments name; what was chosen goes before the environment.

    Raises:
        Problem: a setting is wrong; names it, and never repeats its value.
    """
    if args.data is not None:
        chosen["data_folder"] = args.data
    try:
        settings = InstallationSettings(**chosen)
    except ValidationError as error:
        raise Problem(*_first_fault(error)) from None
    return settings.model_copy(update={"data_folder": settings.data_folder.expanduser().absolute()})


def running_office(args: argparse.Namespace) -> InstallationSettings:
    """Settings of an office that has been started before, with the addresses that it uses now if it is running.

    An office whose processes are started one by one, as in containers, has no mark of `./pena up`: there the settings
    name its engine.

    Raises:
        Problem: nothing was ever started with this data folder, and no engine is named.
    """
    settings = office_settings(args)
    if not (settings.data_folder / FILE_NAME).exists():
        if "zeebe_grpc_address" in settings.model_fields_set:
            return settings
        raise Problem(
            f"there is no office in {settings.data_folder} yet.",
            "Start it with ./pena up, or name the right folder with --data.",
        )
    told = DataFolder(settings.data_folder).running_settings()
    return office_settings(args, **told) if told is not None else with_embedded_engine(settings, settings.port)


def clock_of(settings: InstallationSettings) -> Clock:
    """The office's clock: the machine's, or in a training office the one that its button moves."""
    # A history read where no office was ever started, e.g. on PostgreSQL from an auditor's machine, has no mark.
    begun = (settings.data_folder / FILE_NAME).exists()
    installation = Installation.read(settings.data_folder) if begun else None
    return DemoPresent(settings.data_folder) if installation is not None and installation.demo else SystemClock()


def with_embedded_engine(settings: InstallationSettings, base: int) -> InstallationSettings:
    """The same office on this row of ports, with the engine that `./pena up` brings."""
    ports = Ports(base)
    return settings.model_copy(
        update={
            "port": base,
            "zeebe_grpc_address": f"{LOOPBACK}:{ports.engine_grpc}",
            "zeebe_rest_address": f"http://{LOOPBACK}:{ports.engine_rest}",
            "zeebe_management_address": f"http://{LOOPBACK}:{ports.engine_management}",
        }
    )


def _first_fault(error: ValidationError) -> tuple[str, str]:
    fault = error.errors(include_input=False, include_url=False)[0]
    name = "PENA_" + "_".join(str(part) for part in fault["loc"]).upper() if fault["loc"] else "settings"
    return (
        f"{name} is wrong: {fault['msg']}.",
        "Correct it in the environment or on the command line (docs/settings.md).",
    )
