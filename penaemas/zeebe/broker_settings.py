"""How the embedded broker is run: its ports, its complete environment and its Java command, as pure functions."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from penaemas.zeebe.connection import EngineAddress
from penaemas.zeebe.history_feed import HistoryFeeds, feed_environment
from penaemas.zeebe.releases import DEFAULT_VERSION, RELEASES

LOCALHOST = "127.0.0.1"
LOG_CONFIGURATION = Path(__file__).with_name("broker_log4j2.xml")
# All that Java gets of our surroundings: JAVA_TOOL_OPTIONS, ZEEBE_* or SPRING_* would change the engine.
PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL")


@dataclass(frozen=True)
class BrokerPorts:
    """The five ports of one broker, all on localhost."""

    grpc: int
    rest: int
    management: int
    command_api: int
    internal_api: int

    @classmethod
    def from_base(cls, base: int) -> "BrokerPorts":
        """The office's layout: base + 3 … base + 7 (docs/architecture.md)."""
        return cls(base + 3, base + 4, base + 5, base + 6, base + 7)

    def all(self) -> tuple[int, ...]:
        return (self.grpc, self.rest, self.management, self.command_api, self.internal_api)


@dataclass(frozen=True)
class BrokerSettings:
    """One embedded broker.

    Attributes:
        data_directory: the broker's own folder, made if missing.
        feeds: None switches the history off; only tests and benchmarks of the bare engine do that.
        heap_mib: Java heap. Below 256 the broker spends its time collecting garbage under load.
        controlled_clock: the engine's time can be moved. Never on in production.
        time_zone: what FEEL's today() and now() mean by "here"; one zone for the engine, so state offsets in models.
        minimum_free_bytes: with less on the disk the broker pauses, to be able to go on later.
    """

    data_directory: Path
    ports: BrokerPorts
    feeds: HistoryFeeds | None
    version: str = DEFAULT_VERSION
    heap_mib: int = 256
    state_memory_mib: int = 96
    controlled_clock: bool = False
    time_zone: str = "UTC"
    log_level: str = "info"
    minimum_free_bytes: int = 1024 * 1024 * 1024

    def address(self) -> EngineAddress:
        """How to reach this broker."""
        return EngineAddress(
            grpc=f"{LOCALHOST}:{self.ports.grpc}",
            rest_url=f"http://{LOCALHOST}:{self.ports.rest}",
            management_url=f"http://{LOCALHOST}:{self.ports.management}",
        )


def broker_environment(settings: BrokerSettings, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Everything the broker reads, and nothing else of what happens to be set on this machine."""
    ports = settings.ports
    environment = {
        **{name: environ[name] for name in PASSED_ON if name in environ},
        "TZ": settings.time_zone,
        "SPRING_MAIN_BANNERMODE": "off",
        "LOGGING_CONFIG": str(LOG_CONFIGURATION),
        "ZEEBE_LOG_LEVEL": settings.log_level,
        "ATOMIX_LOG_LEVEL": "warn",
        # RocksDB allocates from many threads; two arenas keep glibc from holding on to freed memory.
        "MALLOC_ARENA_MAX": "2",
        "SERVER_ADDRESS": LOCALHOST,
        "SERVER_PORT": str(ports.rest),
        "MANAGEMENT_SERVER_ADDRESS": LOCALHOST,
        "MANAGEMENT_SERVER_PORT": str(ports.management),
        "MANAGEMENT_ENDPOINT_PROMETHEUS_ENABLED": "true",
        "MANAGEMENT_ENDPOINT_CONFIGPROPS_ENABLED": "false",
        "ZEEBE_CLOCK_CONTROLLED": str(settings.controlled_clock).lower(),
        "ZEEBE_BROKER_CLUSTER_NODEID": "0",
        "ZEEBE_BROKER_CLUSTER_CLUSTERSIZE": "1",
        "ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT": "1",
        "ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR": "1",
        "ZEEBE_BROKER_CLUSTER_CLUSTERNAME": "pena",
        "ZEEBE_BROKER_NETWORK_HOST": LOCALHOST,
        "ZEEBE_BROKER_NETWORK_ADVERTISEDHOST": LOCALHOST,
        "ZEEBE_BROKER_NETWORK_COMMANDAPI_HOST": LOCALHOST,
        "ZEEBE_BROKER_NETWORK_COMMANDAPI_PORT": str(ports.command_api),
        "ZEEBE_BROKER_NETWORK_INTERNALAPI_HOST": LOCALHOST,
        "ZEEBE_BROKER_NETWORK_INTERNALAPI_PORT": str(ports.internal_api),
        "ZEEBE_BROKER_GATEWAY_ENABLE": "true",
        "ZEEBE_BROKER_GATEWAY_NETWORK_HOST": LOCALHOST,
        "ZEEBE_BROKER_GATEWAY_NETWORK_PORT": str(ports.grpc),
        "ZEEBE_BROKER_GATEWAY_SECURITY_ENABLED": "false",
        "ZEEBE_BROKER_GATEWAY_SECURITY_AUTHENTICATION_MODE": "none",
        "ZEEBE_BROKER_THREADS_CPUTHREADCOUNT": "2",
        "ZEEBE_BROKER_THREADS_IOTHREADCOUNT": "2",
        "ZEEBE_BROKER_DATA_DIRECTORY": str(settings.data_directory),
        "ZEEBE_BROKER_DATA_LOGSEGMENTSIZE": "32MB",
        "ZEEBE_BROKER_DATA_SNAPSHOTPERIOD": "5m",
        "ZEEBE_BROKER_DATA_DISK_ENABLEMONITORING": "true",
        "ZEEBE_BROKER_DATA_DISK_FREESPACE_PROCESSING": f"{settings.minimum_free_bytes}B",
        "ZEEBE_BROKER_DATA_DISK_FREESPACE_REPLICATION": f"{settings.minimum_free_bytes // 2}B",
        "ZEEBE_BROKER_EXPERIMENTAL_ROCKSDB_MEMORYLIMIT": f"{settings.state_memory_mib}MB",
    }
    if settings.feeds is not None:
        environment |= feed_environment(settings.feeds, settings.version)
    return environment


def java_command(settings: BrokerSettings, home: Path, java: Path, java_major: int) -> list[str]:
    """Starts the distribution's own main class, as its start script does, but without its configuration files.

    Java keeps the classes it has once loaded in an archive beside the distribution and starts in half the time from
    then on; it renews a stale archive by itself, and a cache that cannot be written only costs that time.
    """
    archive = home.with_name(f"{home.name}-java{java_major}.jsa")
    return [
        str(java),
        f"-Xmx{settings.heap_mib}m",
        # One collector thread and little bookkeeping: the broker's heap is small and most of its memory is not heap.
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:+AutoCreateSharedArchive",
        f"-XX:SharedArchiveFile={archive}",
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        "-Dfile.encoding=UTF-8",
        f"-Dlog4j2.configurationFile={LOG_CONFIGURATION}",
        "-classpath",
        f"{home / 'lib'}/*",
        "-Dapp.name=pena-broker",
        f"-Dapp.home={settings.data_directory}",
        f"-Dbasedir={settings.data_directory}",
        RELEASES[settings.version].main_class,
    ]
