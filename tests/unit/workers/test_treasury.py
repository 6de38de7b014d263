"""Errands to the treasury: a bill for each notice, and each payment counted once however it is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import SecretStr
from sqlalchemy import func, select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.payments import PaymentOutcome, Payments, PaymentVerdict, ToldPayment
from penaemas.casefiles.tables import outbox
from penaemas.connectors.bootstrap import Connectors, office_tables, wire
from penaemas.connectors.calling.caller import Caller, SystemAddress
from penaemas.connectors.imports.csv_rows import OfficeTable
from penaemas.licensing.outside_systems import OutsideSystem, SystemRule, SystemRules
from penaemas.observability.ops_server import Request
from penaemas.storage.errors import StorageUnavailable
from tests import emas
from tests.connectors.conftest import GENEROUS
from tests.connectors.described_server import TOKEN, DescribedServer, Fault, description_of
from tests.connectors.systems import OnTheOfficesTables
from tests.offices import SUMEDANG, OfficeClock
from workers.payment_callback import PaymentCallback
from workers.treasury_rounds import TreasuryRounds

TREASURY = OutsideSystem.RETRIBUTION_PAYMENT


async def a_notice(office: Office, clock: OfficeClock) -> tuple[str, str]:
    """A case that waits for its payment, and the number of the notice."""
    case_id = await emas.opened(office, emas.ADVERTISING)
    for step in ("Task_VerifyIdentity", "Task_CheckCompleteness"):
        await emas.done(office, case_id, step)
    await office.emas.lifecycle.open_window(case_id)
    number = (await office.emas.fees.issue_notice(case_id)).number
    clock.let_pass(timedelta(hours=1))
    return case_id, number


def told(number: str, clock: OfficeClock, **changes: Any) -> ToldPayment:
    """A payment of the notice in full."""
    return replace(ToldPayment("STS-1", number, emas.FEE_IDR, clock.now(), "poll"), **changes)


def messages(office: Office) -> int:
    """How often the process was told of a payment."""
    with office.database.reading() as connection:
        return connection.execute(select(func.count()).where(outbox.c.kind == "publish_message")).scalar_one()


def rounds(office: Office, connectors: Connectors | None = None) -> TreasuryRounds:
    """The errands, by default to the office's own tables."""
    local = connectors or wire(office.database, office.vault.blind, {SUMEDANG: office.regions[SUMEDANG]})
    return TreasuryRounds(office.treasury_desk, office.payments, local, office.watched_outages)


async def test_a_payment_moves_its_case_once_however_often_it_is_told(office: Office, clock: OfficeClock) -> None:
    _, number = await a_notice(office, clock)
    before = messages(office)

    verdicts = [await office.payments.take(told(number, clock, channel=channel)) for channel in ("poll", "callback")]

    assert [verdict.outcome for verdict in verdicts] == [PaymentOutcome.TAKEN] * 2
    assert [verdict.told_before for verdict in verdicts] == [False, True]
    assert messages(office) - before == 1


async def test_a_worker_that_died_before_the_verdict_was_kept_counts_the_payment_once(
    office: Office, clock: OfficeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, number = await a_notice(office, clock)
    before = messages(office)

    def die(self: Payments, payment: ToldPayment, verdict: PaymentVerdict) -> None:
        raise StorageUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(Payments, "_keep", die)
        with pytest.raises(StorageUnavailable):
            await office.payments.take(told(number, clock))
    # Told again when the case is over already: still no second payment, and nothing to pay back.
    await office.emas.lifecycle.close_case(case_id, "TERBIT")
    verdict = await office.payments.take(told(number, clock))

    assert (verdict.outcome, messages(office) - before) == (PaymentOutcome.TAKEN, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bill_number": "PENA-SMD-SKRD-2026-99999"}, "no payment notice"),
        ({"amount_idr": emas.FEE_IDR - 1}, "amount_idr"),
        ({"paid_at": datetime.fromisoformat("2099-01-01T00:00:00+07:00")}, "paid_at"),
    ],
    ids=["no such notice", "not in full", "in the future"],
)
async def test_what_fits_no_notice_is_set_aside_with_its_reason(
    office: Office, clock: OfficeClock, changes: dict[str, Any], reason: str
) -> None:
    _, number = await a_notice(office, clock)
    before = messages(office)
    payment = told(number, clock, **changes)

    verdict = await office.payments.take(payment)

    assert verdict.outcome is PaymentOutcome.SET_ASIDE
    assert reason in verdict.reason
    assert await office.payments.set_aside() == ((payment, verdict.reason),)
    assert messages(office) == before


async def test_a_reference_of_another_payment_is_for_a_person(office: Office, clock: OfficeClock) -> None:
    _, number = await a_notice(office, clock)
    await office.payments.take(told(number, clock))

    verdict = await office.payments.take(told(number, clock, amount_idr=1))

    assert (verdict.outcome, "another payment" in verdict.reason) == (PaymentOutcome.SET_ASIDE, True)


