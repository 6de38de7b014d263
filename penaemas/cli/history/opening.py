"""Opening the history of the office that the arguments name."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

import penaemas.history
from penaemas.cli.offices import office_settings
from penaemas.cli.problem import Problem
from penaemas.settings import InstallationSettings
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageBusy, StorageError
from penaemas.storage.migrations import upgrade


@contextmanager
def opened_history(args: argparse.Namespace) -> Iterator[tuple[Database, InstallationSettings]]:
    """The history's database with the tables of this program, and the office's settings.

    Raises:
        Problem: it cannot be used, now or while the block runs.
    """
    settings = office_settings(args)
    try:
        with Database.open(settings.history_url) as database:
            upgrade(database, Path(penaemas.history.__file__).parent)
            yield database, settings
    except StorageBusy as error:
        raise Problem(
            "the history is being written by somebody else.", "Try again in a moment; nothing was changed."
        ) from error
    except StorageError as error:
        raise Problem(
            f"the history cannot be used: {error}", "Mend that and run the command again; nothing was changed."
        ) from error


def progress_bar() -> Progress:
    """A bar on the error output, so that the result alone is on the other."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))
