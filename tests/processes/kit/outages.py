"""Documented outages, as a supervisor writes them down."""

from datetime import datetime

from tests.processes.kit.story import PermitOffice

REFERENCE = "GANGGUAN/7"


async def an_outage_begins(office: PermitOffice, at: datetime) -> None:
    """A supervisor documents that SIMBG is down."""
    outages = office.running.casefiles.outages
    await outages.declare(
        office.region_code, REFERENCE, system="SIMBG", began_at=at, reason="SIMBG tidak menjawab", supervisor="kabid"
    )


async def the_outage_is_over(office: PermitOffice, at: datetime) -> None:
    """The supervisor documents that SIMBG answers again."""
    outages = office.running.casefiles.outages
    await outages.end(office.region_code, REFERENCE, ended_at=at, reason="SIMBG pulih", supervisor="kabid")
