"""One run of `./pena up`, after the checks that need nothing: prepare, start, deploy, report, wait, stop."""

import asyncio
import hashlib
import json
import signal
import sys
import time
from pathlib import Path

import structlog

from penaemas.cli.frontend_build import ensure_frontend
from penaemas.cli.problem import Problem
from penaemas.cli.supervision.data_folder import DataFolder
from penaemas.cli.supervision.engine import bring_engine, broker_settings, cluster_version, exporter_settings
from penaemas.cli.supervision.installation import Installation, write_whole
from penaemas.cli.supervision.plans import PROJECT, command_environment, plan_processes
from penaemas.cli.supervision.ports import LOOPBACK, Ports
from penaemas.cli.supervision.probes import ask
from penaemas.cli.supervision.progress import Progress
from penaemas.cli.supervision.tree import OfficeTree
from penaemas.observability import logging
from penaemas.settings import InstallationSettings
from penaemas.zeebe.demo_clock import DemoClock
from penaemas.zeebe.embedded_broker import EmbeddedBroker
from penaemas.zeebe.model_lint.node_runtime import NodeUnavailable

log = structlog.get_logger(__name__)

INTAKE_PASSWORD_FILE = "intake_password"  # noqa: S105 (the name of a file)
DEPLOYED_FILE = "deployed.json"
MODEL_FOLDERS = ("bpmn", "forms")
ASK_FOR_RECORDS_EVERY_S = 0.5


