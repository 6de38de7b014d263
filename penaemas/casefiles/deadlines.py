"""The deadlines of the office wired together: posts, ladders, escalations, and the service window of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.clock_ledger import ClockLedger
from penaemas.casefiles.escalations import Escalations
from penaemas.casefiles.ladders import Ladders
from penaemas.casefiles.posts import Posts
from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.casefiles.service_window import ServiceWindow
from penaemas.licensing.clock import Clock
from penaemas.licensing.region import Region
from penaemas.storage.database import Database


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What keeps deadlines or escalates them."""

    posts: Posts
    ladders: Ladders
    escalations: Escalations
    service_window: ServiceWindow

    @classmethod
    def of(
        cls,
        database: Database,
        ledger: ClockLedger,
        regions: Mapping[str, Region],
        calendars: RegionCalendars,
        acts: Acts,
        clock: Clock,
    ) -> Self:
        """All of them on one ledger."""
        posts = Posts(database, acts, regions, clock)
        ladders = Ladders(database, ledger, calendars, clock)
        escalations = Escalations(database, ledger, posts, calendars, acts, clock)
        return cls(posts, ladders, escalations, ServiceWindow(database, ledger, ladders, calendars, clock))
