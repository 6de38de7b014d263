"""`./pena deploy`: lints the models, checks what they promise, and deploys those that changed."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from penaemas.cli.engine_address import engine_address
from penaemas.cli.model_gate import ROOT, broken_promises, lint, shown
from penaemas.cli.offices import add_office_argument, office_settings, running_office
from penaemas.cli.problem import Problem
from penaemas.history.queries import History
from penaemas.settings import InstallationSettings
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageError
from penaemas.zeebe.clock import SystemClock
from penaemas.zeebe.commands import Commands
from penaemas.zeebe.connection import open_channel
from penaemas.zeebe.deployment import DeploymentRefused, ModelOutcome, changed_models, deploy_changed
from penaemas.zeebe.errors import EngineError
from penaemas.zeebe.model_lint.node_runtime import NodeUnavailable
from penaemas.zeebe.models_on_disk import ModelFile, ModelUnreadable, read_files, read_models

SUMMARY = ("Memeriksa model dan formulir, lalu memasangnya", "Check models and forms, then deploy those that changed")
AUDIENCE = ("analysts", "developers")

MEND_AND_REPEAT = "Mend the models and run ./pena deploy again; nothing was deployed."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The office, what to deploy, and whether to do it."""
    add_office_argument(parser)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="only these models (default: all)")
    parser.add_argument("--dry-run", action="store_true", help="check and compare, but deploy nothing")


def run(args: argparse.Namespace) -> int:
    """Check, compare, deploy, say what was done.

    Raises:
        Problem: a fault in the models, or engine or history cannot be used; nothing was deployed.
    """
    try:
        models = read_files(args.files) if args.files else read_models(ROOT)
        _pass_the_gate(models, cache=office_settings(args).cache_folder)
    except ModelUnreadable as fault:
        raise Problem(f"{shown(fault)}.", MEND_AND_REPEAT) from fault
    except NodeUnavailable as fault:
        raise Problem(f"the models could not be checked: {fault}", "Then run ./pena deploy again.") from fault
    office = running_office(args)
    deployed = _deployed_checksums(office)
    if args.dry_run:
        for line in planned_lines(models, deployed):
            print(line)
        return 0
    for line in outcome_lines(asyncio.run(_deploy(models, deployed, office))):
        print(line)
    return 0


def planned_lines(models: Sequence[ModelFile], deployed: Mapping[str, str]) -> Iterator[str]:
    """What deploying would do, one line per model."""
    changed = changed_models(models, deployed)
    for model in models:
        yield f"? {model.name}: akan dipasang · would be deployed" if model in changed else _unchanged(model)


def outcome_lines(outcomes: Sequence[ModelOutcome]) -> Iterator[str]:
    """What deploying did, one line per model."""
    for outcome in outcomes:
        version = outcome.version
        yield (
            _unchanged(outcome.model)
            if version is None
            else f"✓ {outcome.model.name}: terpasang, versi {version} · deployed, version {version}"
        )


def _unchanged(model: ModelFile) -> str:
    return f"= {model.name}: tidak berubah · unchanged"


def _pass_the_gate(models: Sequence[ModelFile], *, cache: Path) -> None:
    findings = lint(models, cache=cache, progress=_say)
    for finding in findings:
        _say(f"{'✗' if finding.severity == 'error' else '!'} {shown(finding)}")
    faults = sum(finding.severity == "error" for finding in findings)
    for disagreement in broken_promises(models):
        _say(f"✗ {shown(disagreement)}")
        faults += 1
    if faults:
        raise Problem(f"the models have {faults} fault(s), listed above.", MEND_AND_REPEAT)


def _deployed_checksums(office: InstallationSettings) -> dict[str, str]:
    """Id → checksum of the version that new cases get, as the history has recorded it."""
    try:
        with Database.open(office.history_url) as database:
            return History(database, SystemClock()).deployed_checksums()
    except StorageError as error:
        raise Problem(
            f"the history could not be read, so it is not known what is deployed: {error}.",
            "Start the office with ./pena up and run ./pena deploy again.",
        ) from error


async def _deploy(
    models: Sequence[ModelFile], deployed: Mapping[str, str], office: InstallationSettings
) -> tuple[ModelOutcome, ...]:
    try:
        async with open_channel(engine_address(office)) as channel:
            return await deploy_changed(models, deployed=deployed, engine=Commands(channel))
    except DeploymentRefused as refusal:
        for fault in refusal.faults:
            _say(f"✗ {shown(fault)}")
        raise Problem("the engine refused the models, for the reasons above.", MEND_AND_REPEAT) from refusal
    except (EngineError, OSError, ValueError) as error:
        raise Problem(
            f"the engine at {office.zeebe_grpc_address} cannot be used: {error}.",
            "Start the office with ./pena up, or correct the engine's address; then run ./pena deploy again.",
        ) from error


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
