"""Outages that the workers see: on record once, over when the system answers, and holding clocks only by rule."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from penaemas.casefiles.bootstrap import Office
from penaemas.connectors.bootstrap import Connectors, wire
from penaemas.connectors.calling.caller import Caller, CallLimits, SystemAddress
from penaemas.connectors.faults import Cause, ConnectorFault
from penaemas.connectors.serving import AddressMissing
from penaemas.licensing.outside_systems import OutsideSystem, SystemRule, SystemRules
from tests.connectors.conftest import caller_to, region_served_by_http
from tests.connectors.described_server import DescribedServer, Fault, description_of
from tests.offices import MONDAY_NINE, SUMEDANG, OfficeClock
from workers.monitoring.outage_watch import OutageWatch

LAND, POPULATION = OutsideSystem.LAND_REGISTRY, OutsideSystem.POPULATION_REGISTRY


def let_outages_pause(office: Office) -> None:
    """The region's rule from now on: an outage of the land registry holds the clocks."""
    rules = SystemRules(land_registry=SystemRule(outage_pauses_clock=True))
    regions = office.regions
    assert isinstance(regions, dict)
    regions[SUMEDANG] = regions[SUMEDANG].model_copy(update={"systems": rules})


async def test_an_outage_is_on_record_once_with_reference_and_supervisor(office: Office) -> None:
    first = await office.watched_outages.begin(SUMEDANG, LAND, Cause.TIMED_OUT.value)
    again = await office.watched_outages.begin(SUMEDANG, LAND, Cause.CUT_OFF.value)

    (outage,) = await office.outages.all_of(SUMEDANG)
    assert first == again == outage.reference == "OTOMATIS/land_registry/20260202-0900"
    assert (outage.system, outage.supervisor, outage.began_at) == ("land_registry", "KADIS", MONDAY_NINE)
    assert (outage.reason, outage.ended_at) == ("tidak menjawab: timed_out", None)


async def test_a_system_that_fails_again_within_the_minute_is_another_outage(office: Office) -> None:
    references = []
    for _ in range(3):
        references.append(await office.watched_outages.begin(SUMEDANG, LAND, Cause.CUT_OFF.value))
        assert await office.watched_outages.end(SUMEDANG, LAND)

    assert [reference.removeprefix("OTOMATIS/land_registry/20260202-0900") for reference in references] == [
        "",
        "-2",
        "-3",
    ]
    assert not await office.watched_outages.end(SUMEDANG, LAND), "none is open any more"


@pytest.mark.parametrize("pauses", [False, True])
async def test_only_the_regions_rule_lets_an_outage_hold_a_clock_and_the_gross_time_runs_either_way(
    office: Office, clock: OfficeClock, pauses: bool
) -> None:
    if pauses:
        let_outages_pause(office)
    began = clock.now()
    await office.watched_outages.begin(SUMEDANG, LAND, Cause.TIMED_OUT.value)
    clock.let_pass(timedelta(minutes=40))
    await office.watched_outages.end(SUMEDANG, LAND)
    clock.let_pass(timedelta(minutes=20))

    with office.database.reading() as connection:
        step = office.clocks.step_clock(connection, SUMEDANG, began, "counter")

    assert step.net(clock.now()) == timedelta(minutes=20 if pauses else 60)
    assert step.gross_office_seconds(clock.now()) == 60 * 60
    (outage,) = await office.outages.all_of(SUMEDANG)
    assert outage.pauses_clock is pauses


@asynccontextmanager
async def a_land_registry(office: Office, *faults: Fault) -> AsyncIterator[Connectors]:
    """Connectors to a land registry of its own, which fails as it is told."""

    async def health(asked: object) -> dict[str, str]:
        return {"status": "ok"}

    async with DescribedServer(description_of(LAND), {"health": health}, list(faults)).serving() as server:
        region = office.regions[SUMEDANG]
        only_land = SystemRules(land_registry=SystemRule(served_by="http"))
        connectors = wire(
            office.database,
            office.vault.blind,
            {SUMEDANG: region.model_copy(update={"systems": only_land})},
            {f"{SUMEDANG}/land_registry": SystemAddress(server.url)},
            caller=lambda system, address: caller_to(server, system, limits=CallLimits(answer_s=30, attempts=1)),
        )
        yield connectors
        await connectors.close()


async def test_the_watch_ends_an_outage_as_soon_as_the_system_is_well(office: Office, clock: OfficeClock) -> None:
    await office.watched_outages.begin(SUMEDANG, LAND, Cause.SERVER_ERROR.value)
    # Served by the office's own tables meanwhile, so nothing of it can be out of order.
    await office.watched_outages.begin(SUMEDANG, POPULATION, Cause.SERVER_ERROR.value)
    async with a_land_registry(office, Fault.SERVER_ERROR) as connectors:
        watch = OutageWatch(office.watched_outages, connectors)

        await watch.look()
        assert [outage.system for outage in await office.watched_outages.open()] == [LAND]
        clock.let_pass(timedelta(minutes=5))
        await watch.look()

    assert await office.watched_outages.open() == ()
    ended = {outage.system: outage.ended_at for outage in await office.outages.all_of(SUMEDANG)}
    assert ended == {"land_registry": clock.now(), "population_registry": MONDAY_NINE}


def test_a_region_that_wants_a_system_itself_is_refused_without_an_address(office: Office) -> None:
    region = region_served_by_http(office.regions[SUMEDANG])

    with pytest.raises(AddressMissing, match="PENA_CONNECTORS"):
        wire(office.database, office.vault.blind, {SUMEDANG: region})


@pytest.mark.parametrize(
    ("place", "url", "told"),
    [
        ("32.11/dukcapil", "https://a.example", "is no"),
        ("*/oss", "http://a.example", "must begin with https"),
        ("*/oss", "http://127.0.0.1.a.example", "must begin with https"),
    ],
)
def test_an_address_that_could_leak_or_means_nothing_is_refused(
    office: Office, place: str, url: str, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        wire(office.database, office.vault.blind, office.regions, {place: SystemAddress(url)})


async def test_a_region_of_its_own_address_is_not_asked_at_the_shared_one(office: Office, tmp_path: Path) -> None:
    region = region_served_by_http(office.regions[SUMEDANG])
    addresses = {f"*/{system.value}": SystemAddress("http://127.0.0.1:9/shared") for system in OutsideSystem}
    addresses[f"{SUMEDANG}/oss"] = SystemAddress("http://127.0.0.1:9/own")
    made: dict[str, Caller] = {}

    def caller(system: OutsideSystem, address: SystemAddress) -> Caller:
        return made.setdefault(f"{system.value} {address.url}", Caller(system, address, limits=CallLimits(attempts=1)))

    connectors = wire(office.database, office.vault.blind, {SUMEDANG: region}, addresses, caller=caller)

    assert connectors.oss.place_of(SUMEDANG) == SUMEDANG
    assert connectors.simbg.place_of(SUMEDANG) == "*"
    with pytest.raises(ConnectorFault):
        await connectors.require_answer(SUMEDANG, OutsideSystem.OSS)
    await connectors.close()
