"""`./pena history verify`: intact, in order, complete? By code that shares nothing with the writer."""

import argparse
import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
from rich.console import Console
from rich.table import Table

from penaemas.cli.history.opening import opened_history, progress_bar
from penaemas.cli.problem import Problem
from penaemas.cli.supervision.data_folder import DataFolder
from penaemas.history.ledger.witnesses import ANSWERS_WITHIN_S, Witness
from penaemas.history.verification.notes import WITNESS_KEY, Note, NoteRefused, VerifierKey
from penaemas.history.verification.report import Report
from penaemas.history.verification.stored import StoredHistory
from penaemas.history.verification.verifying import Claims, Runner, verify
from penaemas.history.verification.workers import processes
from penaemas.settings import InstallationSettings
from penaemas.zeebe.exported_positions import exported_positions

HELP: Final = (
    "check every record against the ledger, its checkpoints and witnesses; names the first bad record; exit code 1 if "
    "anything contradicts, 2 if something is declared lost · periksa keutuhan dan kelengkapan"
)
WHAT_IS_PROVED: Final = "docs/what-the-ledger-proves.md"

INTACT, FALSIFIED, LOST = 0, 1, 2
_PROCESSES_FROM: Final = 50_000  # entries


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What else is known, and how much of the machine may be used."""
    parser.add_argument(
        "--key", metavar="KEY", help="the installation's published key (default: the one beside the ledger)"
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint kept elsewhere",
    )
    parser.add_argument("--offline", action="store_true", help="ask neither the engine nor the witnesses")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="default: one for each core")


def run(args: argparse.Namespace) -> int:
    """Verify, with a progress bar.

    Raises:
        Problem: there is no ledger, or it cannot be read.
    """
    with opened_history(args) as (database, settings):
        folder = settings.data_folder / "ledger"
        key = _key(args.key, folder)
        stored = StoredHistory(database, folder)
        claims, notes = _claims(args, settings, stored)
        with _runner(args.processes, settings, stored, folder) as runner, progress_bar() as progress:
            bar = progress.add_task("Memeriksa · verifying", total=None)
            report = verify(
                stored,
                key,
                claims,
                on_progress=lambda done, total: progress.update(bar, completed=done, total=total),
                runner=runner,
            )
    _show(report, notes)
    return FALSIFIED if not report.is_intact else INTACT if report.is_complete else LOST


def _key(given: str | None, folder: Path) -> VerifierKey:
    try:
        return VerifierKey.parse(given or (folder / "verifier_key").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Problem(
            f"there is no ledger in {folder}.", "Name the office with --data; ./pena up makes one."
        ) from error
    except NoteRefused as error:
        raise Problem("that is not a verifier key.", "It looks like pena.example+1a2b3c4d+AQ…") from error


def _claims(
    args: argparse.Namespace, settings: InstallationSettings, stored: StoredHistory
) -> tuple[Claims, list[str]]:
    """What others say and hold; and remarks on those who could not be asked."""
    witnesses = [Witness.parse(witness) for witness in settings.ledger_witnesses]
    keys = [VerifierKey(witness.name, WITNESS_KEY, witness.public) for witness in witnesses]
    try:
        kept = [file.read_text(encoding="utf-8") for file in args.checkpoint]
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"a checkpoint cannot be read: {error}.", "Name the file that was kept.") from error
    if args.offline:
        return Claims(keys, kept), []
    told = DataFolder(settings.data_folder).running_settings() or {}
    exported = asyncio.run(exported_positions(told.get("zeebe_management_address")))
    notes = [] if exported else ["the engine does not run; it was not asked how far it has come"]
    for witness in witnesses:
        for origin in stored.origins():
            try:
                answer = httpx.get(f"{witness.url}/checkpoint/{origin}", timeout=ANSWERS_WITHIN_S, trust_env=False)
            except httpx.HTTPError as error:
                notes.append(f"{witness.name} does not answer ({type(error).__name__})")
                break
            if answer.is_success:
                kept.append(answer.text)
    return Claims(keys, kept, exported), notes


@contextmanager
def _runner(count: int, settings: InstallationSettings, stored: StoredHistory, folder: Path) -> Iterator[Runner | None]:
    """Worker processes, where there is so much to check that their start is worth it."""
    if count > 1 and sum(_size(stored, origin) for origin in stored.origins()) >= _PROCESSES_FROM:
        with processes(count, settings.history_url, folder) as runner:
            yield runner
    else:
        yield None


def _size(stored: StoredHistory, origin: str) -> int:
    try:
        return Note.parse((stored.file(origin, "checkpoint") or b"").decode()).size
    except (NoteRefused, UnicodeDecodeError):
        return 0  # the verification will say so


def _show(report: Report, notes: list[str]) -> None:
    console = Console()
    table = Table("log", "entri · entries", "catatan · records", "posisi · positions", "saksi · co-signed by")
    for log in report.logs:
        records = f"{log.records:,}" + (f" ({log.without_bytes:,} without bytes)" if log.without_bytes else "")
        table.add_row(
            log.origin, f"{log.size:,}", records, f"{log.first:,}–{log.last:,}", ", ".join(log.cosigned_by) or "–"
        )
    console.print(table)
    for partition, waiting in report.waiting.items():
        if waiting:
            console.print(f"partition {partition}: {waiting:,} newer records wait for the next checkpoint")
    for partition, position in report.exported.items():
        console.print(f"partition {partition}: the engine has handed over up to position {position:,}")
    for note in notes:
        console.print(f"note: {note}")
    for lost in report.lost:
        console.print(
            f"declared lost: {lost.origin} positions {lost.first:,} to {lost.last:,}; {lost.reason} ({lost.officer})"
        )
    first = report.first_bad
    if first is not None:
        place = f" at position {first.position:,}" if first.position else ""
        console.print(
            f"[bold red]TIDAK UTUH · NOT INTACT[/]: first {first.kind}{place} of {first.origin}: {first.text}"
        )
        for finding in report.findings[:20]:
            console.print(f"  {finding.kind} · {finding.origin} · {finding.position or '–'} · {finding.text}")
    elif report.lost:
        console.print("UTUH, TETAPI TIDAK LENGKAP · intact, but not complete: see what is declared lost")
    else:
        total = sum(log.records for log in report.logs)
        console.print(f"[bold green]UTUH DAN LENGKAP · intact and complete[/]: {total:,} records")
    console.print(f"Apa yang dibuktikan dan apa yang tidak · what this proves and what not: {WHAT_IS_PROVED}")
