"""The deadlines that the diagrams compute in FEEL, on the real broker, against Python and a count of single seconds."""

import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from typing import Any
from uuid import uuid4

import pytest

from penaemas.cli.model_gate import ROOT
from penaemas.licensing.calendar_rules import CalendarRules
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.zeebe.engine_answers import Resource
from tests.engine.conftest import HOUR, Engine
from tests.unit.licensing.calendars import WIB, open_seconds_counted_one_by_one, rules

# As an input mapping has it; WINDOWS is `office` or `back_office`, MINUTES what of the step's time is asked for.
DEADLINE = (
    "{ t: now(), w: WINDOWS[date and time(item.to) > t][1], "
    'since: if date and time(w.from) > t then 0 else (t - date and time(w.from)) / duration("PT1S"), '
    "target: w.before_s + since + MINUTES * 60, d: WINDOWS[item.before_s + item.seconds >= target][1], "
    'at: date and time(d.from) + duration("PT1S") * (target - d.before_s), due: if at = null then t else at }.due'
)
ALLOWED = {
    f"={DEADLINE}".replace("WINDOWS", windows).replace("MINUTES", minutes)
    for windows in ("office", "back_office")
    for minutes in ("step_minutes", "step_minutes * 0.5", "step_minutes * 0.8", "5")
}

# The same expression for many instants and calendars in one evaluation.
MANY = (
    "=for m in moments return { office: m.office, step_minutes: m.minutes, due: "
    + DEADLINE.replace("now()", "date and time(m.at)").replace("WINDOWS", "office").replace("MINUTES", "step_minutes")
    + " }.due"
)
MODEL = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="Definitions_deadlines" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="deadlines_in_feel" isExecutable="true">
    <bpmn:startEvent id="StartEvent_Asked">
      <bpmn:outgoing>Flow_Asked</bpmn:outgoing>
      <bpmn:messageEventDefinition id="EventDefinition_Asked" messageRef="Message_Asked" />
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="Flow_Asked" sourceRef="StartEvent_Asked" targetRef="Task_Answer" />
    <bpmn:userTask id="Task_Answer">
      <bpmn:extensionElements>
        <zeebe:userTask />
        <zeebe:ioMapping><zeebe:input source="{escape(MANY)}" target="deadlines" /></zeebe:ioMapping>
      </bpmn:extensionElements>
      <bpmn:incoming>Flow_Asked</bpmn:incoming>
      <bpmn:outgoing>Flow_Answered</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="Flow_Answered" sourceRef="Task_Answer" targetRef="EndEvent_Answered" />
    <bpmn:endEvent id="EndEvent_Answered"><bpmn:incoming>Flow_Answered</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
  <bpmn:message id="Message_Asked" name="engine_test.deadlines_asked" />
