"""A system that fails: every way of failing becomes one small fault, and an order with a key happens once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from sqlalchemy import select
from structlog.testing import capture_logs

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.outside_tables import opened_bill
from penaemas.connectors.bootstrap import wire
from penaemas.connectors.calling.caller import Caller, CallLimits, SystemAddress
from penaemas.connectors.calling.circuit import Circuit, CircuitState
from penaemas.connectors.faults import Cause, ConnectorFault, SystemRefuses, SystemUnavailable
from penaemas.connectors.oss.http import HttpOss
from penaemas.connectors.oss.port import BusinessAnswer
from penaemas.connectors.population_registry.http import HttpPopulationRegistry
from penaemas.connectors.retribution_payment.http import HttpRetributionPayment
from penaemas.connectors.retribution_payment.port import Bill
from penaemas.licensing.outside_systems import OutsideSystem
from tests.connectors.conftest import GENEROUS, caller_to
from tests.connectors.described_server import ALL_FAULTS, CONNECTORS, Asked, DescribedServer, Fault, description_of
from tests.connectors.systems import OnTheOfficesTables
from tests.connectors.test_contract import BILL, BUDI, NIB
from tests.offices import SUMEDANG

TREASURY = OutsideSystem.RETRIBUTION_PAYMENT

ONE_TRY = CallLimits(answer_s=30, attempts=1)
HASTY = CallLimits(answer_s=0.15, attempts=2, first_wait_s=0.001, longest_wait_s=0.002)
"""For systems that say nothing: whoever waits for them should not wait long in a test."""
PATIENCE_S = (0.15, 0.15, 0.3, 0.6, 5, 30, 60)
"""Of one round after the other: silence costs little, and a slow machine is waited for in the end."""


@asynccontextmanager
async def an_oss(*faults: Fault, retry_after_s: int = 0) -> AsyncIterator[DescribedServer]:
    """An OSS that knows every business as active, with faults in the first requests."""

    async def active(asked: Asked) -> Any:
        return {"answer": "active"}

    server = DescribedServer(description_of(OutsideSystem.OSS), {"standing": active}, list(faults), retry_after_s)
    async with server.serving():
        yield server


@pytest.mark.parametrize("system", list(OutsideSystem))
def test_every_published_description_is_valid(system: OutsideSystem) -> None:
    validate(description_of(system))


def test_every_system_has_its_four_files() -> None:
    for system in OutsideSystem:
        files = {file.name for file in (CONNECTORS / system.value).iterdir()}
        assert {"port.py", "local.py", "http.py", "openapi.yaml"} <= files, system


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Fault.SERVER_ERROR, Cause.SERVER_ERROR),
        (Fault.SERVER_ERROR_AFTER, Cause.SERVER_ERROR),
        (Fault.TOO_MANY, Cause.OVERLOADED),
        (Fault.CUT_BEFORE, Cause.CUT_OFF),
        (Fault.CUT_AFTER, Cause.CUT_OFF),
        (Fault.CUT_WITHIN_THE_ANSWER, Cause.CUT_OFF),
        (Fault.GARBAGE_AFTER, Cause.UNREADABLE),
        (Fault.WRONG_TYPES_AFTER, Cause.UNREADABLE),
    ],
)
async def test_each_way_of_failing_has_its_word(fault: Fault, cause: Cause) -> None:
    async with an_oss(fault) as server:
        caller = caller_to(server, OutsideSystem.OSS, limits=ONE_TRY)
        with pytest.raises(SystemUnavailable) as failure:
            await HttpOss(caller).standing(NIB)
        await caller.close()

    assert failure.value.cause is cause


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.DRIP])
async def test_a_system_that_says_nothing_or_drips_is_not_waited_for(fault: Fault) -> None:
    async with an_oss(fault) as server:
        caller = caller_to(server, OutsideSystem.OSS, limits=CallLimits(answer_s=0.3, attempts=1))
        with pytest.raises(SystemUnavailable) as failure:
            await asyncio.wait_for(HttpOss(caller).standing(NIB), timeout=60)
        await caller.close()

    assert failure.value.cause is Cause.TIMED_OUT


async def test_a_system_that_is_not_there_is_cut_off() -> None:
    async with an_oss() as server:
        gone = server.url
    caller = Caller(OutsideSystem.OSS, SystemAddress(gone), limits=GENEROUS)

    with pytest.raises(SystemUnavailable) as failure:
        await HttpOss(caller).standing(NIB)
    await caller.close()

    assert failure.value.cause is Cause.CUT_OFF


async def test_a_question_is_asked_again_until_it_is_answered() -> None:
    async with an_oss(Fault.CUT_BEFORE, Fault.SERVER_ERROR) as server:
        caller = caller_to(server, OutsideSystem.OSS)
        answer = await HttpOss(caller).standing(NIB)
        await caller.close()

    assert (answer, len(server.heads)) == (BusinessAnswer.ACTIVE, 3)


async def test_a_system_that_says_when_to_come_back_is_left_alone_till_then() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with an_oss(Fault.TOO_MANY, retry_after_s=7) as server:
        caller = caller_to(server, OutsideSystem.OSS, sleep=sleep)
        await HttpOss(caller).standing(NIB)
        await caller.close()

    assert [7 <= wait < 8 for wait in waits] == [True]


async def test_a_wait_that_is_too_long_for_a_case_is_not_waited() -> None:
    async with an_oss(Fault.TOO_MANY, retry_after_s=3600) as server:
        caller = caller_to(server, OutsideSystem.OSS)
        with pytest.raises(SystemUnavailable) as failure:
            await HttpOss(caller).standing(NIB)
        await caller.close()

    assert failure.value.retry_after is not None
    assert (failure.value.retry_after.total_seconds(), len(server.heads)) == (3600, 1)


async def test_a_wrong_token_is_refused_and_not_tried_again() -> None:
    async with an_oss() as server:
        caller = Caller(OutsideSystem.OSS, SystemAddress(server.url), limits=GENEROUS)
        with pytest.raises(SystemRefuses) as refusal:
            await HttpOss(caller).standing(NIB)
        await caller.close()

    assert (refusal.value.status, len(server.heads)) == (401, 1)


async def test_a_fault_and_its_log_lines_name_nobody() -> None:
    server = DescribedServer(description_of(OutsideSystem.POPULATION_REGISTRY), {}, [Fault.GARBAGE_AFTER] * 2)
    server.operations = {"compare": lambda asked: _answered({"answer": "verified"})}
    async with server.serving():
        caller = caller_to(server, OutsideSystem.POPULATION_REGISTRY, limits=ONE_TRY)
        with capture_logs() as lines, pytest.raises(ConnectorFault) as failure:
            await HttpPopulationRegistry(caller).compare(BUDI, "Budi Rekaan")
        await caller.close()

    told = f"{failure.value!r} {failure.value} {failure.value.__cause__} {lines}"
    assert [word for word in (BUDI.reveal(), "Budi") if word in told] == []


async def _answered(answer: Any) -> Any:
    return answer


def test_a_circuit_opens_after_failures_in_a_row_tries_once_and_closes() -> None:
    present = SimpleNamespace(now=0.0)
    states: list[CircuitState] = []
    circuit = Circuit(opens_after=3, rest_s=30, now=lambda: present.now, tells=states.append)

    for _ in range(2):
        circuit.failed()
    circuit.succeeded()
    for _ in range(3):
        assert circuit.admits()
        circuit.failed()
    assert not circuit.admits()
    present.now = 30
    assert [circuit.admits(), circuit.admits()] == [True, False]
    circuit.failed()
    assert not circuit.admits()
    present.now = 60
    assert circuit.admits()
    circuit.succeeded()

    assert circuit.admits()
    opening = [CircuitState.OPEN, CircuitState.TRYING]
    assert states == [CircuitState.CLOSED, *opening, *opening, CircuitState.CLOSED]


async def test_while_the_circuit_is_open_the_system_is_not_asked() -> None:
    async with an_oss(*[Fault.SERVER_ERROR] * 3) as server:
        caller = caller_to(server, OutsideSystem.OSS, circuit=Circuit(opens_after=3, now=lambda: 0.0))
        with pytest.raises(SystemUnavailable):
            await HttpOss(caller).standing(NIB)
        with pytest.raises(SystemUnavailable) as failure:
            await HttpOss(caller).standing(NIB)
        await caller.close()

    assert (failure.value.cause, len(server.heads)) == (Cause.CIRCUIT_OPEN, 3)


BILLS = count(1)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(faults=st.lists(st.sampled_from(ALL_FAULTS), max_size=6))
def test_an_order_with_a_key_happens_once_under_any_sequence_of_faults(office: Office, faults: list[Fault]) -> None:
    bill = replace(BILL, number=f"PENA-SMD-SKRD-2026-{next(BILLS):05}")

    code = asyncio.run(_opened_under(office, bill, faults))

    with office.database.reading() as connection:
        wanted = select(opened_bill.c.payment_code).where(opened_bill.c.bill_number == bill.number)
        assert connection.execute(wanted).scalars().all() == [code]


async def _opened_under(office: Office, bill: Bill, faults: list[Fault]) -> str:
    """The code of a bill that was ordered with one key until the answer came."""
    region = {SUMEDANG: office.regions[SUMEDANG]}
    server = OnTheOfficesTables(wire(office.database, office.vault.blind, region)).server(TREASURY)
    server.faults = list(faults)
    async with server.serving():
        for patience in PATIENCE_S:
            caller = caller_to(server, TREASURY, limits=replace(HASTY, answer_s=patience))
            try:
                opened = await HttpRetributionPayment(caller).open_bill(bill, key=f"{bill.number}/payment_notice/1")
                break
            except SystemUnavailable:
                continue
            finally:
                await caller.close()
        else:
            pytest.fail("the treasury never answered")
    assert server.broken_promises == []
    return opened.payment_code


async def test_the_surroundings_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with an_oss() as server:
        caller = caller_to(server, OutsideSystem.OSS)
        assert await HttpOss(caller).standing(NIB) is BusinessAnswer.ACTIVE
        await caller.close()


def test_the_descriptions_promise_problems_for_every_way_of_failing() -> None:
    for system in OutsideSystem:
        for path in description_of(system)["paths"].values():
            for operation in path.values():
                assert {"200", "400", "401", "429", "500", "503"} <= set(operation["responses"]), system