def treasury_table(office: Office) -> OfficeTable:
    """Payments that a file has told."""
    return office_tables(office.database, office.vault.blind)[TREASURY]


async def test_payments_of_a_file_are_taken_in_and_the_file_is_read_on(office: Office, clock: OfficeClock) -> None:
    _, number = await a_notice(office, clock)
    row = {"treasury_reference": "STS-1", "bill_number": number, "amount_idr": emas.FEE_IDR, "paid_at": clock.now()}
    await treasury_table(office).take([row], source="uji", at=clock.now())
    before = messages(office)

    await rounds(office).take_payments()
    await rounds(office).take_payments()

    assert messages(office) - before == 1
    assert await office.treasury_desk.cursor("*", "local") == "1"


async def test_a_notice_gets_its_code_once(office: Office, clock: OfficeClock) -> None:
    _, number = await a_notice(office, clock)

    await rounds(office).open_bills()

    assert await office.treasury_desk.code_of(number) == number
    assert await office.treasury_desk.notices_without_code(10) == ()


@asynccontextmanager
async def a_treasury(office: Office, *faults: Fault) -> AsyncIterator[tuple[Connectors, DescribedServer]]:
    """A treasury of its own with faults in the first requests."""
    region = office.regions[SUMEDANG]
    server = OnTheOfficesTables(wire(office.database, office.vault.blind, {SUMEDANG: region})).server(TREASURY)
    server.faults = list(faults)
    rules = SystemRules(retribution_payment=SystemRule(served_by="http"))
    async with server.serving():
        connectors = wire(
            office.database,
            office.vault.blind,
            {SUMEDANG: region.model_copy(update={"systems": rules})},
            {f"{SUMEDANG}/{TREASURY.value}": SystemAddress(server.url, SecretStr(TOKEN))},
            caller=partial(Caller, limits=replace(GENEROUS, attempts=1)),
        )
        yield connectors, server
        await connectors.close()
    assert server.broken_promises == []


async def test_a_bill_whose_answer_was_lost_is_opened_once(office: Office, clock: OfficeClock) -> None:
    _, number = await a_notice(office, clock)
    async with a_treasury(office, Fault.CUT_AFTER) as (connectors, server):
        await rounds(office, connectors).open_bills()
        assert await office.treasury_desk.code_of(number) is None
        await rounds(office, connectors).open_bills()
        await rounds(office, connectors).open_bills()

    assert (await office.treasury_desk.code_of(number), len(server.heads)) == (number, 2)
    assert [outage.system for outage in await office.outages.all_of(SUMEDANG)] == ["retribution_payment"]


async def test_payments_that_could_not_be_fetched_are_fetched_later(office: Office, clock: OfficeClock) -> None:
    _, number = await a_notice(office, clock)
    row = {"treasury_reference": "STS-1", "bill_number": number, "amount_idr": emas.FEE_IDR, "paid_at": clock.now()}
    await treasury_table(office).take([row], source="uji", at=clock.now())
    before = messages(office)
    async with a_treasury(office, Fault.GARBAGE_AFTER) as (connectors, _):
        await rounds(office, connectors).take_payments()
        assert messages(office) == before
        await rounds(office, connectors).take_payments()

    assert messages(office) - before == 1
    assert await office.treasury_desk.cursor(SUMEDANG, "http") == "1"


class Woken:
    """Stands for the outbox sender: counts how often it was woken."""

    def __init__(self) -> None:
        self.times = 0

    def wake(self) -> None:
        self.times += 1


async def call_back(office: Office, body: Any, *, token: str = TOKEN) -> tuple[int, Any]:
    """What the treasury gets when it tells of a payment."""
    callback = PaymentCallback(office.payments, SecretStr(TOKEN), Woken())
    headers = {"authorization": f"Bearer {token}"}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = await callback.route(Request("POST", "/payments", content, headers))
    return int(response.status), json.loads(response.body)


async def test_the_treasury_tells_of_a_payment_as_the_description_says(office: Office, clock: OfficeClock) -> None:
    _, number = await a_notice(office, clock)
    before = messages(office)
    body = {
        "reference": "STS-1",
        "bill_number": number,
        "amount_idr": emas.FEE_IDR,
        "paid_at": clock.now().isoformat(),
    }
    description = description_of(TREASURY)
    schema = description["webhooks"]["paymentReceived"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": description["components"]}).validate(body)

    assert await call_back(office, body) == (200, {"outcome": "taken"})
    assert await call_back(office, body) == (200, {"outcome": "taken"})
    assert messages(office) - before == 1
    assert (await call_back(office, {**body, "reference": "STS-2", "bill_number": "SKRD-0"}))[0] == 202


@pytest.mark.parametrize(
    ("body", "token", "status"),
    [({}, "salah", 401), ({"reference": 7}, TOKEN, 400), (b"<html>", TOKEN, 400)],
    ids=["wrong token", "wrong types", "no JSON"],
)
async def test_what_is_no_payment_or_comes_from_nobody_is_refused(
    office: Office, body: Any, token: str, status: int
) -> None:
    assert (await call_back(office, body, token=token))[0] == status
