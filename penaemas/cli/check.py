"""`./pena check`: everything that can be said about the program without running it, one line each."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penaemas.casefiles.message_templates import MessagesInvalid, load_templates
from penaemas.casefiles.survey_questions import QuestionsInvalid, load_questions
from penaemas.cli.configuration_check import compose_faults, prometheus_faults
from penaemas.cli.frontend_build import frontend_faults
from penaemas.cli.model_gate import ROOT, broken_promises, lint, shown
from penaemas.cli.reference_pages import pages
from penaemas.portal.texts import faults as text_faults
from penaemas.regions import RegionInvalid, load_regions
from penaemas.settings import InstallationSettings
from penaemas.zeebe.model_lint.node_runtime import NodeUnavailable
from penaemas.zeebe.models_on_disk import ModelUnreadable, read_models

SUMMARY = ("Memeriksa program, model, dan konfigurasi", "Check the program, models and configuration")
AUDIENCE = ("developers", "analysts")

AT_ONCE: Final = 2  # mypy alone fills one core
DOCS: Final = ROOT / "docs"

Check = Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Result:
    """How one check went. No faults means that it passed."""

    name: str
    seconds: float
    faults: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--only", action="append", choices=CHECKS, help="run this check alone; may be repeated")
    parser.add_argument("--write-docs", action="store_true", help="write the pages that are made from the code first")


def run(args: argparse.Namespace) -> int:
    """Run the checks, a line as each ends, and at last every fault in full; 0 if there is none."""
    if args.write_docs:
        write_pages(DOCS)
    checks = {name: check for name, check in CHECKS.items() if not args.only or name in args.only}
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        results = list(pool.map(_run_and_say, checks.items()))
    failed = [result for result in results if result.faults]
    for result in failed:
        print(f"\n── {result.name}")
        print("\n".join(result.faults))
    return 1 if failed else 0


def write_pages(docs: Path) -> None:
    """Write the reference pages."""
    for name, text in pages(docs).items():
        (docs / name).write_text(text, encoding="utf-8")


def stale_pages(docs: Path) -> list[str]:
    """The reference pages that no longer say what the code says."""
    return [
        f"{docs / name}: it differs from the code; run ./pena check --write-docs"
        for name, text in pages(docs).items()
        if not (docs / name).exists() or (docs / name).read_text(encoding="utf-8") != text
    ]


def _run_and_say(named: tuple[str, Check]) -> Result:
    name, check = named
    started = time.monotonic()
    faults = tuple(check())
    seconds = time.monotonic() - started
    print(f"{'✗' if faults else '✓'} {name:<12} {seconds:6.1f} s", flush=True)
    return Result(name, seconds, faults)


def _tool(*command: str) -> Check:
    """A check that is a program of the Python environment; what it prints is the fault."""

    def check() -> Sequence[str]:
        program = Path(sys.executable).parent / command[0]
        answer = subprocess.run([str(program), *command[1:]], cwd=ROOT, capture_output=True, text=True)
        return [] if answer.returncode == 0 else [(answer.stdout + answer.stderr).strip()]

    return check


def _models() -> Sequence[str]:
    try:
        models = read_models(ROOT)
        findings = lint(models, cache=InstallationSettings().cache_folder, progress=print)
        return [*map(shown, findings), *map(shown, broken_promises(models))]
    except (ModelUnreadable, NodeUnavailable) as fault:
        return [shown(fault)]


def _regions() -> Sequence[str]:
    try:
        load_regions(ROOT / "config" / "regions")
    except RegionInvalid as invalid:
        return [str(invalid)]
    return []


def _messages() -> Sequence[str]:
    config = ROOT / "config"
    try:
        load_templates(config / "messages", config / "regions")
        load_questions(config / "surveys" / "service.toml")
    except MessagesInvalid as invalid:
        return invalid.faults
    except QuestionsInvalid as invalid:
        return [str(invalid)]
    return []


def _frontend() -> Sequence[str]:
    try:
        return frontend_faults(InstallationSettings().cache_folder, print)
    except NodeUnavailable as fault:
        return [str(fault)]


CHECKS: Final[dict[str, Check]] = {
    "types": _tool("mypy"),
    "format": _tool("ruff", "format", "--check", "--quiet", "."),
    "lint": _tool("ruff", "check", "--quiet", "."),
    "imports": _tool("lint-imports"),
    "models": _models,
    "regions": _regions,
    "messages": _messages,
    "frontend": _frontend,
    "texts": text_faults,
    "docs": lambda: stale_pages(DOCS),
    "compose": lambda: compose_faults(ROOT / "config" / "compose" / "compose.yaml"),
    "prometheus": lambda: prometheus_faults(ROOT / "config" / "prometheus"),
}
