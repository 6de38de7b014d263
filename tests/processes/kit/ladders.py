"""What the ladders of a case left behind: whom they told, when, and how long after the instant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Row, select

from penaemas.casefiles.clock_ledger import CaseClock
from penaemas.casefiles.clock_tables import escalation_notice, fired_rung
from penaemas.casefiles.escalation_steps import SERVICE_WINDOW
from penaemas.casefiles.service_window import ClockReading
from penaemas.licensing.posts import Post
from tests.processes.kit.story import WAIT_S, Case, PermitOffice, StoryStuck
from tests.processes.kit.story_calendar import WIB

FIRST_DAY = date(2026, 1, 1)
ADMIN = "admin-contoh"
Fact = TypeVar("Fact")
A_MOMENT = timedelta(milliseconds=300)
# A story jumps over hours, so that many ladders wake together; how fast one is, is measured where it is alone.
AT_ONCE = timedelta(seconds=15)
# The engine's clock and ours are read one after the other.
A_BLINK = timedelta(milliseconds=500)


@dataclass(frozen=True)
class Firing:
    """A rung that has fired.

    Attributes:
        at: when it was written down, WIB.
        told: the post that a notice was for → the officer whom it reached.
        decrees: the post → the decree by which a stand-in was told, if one was.
    """

    step_id: str
    level: str
    at: datetime
    told: dict[str, str | None]
    decrees: dict[str, str]

    def after(self, due_at: datetime) -> timedelta:
        """How long after its instant it was written down."""
        return self.at - due_at


async def posts_are_filled(office: PermitOffice, *vacant: Post) -> None:
    """Every post of the region gets an officer who is called like it, but for the vacant ones."""
    for post in Post:
        if post not in vacant:
            posts = office.running.casefiles.deadlines.posts
            await posts.appoint(office.region_code, post, post.lower(), FIRST_DAY, by=ADMIN)


def firings(case: Case) -> tuple[Firing, ...]:
    """Every rung of the case that has fired, oldest first."""
    of_case = select(fired_rung).where(fired_rung.c.case_id == case.case_id).order_by(fired_rung.c.fired_at)
    notices = select(escalation_notice).where(escalation_notice.c.case_id == case.case_id)
    with case.office.running.casefiles.database.reading() as connection:
        rungs = connection.execute(of_case).all()
        told = connection.execute(notices).all()
    return tuple(_firing(rung, [one for one in told if _belongs(one, rung)]) for rung in rungs)


async def fires(case: Case, level: str, step_id: str = SERVICE_WINDOW, *, times: int = 1) -> Firing:
    """Wait until a rung has fired so many times; the latest."""

    def fired() -> Firing | None:
        found = [one for one in firings(case) if (one.step_id, one.level) == (step_id, level)]
        return found[times - 1] if len(found) >= times else None

    return await _recorded(case, fired, f"fires {level} of {step_id} ({times} times)")


async def fires_at(case: Case, level: str, due_at: datetime | None, step_id: str = SERVICE_WINDOW) -> Firing:
    """Let an instant come and the rung fire for the first time: then, and not before."""
    assert due_at is not None
    await ladders_have_settled(case)
    await case.office.wait_for_the_clock(due_at - A_MOMENT)
    firing = await fires(case, level, step_id)
    said = f"{level} of {step_id}: due {due_at.astimezone(WIB)}, fired {firing.at}"
    assert -A_BLINK <= firing.after(due_at) < AT_ONCE, said
    return firing


async def ladders_have_settled(case: Case) -> None:
    """Wait until every ladder that an alarm has raised waits for its next instant, or is done.

    A clock that is moved before would hide a ladder that fires too early: it would only seem to be slow.
    """
    queries = case.office.running.history.queries

    def settled() -> bool:
        ladders = queries.children(case.process_instance_key)
        raised = sum(element_id.startswith("CallActivity_Escalate") for element_id in case.path)
        return len(ladders) >= raised and all(
            ladder.ended_at is not None
            or any(
                (step.element_id, step.state) == ("Gateway_AwaitNextStep", "active")
                for step in queries.path(ladder.process_instance_key)
            )
            for ladder in ladders
        )

    await _recorded(case, settled, "lets its ladders wait")


async def promise_of(case: Case) -> ClockReading:
    """The promise clock of the case as it is shown now."""
    readings = await case.office.running.casefiles.deadlines.service_window.readings(case.case_id)
    return next(one for one in readings if one.which is CaseClock.PROMISE)


async def _recorded(case: Case, ask: Callable[[], Fact | None], what: str) -> Fact:
    def ask_unless_stopped() -> Fact | None:
        fact = ask()
        if not fact and case.incidents:
            raise StoryStuck(f"the case never {what}: something was stopped\n{case.stands()}")
        return fact

    try:
        found = await case.office.running.history.wait_until(ask_unless_stopped, timeout_s=WAIT_S)
    except TimeoutError:
        raise StoryStuck(f"the case never {what}\n{case.stands()}") from None
    if found is None:
        raise StoryStuck("the history ended its wait without a fact")
    return found


def _belongs(notice: Row[Any], rung: Row[Any]) -> bool:
    of = ("step_id", "step_instance", "level")
    return all(getattr(notice, name) == getattr(rung, name) for name in of)


def _firing(rung: Row[Any], notices: list[Row[Any]]) -> Firing:
    return Firing(
        rung.step_id,
        rung.level,
        rung.fired_at.astimezone(WIB),
        {one.meant_for: one.officer for one in notices},
        {one.meant_for: one.decree_number for one in notices if one.decree_number},
    )


def seconds_after(instant: datetime | None, expected: datetime) -> float:
    """How long after the expected instant; a story's own steps take moments, so a few seconds are no fault."""
    assert instant is not None
    return (instant - expected).total_seconds()
