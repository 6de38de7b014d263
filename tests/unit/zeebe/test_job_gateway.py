"""How long a worker's feeds wait before they ask the gateway again."""

import asyncio

from penaemas.zeebe.job_gateway import Backoff, GatewayWatch
from tests.waiting import PATIENCE_S

AN_HOUR = 3600.0


async def test_who_waits_for_a_gateway_that_is_away_goes_on_when_anybodys_call_finds_it() -> None:
    watch = GatewayWatch()
    waiting = asyncio.create_task(watch.wait(Backoff(first=AN_HOUR, longest=AN_HOUR)))
    await asyncio.sleep(0)

    watch.answered()

    await asyncio.wait_for(waiting, PATIENCE_S)


async def test_who_was_refused_by_a_gateway_that_is_there_waits_as_long_as_the_back_off_says() -> None:
    watch = GatewayWatch()
    watch.answered()
    waiting = asyncio.create_task(watch.wait(Backoff(first=AN_HOUR, longest=AN_HOUR)))

    watch.answered()

    done, _ = await asyncio.wait({waiting}, timeout=0.5)
    waiting.cancel()
    assert not done
