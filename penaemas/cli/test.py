"""`./pena test [pytest arguments]`: brings what the tests need, then runs them; pytest has the last word."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from penaemas.cli.archive_validator import ValidatorUnavailable, bring_archive_validator
from penaemas.cli.frontend_build import ensure_frontend
from penaemas.cli.problem import Problem
from penaemas.cli.supervision.engine import bring_engine
from penaemas.cli.supervision.plans import PROJECT
from penaemas.cli.supervision.progress import Progress
from penaemas.settings import InstallationSettings
from penaemas.zeebe.model_lint.lint import PROJECT as LINT_PROJECT
from penaemas.zeebe.model_lint.node_runtime import NodeUnavailable, ensure_node_modules, find_node
from penaemas.zeebe.releases import DEFAULT_VERSION, RELEASES

SUMMARY = ("Menjalankan semua uji", "Run every test")
AUDIENCE = ("developers",)
TAKES_REST = True

SLOWEST_SHOWN = 10
POSTGRESQL_FOLDERS = "/usr/lib/postgresql/*/bin/initdb"


@dataclass(frozen=True)
class SystemTool:
    """A program that comes from the operating system, not from a Python package."""

    package: str  # on Debian
    programs: tuple[str, ...]  # any of them will do

    def is_missing(self) -> bool:
        """Whether none of its programs is on this machine."""
        if any(shutil.which(program) for program in self.programs):
            return False
        return not (self.package == "postgresql" and list(Path("/").glob(POSTGRESQL_FOLDERS.lstrip("/"))))


SYSTEM_TOOLS = (
    SystemTool("chromium", ("chromium", "chromium-browser", "google-chrome")),
    SystemTool("postgresql", ("initdb",)),
    SystemTool("prometheus", ("promtool",)),
    SystemTool("poppler-utils", ("pdfsig",)),
    SystemTool("libnss3-tools", ("certutil",)),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which engine; everything else goes to pytest."""
    parser.add_argument(
        "--engine-version", choices=tuple(RELEASES), default=DEFAULT_VERSION, help="engine to test with (%(default)s)"
    )
    parser.add_argument("--prepare", action="store_true", help="bring what the tests need, and stop")
    parser.epilog = (
        "Everything else goes to pytest, e.g. ./pena test tests/unit -k clock. The whole suite runs in two processes, "
        "a part of it in one; -n 0 makes that one for the whole suite too."
    )


def run(args: argparse.Namespace) -> int:
    """Bring what is missing, then become pytest."""
    progress = Progress()
    settings = InstallationSettings()
    bring_system_tools(progress)
    bring_engine(settings, progress, args.engine_version)
    with progress.step("node"):
        try:
            ensure_node_modules(LINT_PROJECT, cache=settings.cache_folder, node=find_node(), progress=progress.say)
            ensure_frontend(settings.cache_folder, progress.say)
        except NodeUnavailable as reason:
            raise Problem(str(reason), "The tests of the model lint and of the portal need it.") from reason
    with progress.step("veraPDF"):
        try:
            bring_archive_validator(settings.cache_folder)
        except ValidatorUnavailable as reason:
            raise Problem(f"{reason}.", "The tests of the permits' archival form need it once.") from reason
    if args.prepare:
        return 0
    os.chdir(PROJECT)
    command = [sys.executable, "-P", "-m", "pytest", f"--durations={SLOWEST_SHOWN}"]
    command += [f"--engine-version={args.engine_version}", *_processes(args.rest), *args.rest]
    os.execve(sys.executable, command, {**os.environ, "PYTHONPATH": str(PROJECT)})  # noqa: S606 (no shell wanted)


def _processes(asked: Sequence[str]) -> list[str]:
    """How many processes: tests/two_processes.py decides, unless the plugin that makes them is refused."""
    return [] if any("no:xdist" in argument for argument in asked) else ["-n", "auto"]


def bring_system_tools(progress: Progress) -> None:
    """Install what only the operating system can give.

    Raises:
        Problem: it is missing and may not be installed by us; names the packages.
    """
    missing = [tool.package for tool in SYSTEM_TOOLS if tool.is_missing()]
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Problem(
            f"the tests need programs that are not on this machine: {names} (as Debian calls the packages).",
            f"Install them, on Debian or Ubuntu with: sudo apt-get install {names}; then run this again.",
        )
    with progress.step(f"apt-get install {names}"):
        _apt_get("update")
        _apt_get("install", "--yes", "--no-install-recommends", *missing)


def _apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    answer = subprocess.run(["apt-get", *arguments], env=environment, capture_output=True, text=True)
    if answer.returncode != 0:
        last = (answer.stderr.strip().splitlines() or ["no message"])[-1]
        raise Problem(
            f"apt-get {arguments[0]} failed: {last}", "Mend that, or install the packages by hand, then run this again."
        )
