"""An office as the portal asks it, without engine and databases: what it answers is set by the test."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.types import ASGIApp

from penaemas.portal.app import Office, create_app
from penaemas.portal.demo import EngineClockUnreachable
from penaemas.portal.office_state.readiness import Readiness
from penaemas.portal.office_state.state import Facts, HistoryUnreadable, Part, ProcessLine
from penaemas.portal.pages import Pages

MONDAY_AT_EIGHT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # 08.00 in western Indonesia
EMPTY = Facts(0, None, 0, 0, (), 0, 0, 0)
BUSY = Facts(
    records=12_345,
    newest_record_at=MONDAY_AT_EIGHT + timedelta(minutes=31),
    records_missing=0,
    records_quarantined=0,
    processes=(ProcessLine("public_information_request", 3, MONDAY_AT_EIGHT, 1_204, 37, 2),),
    cases_running=1_204,
    tasks_open=37,
    incidents_open=2,
)


@dataclass
class PaperHistory:
    """Answers what it is told to."""

    facts: Facts | None = BUSY
    error: Exception | None = None

    async def read(self) -> Facts:
        if self.error is not None:
            raise self.error
        if self.facts is None:
            raise HistoryUnreadable("the database is away")
        return self.facts


class PaperReadiness(Readiness):
    """Parts that are ready or not, as told."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(())
        self.parts = tuple(parts)

    async def ask(self) -> tuple[Part, ...]:
        return self.parts


@dataclass
class PaperClock:
    """Moves when it is told to, unless it is broken."""

    now: datetime = MONDAY_AT_EIGHT
    broken: bool = False

    async def read(self) -> datetime:
        if self.broken:
            raise EngineClockUnreachable
        return self.now

    async def advance(self, by: timedelta) -> None:
        if self.broken:
            raise EngineClockUnreachable
        self.now += by


ALL_WELL = (
    Part("Mesin proses", "Process engine", True, ()),
    Part("Riwayat", "History", True, ()),
    Part("Pekerja", "Workers", True, ()),
)


@dataclass
class PaperOffice:
    """Everything that the portal asks, and the portal that asks it."""

    history: PaperHistory = field(default_factory=PaperHistory)
    readiness: PaperReadiness = field(default_factory=lambda: PaperReadiness(ALL_WELL))
    clock: PaperClock | None = None

    def portal(self) -> ASGIApp:
        pages = Pages(ZoneInfo("Asia/Jakarta"), demo=self.clock is not None)
        office = Office(self.history, self.readiness, self.clock)
        return create_app(office, pages, ("127.0.0.1", "localhost"))
