"""What runs beside the jobs is kept running and stopped in order."""

import asyncio

import pytest
from structlog.testing import capture_logs

from tests.waiting import wait_until_async
from workers.background import Background, BackgroundTask


async def test_a_task_that_breaks_is_told_by_its_class_and_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.background._FIRST_WAIT_S", 0.01)
    starts = 0

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise ValueError("Fulan")
        await asyncio.Event().wait()

    background = Background((BackgroundTask("outbox", run),))
    with capture_logs() as lines:
        background.start()
        await wait_until_async(lambda: starts == 2, "it was started again")

    assert [line["event"] for line in lines] == ["background_task_broke"]
    assert background.why_not_running() is None
    await background.stop()


async def test_a_broken_task_makes_the_process_not_ready() -> None:
    async def run() -> None:
        raise ValueError("Fulan")

    background = Background((BackgroundTask("outbox", run),))
    background.start()

    await wait_until_async(lambda: background.why_not_running() is not None, "the break is noticed")

    assert background.why_not_running() == "outbox broke: ValueError"
    await background.stop()


async def test_a_stopped_task_has_cleaned_up() -> None:
    begun, cleaned = asyncio.Event(), False

    async def run() -> None:
        nonlocal cleaned
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cleaned = True

    background = Background((BackgroundTask("outbox", run),))
    background.start()
    await begun.wait()

    await background.stop()

    assert cleaned
