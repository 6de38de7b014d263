"""Everything that serves applicants by themselves, wired once per process."""

from __future__ import annotations

from dataclasses import dataclass

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.applicants.drafts import ApplicationDrafts
from penaemas.casefiles.applicants.kept_times import KeptTimes
from penaemas.casefiles.applicants.rooms import Rooms
from penaemas.casefiles.applicants.status import Statuses
from penaemas.casefiles.applicants.tracking import Tracking
from penaemas.casefiles.applicants.uploads import Uploads
from penaemas.casefiles.clock_ledger import ClockLedger
from penaemas.casefiles.outages import Outages
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.sealed_files import SealedFiles
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database


@dataclass(frozen=True, slots=True)
class ApplicantsFiles:
    """One part for each thing that an applicant does."""

    drafts: ApplicationDrafts
    uploads: Uploads
    tracking: Tracking
    rooms: Rooms
    statuses: Statuses
    kept_times: KeptTimes

    @classmethod
    def at(
        cls,
        database: Database,
        vault: PersonVault,
        sealed: SealedFiles,
        acts: Acts,
        clock: Clock,
        clocks: ClockLedger,
        outages: Outages,
    ) -> ApplicantsFiles:
        """The parts on one database."""
        return cls(
            drafts=ApplicationDrafts(database, vault, sealed, clock),
            uploads=Uploads(database, vault),
            tracking=Tracking(database, vault, acts, clock),
            rooms=Rooms(database, acts, clock),
            statuses=Statuses(database, clocks, outages, clock),
            kept_times=KeptTimes(database, clocks, clock),
        )
