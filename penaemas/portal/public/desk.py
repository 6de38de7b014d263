"""What the applicants' pages share: the services, how often codes may be tried, and who is before the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from fastapi import Request

from penaemas.casefiles.applicants.drafts import ApplicationDraft
from penaemas.casefiles.applicants.rooms import APPLICANT
from penaemas.casefiles.applicants.status import PBG_SERVICE
from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.officers import Officer
from penaemas.licensing.roles import Role
from penaemas.portal.identity.cookies import device_of, value_of
from penaemas.portal.identity.places import address_of
from penaemas.portal.languages import indonesian
from penaemas.portal.portal import Portal
from penaemas.portal.public.attempts import Attempts
from penaemas.portal.public.services import Service, services_of

DRAFT_COOKIE: Final = "pena_draft"
ROOM_COOKIE: Final = "pena_room"
HELPERS: Final = frozenset({Role.LOKET, Role.PENDAMPING, Role.OPERATOR})
"""Who types for an applicant at the counter."""
TOO_OFTEN: Final = indonesian("Terlalu banyak kode yang salah dari sambungan ini. Tunggu sebentar, lalu coba lagi.")
MOST_DEVICES: Final = 20_000


@dataclass
class PublicDesk:
    """One portal's. `now_s` is a clock for the buckets alone."""

    portal: Portal
    now_s: Callable[[], float] = time.monotonic
    services: Mapping[str, Service] = field(init=False)
    codes: Attempts = field(init=False)
    beginnings: Attempts = field(init=False)
    _devices: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.services = services_of(self.portal.office)
        self.codes = Attempts(now_s=self.now_s)
        self.beginnings = Attempts(now_s=self.now_s)

    @property
    def office(self) -> Office:
        """The case files."""
        return self.portal.office

    def sender_of(self, request: Request) -> str:
        """Whose bucket an attempt is counted in: a browser that has shown a right code before, else its address."""
        device = device_of(request)
        return f"device {device}" if device in self._devices else f"address {address_of(request)}"

    def trust(self, device: str) -> None:
        """This browser has shown a right code."""
        self._devices[device] = None
        while len(self._devices) > MOST_DEVICES:
            self._devices.pop(next(iter(self._devices)))

    def open_regions(self) -> Mapping[str, str]:
        """Code → name of the regions that take applications from home."""
        regions = self.office.regions.items()
        return {code: region.name for code, region in regions if region.switches.online_submission}

    def promised_by(self, service: Service, region_code: str) -> datetime | None:
        """By when it is due if it were sent now: from the passed pre-check, or from the complete file; None if no limit
        is in force.
        """
        office = self.office
        if service.service == PBG_SERVICE or service.standard is None:
            return office.pbg.submission.outlook(region_code).due_at
        now = office.clock.now()
        limit = service.standard.limit_on(office.pbg.submission.outlook(region_code).today)
        if limit is None:
            return None
        return office.calendars.of(region_code, "counter").closing_of_working_day(now, limit.working_days)

    async def draft_of(self, request: Request) -> ApplicationDraft | None:
        """The draft that this browser works on, or None."""
        code = value_of(request, DRAFT_COOKIE)
        return await self.office.applicants.drafts.of_code(code) if code else None

    async def case_of_room(self, request: Request) -> str | None:
        """The case whose room is open in this browser, or None."""
        token = value_of(request, ROOM_COOKIE)
        return await self.office.applicants.rooms.case_of(token) if token else None


def helper_of(request: Request, region_code: str) -> Officer | None:
    """The officer who types for the applicant, if one is signed in here who may."""
    session = getattr(request.state, "session", None)
    if session is None or session.is_locked or not session.officer.may(HELPERS, region_code):
        return None
    officer: Officer = session.officer
    return officer


def acting(request: Request, region_code: str) -> str:
    """Under whose name something is written down: the applicant's, or the helping officer's account."""
    helper = helper_of(request, region_code)
    return helper.account if helper is not None else APPLICANT