class Session:
    """Brings an office to life and keeps it alive."""

    def __init__(
        self, settings: InstallationSettings, folder: DataFolder, *, cluster: bool, progress: Progress
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._cluster = cluster
        self._progress = progress
        self._ports = Ports(settings.port)
        self._stop = asyncio.Event()
        self._frontend: Path | None = None

    def prepare(self, installation: Installation) -> tuple[Path, Path] | None:
        """What may take long or fail, before anything is written that would have to be taken back.

        Raises:
            Problem: the engine is not here and cannot be brought.
        """
        engine = None if self._cluster else bring_engine(self._settings, self._progress)
        self._frontend = self._bring_frontend()
        self._folder.secret(INTAKE_PASSWORD_FILE)
        installation.write(self._folder.path)
        logging.configure("up", console=False, log_file=self._folder.logs / "up.jsonl", level=self._settings.log_level)
        return engine

    async def live(self, engine: tuple[Path, Path] | None, *, begun: float, first_record_within_s: float) -> None:
        """Run until SIGINT or SIGTERM.

        Args:
            engine: the unpacked engine and the Java that runs it; None for a cluster.
            begun: `time.monotonic()` when the person pressed return.

        Raises:
            Problem: something does not become ready; everything has been stopped again.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        if engine is None:
            await self._explain_exporters()
        tree = self._tree(engine)
        starting = asyncio.ensure_future(self._start(tree, begun, first_record_within_s))
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopped
        finally:
            starting.cancel()
            stopped.cancel()
            await asyncio.gather(starting, stopped, return_exceptions=True)
            await tree.stop()
        self._progress.say("Berhenti. · Stopped.")

    def _bring_frontend(self) -> Path | None:
        """The portal's scripts. Without them its pages work all the same, so nothing waits for them."""
        with self._progress.step("tampilan portal · the portal's scripts") as step:
            try:
                return ensure_frontend(self._settings.cache_folder, self._progress.say)
            except NodeUnavailable as reason:
                step.failed = True
                why = str(reason)
        self._progress.say(f"! The portal runs without scripts: {why}")
        return None

    def _tree(self, engine: tuple[Path, Path] | None) -> OfficeTree:
        password = self._folder.secret(INTAKE_PASSWORD_FILE)
        clock = None
        if self._settings.demo and self._settings.zeebe_management_address is not None:
            clock = DemoClock(self._folder.path, self._settings.zeebe_management_address)
            clock.begin()
        broker = None
        if engine is not None:
            home, java = engine
            broker = EmbeddedBroker(
                broker_settings(self._settings, self._folder, password),
                home=home,
                java=java,
                on_state=lambda event: tree.engine_changed(event),
            )
        plans = plan_processes(self._settings, self._folder, password, self._frontend)
        tree = OfficeTree(plans, self._ports, broker, clock, self._progress)
        return tree

    async def _start(self, tree: OfficeTree, begun: float, first_record_within_s: float) -> None:
        await tree.start()
        await self._deploy()
        if self._cluster:
            await self._first_record(first_record_within_s)
        engine = f" (engine {tree.timing.engine_s:.1f} s)" if tree.timing.engine_s is not None else ""
        self._progress.say(f"\nSiap · ready in {time.monotonic() - begun:.1f} s{engine}")
        self._progress.say(f"  Portal         http://{LOOPBACK}:{self._ports.portal}")
        self._progress.say(f"  Mesin · engine {self._settings.zeebe_grpc_address}")
        self._progress.say(f"  Data           {self._folder.path}")
        self._progress.say("  Ctrl-C untuk berhenti · to stop")
        log.info("office_ready", after_s=round(time.monotonic() - begun, 1))

    async def _deploy(self) -> None:
        """Deploy the shipped models as `./pena deploy` does, unless this very state of them is deployed already.

        An analyst's mistake must not keep the office closed: the models that are deployed go on working.
        """
        digest = models_digest(PROJECT)
        marker = self._folder.path / DEPLOYED_FILE
        if marker.exists() and json.loads(marker.read_text(encoding="utf-8")) == {"digest": digest}:
            return
        with self._progress.step("model · models") as step:
            command = (sys.executable, "-P", "-m", "penaemas.cli", "deploy", "--data", str(self._folder.path))
            process = await asyncio.create_subprocess_exec(
                *command,
                env=command_environment(self._settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            try:
                said, _ = await process.communicate()
            except asyncio.CancelledError:
                process.kill()
                await process.wait()
                raise
            if process.returncode == 0:
                write_whole(marker, json.dumps({"digest": digest}))
                return
            step.failed = True
        self._progress.say(said.decode(errors="replace").rstrip())
        self._progress.say(
            "! The models were not deployed; what was deployed before goes on. Mend them, then ./pena deploy"
        )

    async def _explain_exporters(self) -> None:
        with self._progress.step(f"mesin proses · engine {self._settings.zeebe_grpc_address}") as step:
            step.detail = version = await cluster_version(self._settings)
        self._progress.say("\nThe cluster's brokers need these settings, so that every record reaches the history:\n")
        password = self._folder.secret(INTAKE_PASSWORD_FILE)
        self._progress.say(exporter_settings(self._settings, password, version) + "\n")

    async def _first_record(self, within_s: float) -> None:
        with self._progress.step("catatan pertama · the cluster's first record"):
            try:
                async with asyncio.timeout(within_s):
                    while not await self._has_records():  # noqa: ASYNC110 (another process: no event to wait for)
                        await asyncio.sleep(ASK_FOR_RECORDS_EVERY_S)
            except TimeoutError as late:
                raise Problem(
                    f"the engine at {self._settings.zeebe_grpc_address} sent no record within {within_s:.0f} s.",
                    "Give its brokers the exporter settings above, restart them, then run this again.",
                ) from late

    async def _has_records(self) -> bool:
        answer = await ask(self._ports.history, "/status")
        return answer.ok and bool(json.loads(answer.body)["partitions"])


def models_digest(project: Path) -> str:
    """One number for everything that `./pena deploy` may deploy: names and contents."""
    digest = hashlib.sha256()
    for folder in MODEL_FOLDERS:
        for file in sorted(path for path in (project / folder).rglob("*") if path.is_file()):
            content = file.read_bytes()
            digest.update(f"{file.relative_to(project)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
