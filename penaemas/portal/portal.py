"""What the portal's areas work with: handed to each of them when the application is made."""

from __future__ import annotations

from dataclasses import dataclass

from penaemas.casefiles.bootstrap import Office
from penaemas.history.queries import History
from penaemas.portal.demo import MovableClock
from penaemas.portal.identity.identity import Identity
from penaemas.portal.office_state.readiness import Readiness
from penaemas.portal.office_state.state import FactsReader
from penaemas.portal.pages import Pages


@dataclass(frozen=True)
class Portal:
    """One office's portal. `clock` is the engine's, there in a demonstration only."""

    pages: Pages
    office: Office
    identity: Identity
    history: History
    facts: FactsReader
    readiness: Readiness
    clock: MovableClock | None
