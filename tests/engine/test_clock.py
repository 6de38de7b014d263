"""The engine's movable clock, on the real broker."""

from datetime import UTC, datetime, timedelta

import pytest

from penaemas.zeebe.clock import ControlledClock
from penaemas.zeebe.errors import EngineUnavailable
from tests.engine.conftest import Engine, free_ports

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


async def test_moving_the_clock_fires_a_timer_and_our_own_now_follows(engine: Engine) -> None:
    _, element = await engine.start_case("engine_test.review_wanted", "Task_Review")
    instance_key = element["value"]["processInstanceKey"]
    await engine.record("TIMER", "CREATED", processInstanceKey=instance_key)
    before = engine.clock.now()

    told = await engine.clock.advance(timedelta(hours=3))

    await engine.record("TIMER", "TRIGGERED", processInstanceKey=instance_key)
    assert abs(engine.clock.now() - told) < timedelta(seconds=5)
    assert timedelta(hours=3) <= engine.clock.now() - before < timedelta(hours=3, minutes=1)


async def test_another_holder_of_the_clock_catches_up_by_reading_it(engine: Engine) -> None:
    await engine.clock.advance(timedelta(minutes=30))
    management_url = engine.broker.settings.address().management_url
    assert management_url is not None

    async with ControlledClock(management_url, allowed=True) as other:
        assert abs(other.now() - engine.clock.now()) < timedelta(seconds=1)
        assert other.now() - datetime.now(UTC) > timedelta(minutes=29)


async def test_the_clock_never_moves_backwards(engine: Engine) -> None:
    with pytest.raises(ValueError, match="only moves forward"):
        await engine.clock.advance(timedelta(seconds=-1))


async def test_a_clock_of_an_engine_that_does_not_answer_is_unavailable() -> None:
    clock = ControlledClock(f"http://127.0.0.1:{free_ports().management}", allowed=True)
    try:
        with pytest.raises(EngineUnavailable):
            await clock.read()
    finally:
        await clock.close()
