"""Job workers on the real broker, and what its records tell about their cases."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from penaemas.zeebe.job_contract import JobInput
from penaemas.zeebe.job_retries import RetryPolicies, RetryPolicy
from penaemas.zeebe.job_runtime import JobRuntime
from tests.resilience.engine import Engine
from tests.waiting import wait_until_async

AN_HOUR = RetryPolicies(default=RetryPolicy(first_wait_s=3600, longest_wait_s=3600, jitter=0))


class AnInput(JobInput):
    case_id: str


class EnginesTime:
    """The machine's clock. The engine's is ahead in this test, so that no deadline seems to be past."""

    def now(self) -> datetime:
        return datetime.now(UTC)


Serve = Callable[..., JobRuntime]


def ended_at(engine: Engine, instance_key: int) -> set[str]:
    """The end events that an instance has reached, by the engine's own records."""
    return {
        value["elementId"]
        for value in engine.records.values("PROCESS_INSTANCE", "ELEMENT_COMPLETED")
        if value["processInstanceKey"] == instance_key and value["bpmnElementType"] == "END_EVENT"
    }


def completed(engine: Engine) -> set[int]:
    """The instances that are complete, by the engine's own records."""
    return {
        value["processInstanceKey"]
        for value in engine.records.values("PROCESS_INSTANCE", "ELEMENT_COMPLETED")
        if value["bpmnElementType"] == "PROCESS"
    }


def incidents(engine: Engine, instance_key: int) -> set[str]:
    """What the incidents of an instance say."""
    return {
        value["errorMessage"]
        for value in engine.records.values("INCIDENT", "CREATED")
        if value["processInstanceKey"] == instance_key
    }


async def recorded(fact: Callable[[], bool] | Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait for a fact that the engine's records tell."""
    await wait_until_async(fact, what)
