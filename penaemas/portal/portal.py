"""What the portal's areas work with: handed to each of them when the application is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from penaemas.casefiles.bootstrap import Office
from penaemas.history.queries import History
from penaemas.history.queries.worklists import Worklists
from penaemas.portal.demo import MovableClock
from penaemas.portal.identity.directory import Directory
from penaemas.portal.identity.identity import Identity
from penaemas.portal.models import Models
from penaemas.portal.office_state.readiness import Readiness
from penaemas.portal.office_state.state import FactsReader
from penaemas.portal.pages import Pages
from penaemas.storage.database import Database


@dataclass(frozen=True)
class Portal:
    """One office's portal. `clock` is the engine's, there in a demonstration only.

    Attributes:
        wake: tells the workers that a command was queued; it may fail, they look by themselves too.
        events_last_s: how long one stream of events is kept before the browser asks anew.
    """

    pages: Pages
    office: Office
    identity: Identity
    history: History
    facts: FactsReader
    readiness: Readiness
    clock: MovableClock | None
    history_database: Database
    models: Models
    wake: Callable[[], object]
    events_last_s: float = 60.0

    @cached_property
    def worklists(self) -> Worklists:
        """Pages of tasks."""
        return Worklists(self.history_database)

    @cached_property
    def directory(self) -> Directory:
        """Names of everybody who works here."""
        return Directory(self.office.officers)

    def poke(self) -> None:
        """Wake the workers, without waiting for whether they hear."""
        asyncio.get_running_loop().run_in_executor(None, self.wake)
