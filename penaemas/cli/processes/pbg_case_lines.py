"""What `./pena case show` says of a PBG MBR case beside its tasks: times, clocks, what holds them, what is owed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from sqlalchemy import Connection, RowMapping

from penaemas.casefiles.breaches import breach_of
from penaemas.casefiles.service_window import ClockReading
from penaemas.cli.desk import Desk, in_wib
from penaemas.cli.region import exemption_line


def case_lines(desk: Desk, case_id: str) -> Iterator[str]:
    """The lines, in both languages."""
    readings = asyncio.run(desk.office.deadlines.service_window.readings(case_id))
    with desk.office.database.reading() as connection:
        case = desk.office.pbg.desk.seen(connection, case_id)
        yield from _late_entry(case)
        for reading in readings:
            yield _clock(reading)
        if case["closed_at"] is None:
            yield from _correction(desk, connection, case)
        yield from _breach(connection, case_id)
    if case["closed_at"] is None:
        yield from outside_counter_hours(desk, case["region_code"])
        yield from _outages(desk, case["region_code"])
    region = desk.office.regions.get(case["region_code"])
    if region is not None and not region.exemption_regulation.confirmed:
        yield f"pembebasan · exemption {exemption_line(region)}"


def outside_counter_hours(desk: Desk, region_code: str) -> tuple[str, ...]:
    """Said while the counters are closed: that the promise stands still, and until when."""
    calendar, now = desk.office.calendars.of(region_code, "counter"), desk.clock.now()
    if calendar.is_open(now):
        return ()
    opening = in_wib(calendar.next_opening(now))
    return (
        f"di luar jam loket: jam janji berhenti sampai {opening}",
        f"outside counter hours: the promise clock stands still until {opening}",
    )


def _late_entry(case: RowMapping) -> Iterator[str]:
    if case["entered_late_at"] is not None:
        yield (
            f"susulan · late entry  di kertas · on paper {in_wib(case['received_at'])}, "
            f"dientri · entered {in_wib(case['entered_late_at'])} ({case['late_entry_supervisor']})"
        )


def _clock(reading: ClockReading) -> str:
    line = (
        f"jam · clock           {reading.which}: {reading.net_s // 60} menit bersih · net, "
        f"{reading.gross_office_s // 60} menit kotor · gross, {reading.gross_wall_s // 60} menit kalender · calendar"
    )
    if reading.stopped_at is not None:
        return f"{line}, selesai · stopped {in_wib(reading.stopped_at)}"
    if reading.is_standing:
        return f"{line}, berhenti · stands"
    return f"{line}, tenggat · due {in_wib(reading.due_at)}" if reading.due_at is not None else line


def _correction(desk: Desk, connection: Connection, case: RowMapping) -> Iterator[str]:
    if case["withdrawn_at"] is not None:
        yield f"ditarik · withdrawn   {in_wib(case['withdrawn_at'])}"
        return
    asked = desk.office.pbg.asked_corrections.of_case(connection, case["case_id"])
    if asked is not None and asked.submitted_at is None:
        yield (
            f"perbaikan · asked     ronde · round {asked.round}, tenggat · due {in_wib(asked.due_at)}: "
            f"./pena case correct {case['number']}"
        )


def _breach(connection: Connection, case_id: str) -> Iterator[str]:
    breach = breach_of(connection, case_id)
    if breach is not None:
        reason = f"{breach.reason} ({breach.reason_by})" if breach.reason else "BELUM DITULIS · NOT STATED YET"
        yield f"terlampaui · breached {in_wib(breach.due_at)}, alasan · reason: {reason}"


def _outages(desk: Desk, region_code: str) -> Iterator[str]:
    for outage in asyncio.run(desk.office.outages.all_of(region_code)):
        if outage.ended_at is None:
            since = in_wib(outage.began_at)
            clock = "jam berhenti" if outage.pauses_clock else "jam tetap berjalan"
            yield f"gangguan · outage     {outage.reference} ({outage.system}) sejak · since {since}: {clock}"
