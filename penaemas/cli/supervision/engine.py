"""Preparing the engine of an office: the embedded one, or a cluster of the office's own."""

import asyncio
from pathlib import Path

from penaemas.cli.problem import Problem
from penaemas.cli.supervision.data_folder import MEGABYTE, DataFolder
from penaemas.cli.supervision.ports import Ports
from penaemas.cli.supervision.progress import Progress
from penaemas.settings import LOOPBACK, InstallationSettings
from penaemas.zeebe import distribution
from penaemas.zeebe.broker_settings import BrokerPorts, BrokerSettings
from penaemas.zeebe.history_feed import HistoryFeeds, feed_environment
from penaemas.zeebe.java_runtime import JavaUnavailable, find_java
from penaemas.zeebe.releases import DEFAULT_VERSION

TIME_ZONE = "Asia/Jakarta"
CLUSTER_ANSWERS_WITHIN_S = 15.0


def bring_engine(
    settings: InstallationSettings, progress: Progress, version: str = DEFAULT_VERSION
) -> tuple[Path, Path]:
    """The unpacked engine and a Java that runs it; the engine is fetched if this user never had it.

    Raises:
        Problem: no network, a damaged download, no space, no Java.
    """
    with progress.step(f"mesin proses · engine {version}") as step:

        def show(doing: str, done_bytes: int, total_bytes: int | None) -> None:
            total = f" of {total_bytes // MEGABYTE}" if total_bytes else ""
            step.detail = f"{doing}, {done_bytes // MEGABYTE}{total} MB" if done_bytes else doing

        try:
            home = distribution.bring(version, progress=show, cache=settings.cache_folder)
            java = find_java()
        except (distribution.DistributionUnavailable, JavaUnavailable) as reason:
            raise Problem(str(reason), "Nothing has been started.") from reason
        step.detail = ""
    return home, java


def broker_settings(settings: InstallationSettings, folder: DataFolder, intake_password: str) -> BrokerSettings:
    """How the embedded broker of this office runs."""
    ports = Ports(settings.port)
    return BrokerSettings(
        data_directory=folder.engine_data,
        ports=BrokerPorts.from_base(settings.port),
        feeds=HistoryFeeds(f"http://{LOOPBACK}:{ports.history}", intake_password),
        heap_mib=settings.engine_memory_megabytes,
        controlled_clock=settings.demo,
        time_zone=TIME_ZONE,
    )


def exporter_settings(settings: InstallationSettings, intake_password: str, version: str) -> str:
    """What the cluster's administrator has to set, one environment variable a line, in the order of their names."""
    url = settings.intake_url or f"http://{LOOPBACK}:{Ports(settings.port).history}"
    environment = feed_environment(HistoryFeeds(url, intake_password), version)
    return "\n".join(f"{name}={value}" for name, value in environment.items())


async def cluster_version(settings: InstallationSettings) -> str:
    """The version of the office's own cluster; proves that it answers.

    Raises:
        Problem: it does not answer, or refuses us.
    """
    # Imported here: gRPC takes a third of a second that an office with the embedded engine need not wait for.
    from penaemas.cli.engine_address import engine_address
    from penaemas.zeebe.commands import Commands
    from penaemas.zeebe.connection import open_channel
    from penaemas.zeebe.errors import EngineError

    try:
        async with open_channel(engine_address(settings)) as channel, asyncio.timeout(CLUSTER_ANSWERS_WITHIN_S):
            return (await Commands(channel).topology()).gateway_version
    except (EngineError, TimeoutError, OSError, ValueError) as error:
        reason = str(error) or f"no answer within {CLUSTER_ANSWERS_WITHIN_S:.0f} s"
        raise Problem(
            f"the engine at {settings.zeebe_grpc_address} cannot be used: {reason}.",
            "Check --engine, the TLS and OAuth settings (docs/settings.md), and that the cluster's gateway is running.",
        ) from error
