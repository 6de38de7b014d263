"""`./pena bench up`: how long a second start takes and how much memory an office needs, beside the engine alone.

The control is the same engine, with its own data and started a second time too, without anything of ours around it.
"""

import argparse
import asyncio
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from penaemas.cli.bench import result
from penaemas.cli.supervision.data_folder import MEGABYTE, DataFolder
from penaemas.cli.supervision.engine import bring_engine, broker_settings
from penaemas.cli.supervision.plans import PROJECT
from penaemas.cli.supervision.ports import COUNT
from penaemas.cli.supervision.progress import Progress
from penaemas.cli.throwaway_ports import free_row
from penaemas.observability import logging
from penaemas.settings import InstallationSettings
from penaemas.zeebe.embedded_broker import EmbeddedBroker

READY_LINE = re.compile(r"ready in ([\d.]+) s")
SETTLE_S = 5.0


def main(argv: Sequence[str]) -> int:
    """Measure; every line printed is one JSON object."""
    parser = argparse.ArgumentParser(prog="./pena bench up")
    parser.add_argument("--runs", type=int, default=3, help="second starts of each (default: %(default)s)")
    runs = parser.parse_args(argv).runs
    logging.configure("bench", console=True, level="WARNING")  # on standard error
    with tempfile.TemporaryDirectory(prefix="pena-bench-") as folder:
        ours = Path(folder) / "office", free_row(COUNT)[0]
        control = Path(folder) / "engine", free_row(COUNT)[0]
        start_office(*ours)
        asyncio.run(start_engine(*control))
        # One after the other in turn, so that a machine that grows slower does so for both.
        pairs = [(start_office(*ours), asyncio.run(start_engine(*control))) for _ in range(runs)]
    our_start_s, our_memory_mb = (sorted(own[number] for own, _ in pairs)[runs // 2] for number in (0, 1))
    engine_start_s, engine_memory_mb = (sorted(engine[number] for _, engine in pairs)[runs // 2] for number in (0, 1))
    print(result("second start", round(our_start_s, 2), round(engine_start_s, 2), "s"))
    print(result("resident memory", round(our_memory_mb), round(engine_memory_mb), "MB"))
    return 0


def start_office(folder: Path, port: int) -> tuple[float, float]:
    """Start an office as a person does, then stop it; seconds until ready, and resident megabytes of its tree."""
    command = [str(PROJECT / "pena"), "up", "--data", str(folder), "--port", str(port)]
    begun = time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as up, _ended(up):
        assert up.stderr is not None  # noqa: S101 (for the type checker: stderr=PIPE above)
        if not any(READY_LINE.search(line) for line in up.stderr):
            raise RuntimeError(f"the office in {folder} did not become ready")
        ready_s = time.monotonic() - begun
        time.sleep(SETTLE_S)
        memory_mb = _resident_mb(up.pid)
    return ready_s, memory_mb


async def start_engine(folder: Path, port: int) -> tuple[float, float]:
    """Start the engine alone, then stop it; seconds and megabytes as above."""
    settings = InstallationSettings(data_folder=folder, port=port)
    home, java = bring_engine(settings, Progress(open(os.devnull, "w", encoding="utf-8")))  # noqa: SIM115, ASYNC230
    broker = EmbeddedBroker(broker_settings(settings, DataFolder(folder), "nobody listens"), home=home, java=java)
    begun = time.monotonic()
    await broker.start()
    try:
        await broker.wait_ready()
        ready_s = time.monotonic() - begun
        await asyncio.sleep(SETTLE_S)
        memory_mb = _resident_mb(broker.pid) if broker.pid else 0.0
    finally:
        await broker.stop()
    return ready_s, memory_mb


@contextmanager
def _ended(process: "subprocess.Popen[str]") -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def _resident_mb(pid: int) -> float:
    root = psutil.Process(pid)
    tree = [root, *root.children(recursive=True)]
    return float(sum(process.memory_info().rss for process in tree)) / MEGABYTE
