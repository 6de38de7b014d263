"""The deadline expressions of PBG MBR 3 Jam, taken from the diagram and evaluated by the real engine's FEEL."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import pytest
import pytest_asyncio

from penaemas.licensing.calendar_rules import CalendarRules
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.zeebe.diagram import ZEEBE
from penaemas.zeebe.engine_answers import Resource
from penaemas.zeebe.models_on_disk import BPMN
from tests.models.decision_engine import DecisionEngine
from tests.unit.licensing.calendars import due_counted_one_by_one, rules, wib

DIAGRAM: Final = Path(__file__).parents[2] / "bpmn/pbg_mbr_3_jam/pbg_mbr_3_jam.bpmn"
COUNTER: Final = OfficeCalendar(rules())
TASK: Final = "Task_ReviewTechnicalDrawings"  # 40 minutes; the other tasks differ in minutes and calendar only
SEED: Final = 20260701
# Two weeks without a national holiday, so that the count needs no list of them.
QUIET_MONDAY: Final = wib("2026-07-06 00:00")
DECISION: Final = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}_requirements" name="{id}" namespace="test">
  <decision id="{id}" name="{id}">
    <variable id="{id}_variable" name="{id}" />
    <literalExpression id="{id}_expression"><text>{expression}</text></literalExpression>
  </decision>
</definitions>"""

Window = dict[str, Any]

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engine(deciding: DecisionEngine) -> DecisionEngine:
    """Each expression of the task as a decision; only the clock is replaced, by the variable `asked_at`."""
    await deciding.learn([_decision(target) for target in ("step_due_at", "step_warn_at")])
    return deciding


@pytest.mark.parametrize(
    ("asked_at", "due_at"),
    [
        ("2026-11-23 08:00", "2026-11-23 08:40"),
        ("2026-11-23 08:00:59", "2026-11-23 08:40:59"),
        ("2026-11-23 11:20", "2026-11-23 12:00"),  # fills the opening: due at its closing
        ("2026-11-23 11:20:01", "2026-11-23 13:00:01"),
        ("2026-11-23 12:30", "2026-11-23 13:40"),  # entered in the lunch break
        ("2026-11-23 14:40", "2026-11-24 08:20"),  # over the night
        ("2026-11-27 11:10", "2026-11-27 13:20"),  # Friday
        ("2026-11-27 14:50", "2026-11-30 08:30"),  # over the weekend
        ("2026-12-23 14:30", "2026-12-28 08:10"),  # 24 December joint leave, 25 Christmas, then a weekend
        ("2026-12-31 14:30", "2027-01-04 08:10"),  # over New Year and a weekend
        ("2026-02-26 11:40", "2026-02-26 12:50"),  # Ramadan hours: break of half an hour
    ],
)
async def test_forty_counter_minutes_end_when_the_counters_say_so(
    engine: DecisionEngine, asked_at: str, due_at: str
) -> None:
    start = wib(asked_at)

    assert _ask(engine, "step_due_at", start, _windows(start)) == wib(due_at)


async def test_the_warning_comes_at_eighty_percent(engine: DecisionEngine) -> None:
    start = wib("2026-11-23 11:50")

    assert _ask(engine, "step_warn_at", start, _windows(start)) == wib("2026-11-23 13:22")


async def test_the_diagram_and_the_office_calendar_agree_at_random_instants(engine: DecisionEngine) -> None:
    chance = random.Random(SEED)
    for _ in range(60):
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(2 * 365 * 86_400))
        minutes = chance.randrange(1, 181)
        expected = COUNTER.due_at(start, minutes * 60)
        assert _ask(engine, "step_due_at", start, _windows(start), minutes) == expected, (start, minutes)


async def test_the_diagram_agrees_with_a_count_of_single_seconds_over_random_openings(engine: DecisionEngine) -> None:
    chance = random.Random(SEED + 1)
    for _ in range(60):
        windows = _random_windows(chance)
        start = datetime.fromisoformat(windows[0]["to"]) - timedelta(seconds=chance.randrange(1, 900))
        minutes = chance.randrange(1, 31)
        expected = _counted_one_by_one(windows, start, minutes * 60)
        assert _ask(engine, "step_due_at", start, windows, minutes) == expected, (start, minutes, windows)


