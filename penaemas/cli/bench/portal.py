"""`./pena bench portal`: how long pages take in a large office with 20 officers at once, beside a small office.

Each officer opens the list, a task and a case in turn and looks at each for a second; the portal is its own process, as
in an office. Weights are what a browser is sent, compressed. Needs the front end's build.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
from rich.console import Console

from penaemas.cli.bench import result
from penaemas.cli.bench.portal_office import LargeOffice, make
from penaemas.cli.frontend_build import ensure_frontend
from penaemas.portal.identity.cookies import SESSION
from penaemas.settings import LOOPBACK, InstallationSettings

SMALL: Final = (1_000, 1_000)  # open tasks, finished cases
LARGE: Final = (100_000, 1_000_000)
QUICK: Final = (2_000, 5_000)
USERS: Final = 20
PORT: Final = 18_690
PAUSE_S: Final = (0.5, 1.5)
FEWEST_ROUNDS: Final = 2  # of each officer, however slow the machine
READY_WITHIN_S: Final = 60.0
FIRST_PAGE_LIMIT_KB: Final = 150.0


def main(argv: list[str]) -> int:
    """Measure; one line for each kind of page and for the weight of the first page."""
    parser = argparse.ArgumentParser(prog="./pena bench portal", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="of load on each office (default %(default)s)")
    parser.add_argument("--quick", action="store_true", help=f"with {QUICK[0]:,} open tasks and {QUICK[1]:,} cases")
    options = parser.parse_args(argv)
    console = Console(stderr=True)
    scripts = ensure_frontend(InstallationSettings().cache_folder, console.print)
    taken: list[dict[str, list[float]]] = []
    with tempfile.TemporaryDirectory(prefix="pena-bench-portal-") as folder:
        for name, (open_tasks, finished) in {"small": SMALL, "large": QUICK if options.quick else LARGE}.items():
            console.print(f"making {open_tasks:,} open tasks and {finished:,} finished cases")
            place = Path(folder) / name
            place.mkdir()
            office = make(place, open_tasks=open_tasks, finished=finished, users=USERS)
            with _portal(office, scripts) as url:
                taken.append(asyncio.run(_load(url, office, options.seconds)))
                weight_kb = asyncio.run(_weight_kb(url, office))
    control, ours = taken
    for page in ours:
        print(result(f"portal_{page}_p50", statistics.median(ours[page]), statistics.median(control[page]), "ms"))
        print(result(f"portal_{page}_p99", _p99(ours[page]), _p99(control[page]), "ms"))
    print(result("portal_first_page_weight_against_its_limit", weight_kb, FIRST_PAGE_LIMIT_KB, "KB"))
    return 0


@contextmanager
def _portal(office: LargeOffice, scripts: Path) -> Iterator[str]:
    url = f"http://{LOOPBACK}:{PORT}"
    environment = os.environ | {
        "PENA_DATA_FOLDER": str(office.folder),
        "PENA_HISTORY_URL": f"sqlite:///{office.folder}/history.sqlite",
        "PENA_OFFICE_URL": f"sqlite:///{office.folder}/office.sqlite",
        "PENA_PORTAL_PORT": str(PORT),
        "PENA_FRONTEND_FOLDER": str(scripts),
    }
    command = [sys.executable, "-m", "penaemas.portal"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as portal:
        try:
            until = time.monotonic() + READY_WITHIN_S
            while not _answers(url):
                if time.monotonic() > until or portal.poll() is not None:
                    raise RuntimeError("the portal did not become ready")
                time.sleep(0.2)
            yield url
        finally:
            portal.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/livez").is_success
    except httpx.TransportError:
        return False


async def _load(url: str, office: LargeOffice, seconds: float) -> dict[str, list[float]]:
    """Page → milliseconds of each answer."""
    taken: dict[str, list[float]] = defaultdict(list)
    ends = time.monotonic() + seconds

    async def officer(number: int) -> None:
        turn = number
        pauses = random.Random(number)  # noqa: S311  # when somebody clicks is no secret
        async with _browser(url, office.tokens[number]) as browser:
            for path in _paths(office, turn).values():  # the first look warms up
                (await browser.get(path)).raise_for_status()
            while turn < number + FEWEST_ROUNDS or time.monotonic() < ends:
                turn += 1
                for page, path in _paths(office, turn).items():
                    await asyncio.sleep(pauses.uniform(*PAUSE_S))
                    began = time.perf_counter()
                    (await browser.get(path)).raise_for_status()
                    taken[page].append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(officer(number) for number in range(USERS)))
    return taken


def _paths(office: LargeOffice, turn: int) -> dict[str, str]:
    which = turn * 7 % len(office.case_ids)
    return {
        "list": "/tasks?whose=groups",
        "task": f"/tasks/{office.task_keys[which]}",
        "case": f"/cases/{office.case_ids[which]}",
    }


async def _weight_kb(url: str, office: LargeOffice) -> float:
    """Of the list with its style and script, as they are sent."""
    async with _browser(url, office.tokens[0]) as browser:
        page = await browser.get("/tasks?whose=groups")
        parts = [page.text.encode()]
        parts += [
            (await browser.get(path)).content for path in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text)
        ]
    return sum(len(gzip.compress(part, 5)) for part in parts) / 1000


def _browser(url: str, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, cookies={SESSION: token}, timeout=30.0)


def _p99(durations: list[float]) -> float:
    return statistics.quantiles(durations, n=100)[98]