</bpmn:definitions>
"""

# Without a national holiday, so that the count of seconds needs no list of them; each begins on a Monday.
QUIET_WEEKS = (datetime(2026, 7, 6, tzinfo=WIB), datetime(2026, 11, 2, tzinfo=WIB), datetime(2026, 2, 23, tzinfo=WIB))
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Moment:
    """A step of so many minutes that is entered at an instant, under a calendar."""

    calendar_rules: CalendarRules
    entered_at: datetime
    minutes: int

    @property
    def calendar(self) -> OfficeCalendar:
        return OfficeCalendar(self.calendar_rules)

    @property
    def as_variable(self) -> dict[str, Any]:
        windows = self.calendar.windows(self.entered_at, self.entered_at + timedelta(days=21))
        return {
            "at": self.entered_at.astimezone(UTC).isoformat(),
            "minutes": self.minutes,
            "office": [window.as_variable() for window in windows],
        }


def random_moments(seed: int, count: int) -> list[Moment]:
    """Weeks of random hours, some with a day of other hours; instants anywhere, also at the edge of an opening."""
    chance = random.Random(seed)
    return [_random_moment(chance) for _ in range(count)]


def _random_moment(chance: random.Random) -> Moment:
    week = {day: _random_hours(chance, chance.choice((0, 1, 2, 2, 3))) for day in DAYS}
    week["monday"] = _random_hours(chance, 2)
    begin = chance.choice(QUIET_WEEKS)
    changed = (begin + timedelta(days=chance.randrange(7))).date().isoformat()
    override = {
        "first_day": changed,
        "last_day": changed,
        "hours": _random_hours(chance, chance.randrange(3)),
        "opens_days_off": chance.random() < 0.5,
        "reason": "random",
        "basis": "random",
    }
    hours = {"normal": week, "ramadan": {**week, "monday": ["08:00-12:00"]}, "basis": "random"}
    calendar_rules = rules(counter=hours, overrides=[override] if chance.random() < 0.5 else [])
    windows = OfficeCalendar(calendar_rules).windows(begin, begin + timedelta(days=14))
    window = chance.choice(windows)
    entered_at = chance.choice(
        [
            begin + timedelta(seconds=chance.randrange(6 * 24 * 3600)),
            window.opens_at,
            window.closes_at,
            window.closes_at - timedelta(seconds=1),
        ]
    )
    whole_windows = window.seconds // 60
    return Moment(calendar_rules, entered_at, chance.choice((1, 5, chance.randint(1, 240), max(whole_windows, 1))))


def _random_hours(chance: random.Random, stretches: int) -> list[dict[str, str]]:
    edges = sorted(chance.sample(range(24 * 60), 2 * stretches))
    text = [f"{minute // 60:02}:{minute % 60:02}" for minute in edges]
    return [{"opens": opens, "closes": closes} for opens, closes in zip(text[::2], text[1::2], strict=True)]


async def deadlines_of(engine: Engine, moments: list[Moment]) -> list[datetime]:
    """What the engine computes."""
    await engine.commands.deploy([Resource("deadlines_in_feel.bpmn", MODEL.encode())])
    case_id = f"CASE-{uuid4()}"
    variables = {"case_id": case_id, "moments": [moment.as_variable for moment in moments]}
    await engine.commands.start_by_message("engine_test.deadlines_asked", case_id, variables, time_to_live=HOUR)
    of_case = await engine.record("VARIABLE", "CREATED", name="case_id", value=json.dumps(case_id))
    instance_key = of_case["value"]["processInstanceKey"]
    answer = await engine.record("VARIABLE", "CREATED", name="deadlines", processInstanceKey=instance_key)
    return [datetime.fromisoformat(due) for due in json.loads(answer["value"]["value"])]


@pytest.mark.engine
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("seed", range(4))
async def test_a_deadline_in_feel_is_the_one_in_python_and_of_a_count_of_single_seconds(
    engine: Engine, seed: int
) -> None:
    moments = random_moments(seed, 25)

    computed = await deadlines_of(engine, moments)

    assert computed == [moment.calendar.due_at(moment.entered_at, moment.minutes * 60) for moment in moments]
    for moment, due in zip(moments, computed, strict=True):
        counted = open_seconds_counted_one_by_one(moment.calendar_rules, moment.entered_at, due)
        before = due - timedelta(seconds=1)
        assert counted == moment.minutes * 60
        assert open_seconds_counted_one_by_one(moment.calendar_rules, before, due) == 1


@pytest.mark.engine
@pytest.mark.asyncio(loop_scope="session")
async def test_a_step_counts_from_the_whole_second_in_which_it_was_entered(engine: Engine) -> None:
    """FEEL cuts the quotient of two durations to whole seconds: a deadline is never late by that, and early by less."""
    moments = [
        Moment(moment.calendar_rules, moment.entered_at + timedelta(milliseconds=chance), moment.minutes)
        for chance, moment in enumerate(random_moments(77, 100), start=1)
    ]

    computed = await deadlines_of(engine, moments)

    whole = [moment.entered_at.replace(microsecond=0) for moment in moments]
    assert computed == [
        moment.calendar.due_at(entered_at, moment.minutes * 60)
        for moment, entered_at in zip(moments, whole, strict=True)
    ]


def test_the_office_diagrams_compute_their_deadlines_by_this_expression() -> None:
    written = {
        unescape(source)
        for diagram in (ROOT / "bpmn").glob("*/*.bpmn")
        for source in re.findall(r'<zeebe:input source="(=\{ t: now\(\)[^"]*)"', diagram.read_text(encoding="utf-8"))
    }

    assert written <= ALLOWED
