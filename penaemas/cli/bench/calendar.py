"""`./pena bench calendar`: business-time computations a second on one core, against walking the days.

Half of the computations ask how much office time lies between two instants, half when a duration falls due; both over
random spans within five years. The control answers the same questions by walking window after window, and every answer
of the control is compared.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from penaemas.cli.bench import result
from penaemas.licensing.instants import WIB
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.regions import load_region

_REGIONS = Path(__file__).parents[3] / "config" / "regions"
_SPAN = timedelta(days=5 * 365)
_CONTROL_QUESTIONS = 40


def main(argv: Sequence[str]) -> int:
    """Prints one JSON line; 1 when an answer differs from the control's, else 0."""
    parser = argparse.ArgumentParser(prog="pena bench calendar")
    parser.add_argument("--region", type=Path, default=_REGIONS / "sumedang", help="folder of the region")
    parser.add_argument("--computations", type=int, default=100_000)
    options = parser.parse_args(argv)

    calendar = OfficeCalendar(load_region(options.region).calendar)
    questions = _questions(options.computations)
    _answers(questions[:_CONTROL_QUESTIONS], calendar.seconds_between, calendar.due_at)  # lays out the years

    ours_answers, ours = _answers(questions, calendar.seconds_between, calendar.due_at)
    control_answers, control = _answers(
        questions[:_CONTROL_QUESTIONS],
        lambda earlier, later: _seconds_by_walking(calendar, earlier, later),
        lambda start, seconds: _due_by_walking(calendar, start, seconds),
    )
    print(result("calendar_computations", round(ours), round(control), "computations/s"))
    return 0 if ours_answers[:_CONTROL_QUESTIONS] == control_answers else 1


def _questions(count: int) -> list[tuple[datetime, datetime]]:
    source = random.Random(4)  # noqa: S311 - reproducible questions, not secrets
    base = datetime(2025, 1, 1, tzinfo=UTC)
    whole = int(_SPAN.total_seconds())
    return [
        (base + timedelta(seconds=source.randrange(whole)), base + timedelta(seconds=source.randrange(whole)))
        for _ in range(count)
    ]


def _answers(
    questions: list[tuple[datetime, datetime]],
    seconds_between: Callable[[datetime, datetime], int],
    due_at: Callable[[datetime, int], datetime],
) -> tuple[list[int | datetime], float]:
    answers: list[int | datetime] = []
    began = time.perf_counter()
    for index, (one, other) in enumerate(questions):
        earlier, later = min(one, other), max(one, other)
        if index % 2:
            answers.append(seconds_between(earlier, later))
        else:
            # A sixth of the wall-clock span is about its office time: the due instant then stays near the span.
            answers.append(due_at(earlier, int((later - earlier).total_seconds()) // 6 + 1))
    return answers, len(questions) / (time.perf_counter() - began)


def _seconds_by_walking(calendar: OfficeCalendar, earlier: datetime, later: datetime) -> int:
    """Whole office seconds from the earlier to the later instant."""
    net = timedelta(0)
    for opens, closes in _windows_from(calendar, earlier.astimezone(WIB).date()):
        if opens >= later:
            break
        net += max(min(closes, later) - max(opens, earlier), timedelta(0))
    return int(net.total_seconds())


def _due_by_walking(calendar: OfficeCalendar, start: datetime, seconds: int) -> datetime:
    """The earliest instant by which that many office seconds have passed; `seconds` is at least 1."""
    remaining = timedelta(seconds=seconds)
    for opens, closes in _windows_from(calendar, start.astimezone(WIB).date()):
        begin = max(opens, start)
        if closes <= begin:
            continue
        if closes - begin >= remaining:
            return (begin + remaining).astimezone(UTC)
        remaining -= closes - begin
    raise AssertionError("the days never end")


def _windows_from(calendar: OfficeCalendar, first: date) -> Iterator[tuple[datetime, datetime]]:
    day = first
    while True:
        for hours in calendar.day(day).hours:
            yield datetime.combine(day, hours.opens, WIB), datetime.combine(day, hours.closes, WIB)
        day += timedelta(days=1)
