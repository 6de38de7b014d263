"""`./pena up`: brings one office to life on this machine and keeps it alive until Ctrl-C or SIGTERM."""

import argparse
import asyncio
import time
from pathlib import Path
from typing import Any

from penaemas.cli.offices import add_office_argument, office_settings, with_embedded_engine
from penaemas.cli.problem import Problem
from penaemas.cli.supervision.data_folder import DataFolder
from penaemas.cli.supervision.installation import EngineKind, Installation
from penaemas.cli.supervision.ports import LOOPBACK, Ports
from penaemas.cli.supervision.progress import Progress
from penaemas.settings import InstallationSettings
from penaemas.zeebe.releases import DEFAULT_VERSION

SUMMARY = ("Menyalakan sistem kantor", "Start the office's system")
AUDIENCE = ("operators", "developers")

REST_PORT_OF_A_CLUSTER = 8080
FIRST_RECORD_WITHIN_S = 300.0
# What the other commands learn about the running office; nothing secret.
TOLD = {
    "port",
    "demo",
    "zeebe_grpc_address",
    "zeebe_rest_address",
    "zeebe_management_address",
    "zeebe_tls",
    "zeebe_ca_file",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office, its ports, its engine."""
    add_office_argument(parser)
    parser.add_argument("--port", type=int, help="first of the office's eight ports (default: PENA_PORT, or 8600)")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="training: the engine's clock begins on a Monday at 08.00 and can be moved; in a data folder of its own",
    )
    cluster = parser.add_argument_group("a self-managed engine of one's own (OAuth: docs/settings.md)")
    cluster.add_argument("--engine", metavar="HOST:PORT", help="its gateway (gRPC); no engine is started here")
    cluster.add_argument(
        "--engine-rest", metavar="URL", help=f"its REST address (default: port {REST_PORT_OF_A_CLUSTER})"
    )
    cluster.add_argument("--engine-tls", action="store_true", help="speak TLS to it")
    cluster.add_argument("--engine-ca", type=Path, metavar="FILE", help="the authority of its certificate (PEM)")
    cluster.add_argument("--intake-url", metavar="URL", help="address under which it reaches this machine's history")
    cluster.add_argument(
        "--first-record-within",
        type=float,
        default=FIRST_RECORD_WITHIN_S,
        metavar="SECONDS",
        help="how long to wait for its records (default: %(default).0f)",
    )


def run(args: argparse.Namespace) -> int:
    """Check, prepare, then live until stopped. Nothing is written before every check that can be made has been."""
    begun = time.monotonic()
    settings = _settings(args)
    folder = DataFolder(settings.data_folder)
    # First: a second start must learn where the first one is, not that its ports are taken.
    folder.require_not_running()
    Ports(settings.port).require_free(with_engine=not args.engine)
    folder.require_room(settings.minimum_free_megabytes)
    kind: EngineKind = "cluster" if args.engine else "embedded"
    installation = Installation.read(folder.path)
    if installation is not None:
        installation.require(kind, DEFAULT_VERSION if kind == "embedded" else None, settings.demo)

    # Imported here: half a second that a refusal need not wait for.
    from penaemas.cli.supervision.session import Session

    told = settings.model_dump(mode="json", include=TOLD)
    with folder.held(f"http://{LOOPBACK}:{settings.port}", told):
        session = Session(settings, folder, cluster=bool(args.engine), progress=Progress())
        begin = Installation.begin(folder.path, kind, DEFAULT_VERSION, settings.demo)
        engine = session.prepare(installation or begin)
        asyncio.run(session.live(engine, begun=begun, first_record_within_s=args.first_record_within))
    return 0


def _settings(args: argparse.Namespace) -> InstallationSettings:
    chosen: dict[str, Any] = {"demo": True} if args.demo else {}
    if args.port is not None:
        chosen["port"] = args.port
    if not args.engine:
        settings = office_settings(args, **chosen)
        return with_embedded_engine(settings, settings.port)
    if args.demo:
        raise Problem(
            "a demonstration moves the engine's clock, and a cluster of its own may serve others.",
            "Leave out --demo or --engine.",
        )
    host = args.engine.rpartition(":")[0] or args.engine
    scheme = "https" if args.engine_tls else "http"
    chosen |= {
        "zeebe_grpc_address": args.engine if ":" in args.engine else f"{args.engine}:26500",
        "zeebe_rest_address": args.engine_rest or f"{scheme}://{host}:{REST_PORT_OF_A_CLUSTER}",
    }
    optional = {"zeebe_tls": args.engine_tls or None, "zeebe_ca_file": args.engine_ca, "intake_url": args.intake_url}
    chosen |= {name: value for name, value in optional.items() if value is not None}
    return office_settings(args, **chosen)