async def test_the_diagram_python_and_a_count_of_single_seconds_agree_for_random_office_calendars(
    engine: DecisionEngine,
) -> None:
    chance = random.Random(SEED + 2)
    for _ in range(25):
        hours = _random_rules(chance)
        start = QUIET_MONDAY + timedelta(seconds=chance.randrange(5 * 86_400))
        minutes = chance.randrange(1, 121)
        calendar = OfficeCalendar(hours)
        windows = [dict(window.as_variable()) for window in calendar.windows(start, start + timedelta(days=10))]

        in_python = calendar.due_at(start, minutes * 60)
        counted = due_counted_one_by_one(hours, start, minutes * 60)
        in_feel = _ask(engine, "step_due_at", start, windows, minutes)

        assert in_feel == in_python == counted, (start, minutes, hours)


async def test_beyond_the_known_openings_the_alarm_is_at_once(engine: DecisionEngine) -> None:
    """Then the ladder asks the legal clock, which knows more; the task does not become an incident."""
    start = wib("2026-11-23 08:00")

    assert _ask(engine, "step_due_at", start, _windows(start)[:1], 241) == start
    assert _ask(engine, "step_due_at", wib("2026-11-23 12:00"), _windows(start)[:1]) == wib("2026-11-23 12:00")


def _decision(target: str) -> Resource:
    root = ElementTree.parse(DIAGRAM).getroot()  # noqa: S314 (our own file)
    task = next(task for task in root.iter(f"{BPMN}userTask") if task.get("id") == TASK)
    mapping = next(mapping for mapping in task.iter(f"{ZEEBE}input") if mapping.get("target") == target)
    expression = mapping.get("source", "").removeprefix("=")
    assert expression.count("now()") == 1
    asked = expression.replace("now()", "date and time(asked_at)")
    return Resource(f"{target}.dmn", DECISION.format(id=target, expression=escape(asked)).encode())


def _ask(engine: DecisionEngine, target: str, start: datetime, windows: list[Window], minutes: int = 40) -> datetime:
    facts = {"asked_at": start.isoformat(), "office": windows, "step_minutes": minutes}
    return datetime.fromisoformat(engine.decide(target, facts).result)


def _windows(start: datetime) -> list[Window]:
    return [dict(window.as_variable()) for window in COUNTER.windows(start, start + timedelta(days=45))]


def _random_rules(chance: random.Random) -> CalendarRules:
    """Up to three openings a day from Monday to Saturday, and one day of the week with hours of its own."""
    week = {day: _random_hours(chance) for day in ("tuesday", "wednesday", "thursday", "friday", "saturday")}
    week["monday"] = [{"opens": "08:00", "closes": "12:00"}]
    changed = (QUIET_MONDAY + timedelta(days=chance.randrange(6))).date()
    override = {
        "first_day": changed,
        "last_day": changed,
        "hours": _random_hours(chance),
        "opens_days_off": chance.random() < 0.5,
        "reason": "random",
        "basis": "random",
    }
    return rules(counter={"normal": week, "ramadan": week, "basis": "random"}, overrides=[override])


def _random_hours(chance: random.Random) -> list[dict[str, str]]:
    edges = sorted(chance.sample(range(6 * 60, 20 * 60), 2 * chance.randrange(1, 4)))
    text = [f"{minute // 60:02}:{minute % 60:02}" for minute in edges]
    return [{"opens": opens, "closes": closes} for opens, closes in zip(text[::2], text[1::2], strict=True)]


def _random_windows(chance: random.Random) -> list[Window]:
    """Openings of 1 to 900 seconds with pauses of up to half an hour, the first one from 1 July 2026."""
    moment, before_s, windows = datetime(2026, 7, 1, tzinfo=UTC), 0, []
    for _ in range(40):
        moment += timedelta(seconds=chance.randrange(1, 1_800))
        seconds = chance.randrange(1, 901)
        closes = moment + timedelta(seconds=seconds)
        windows.append({"from": moment.isoformat(), "to": closes.isoformat(), "before_s": before_s, "seconds": seconds})
        moment, before_s = closes, before_s + seconds
    return windows


def _counted_one_by_one(windows: list[Window], start: datetime, seconds: int) -> datetime:
    """Walks second by second and counts those inside an opening; `start` when the openings do not suffice."""
    spans = [(datetime.fromisoformat(window["from"]), datetime.fromisoformat(window["to"])) for window in windows]
    second, counted = start, 0
    while second < spans[-1][1]:
        counted += any(opens <= second < closes for opens, closes in spans)
        second += timedelta(seconds=1)
        if counted == seconds:
            return second
    return start
