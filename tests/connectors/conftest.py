"""Fixtures: the same port twice, on the office's own tables and over HTTP, and a system with faults."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import pytest
from pydantic import SecretStr

from penaemas.casefiles.bootstrap import Office
from penaemas.connectors.bootstrap import Connectors, office_tables, wire
from penaemas.connectors.calling.caller import Caller, CallLimits, SystemAddress
from penaemas.connectors.calling.circuit import Circuit
from penaemas.connectors.imports.csv_rows import OfficeTable
from penaemas.licensing.outside_systems import OutsideSystem, SystemRule, SystemRules
from penaemas.licensing.region import Region
from tests.connectors.described_server import TOKEN, DescribedServer
from tests.connectors.systems import OnTheOfficesTables
from tests.offices import SUMEDANG

GENEROUS = CallLimits(answer_s=30, whole_s=120, first_wait_s=0.001, longest_wait_s=0.002)
"""For tests that are not about time: a slow machine must not look like a slow system."""


@dataclass(frozen=True)
class Systems:
    """The connectors under test, the tables that they answer from, and the servers, if they go over HTTP."""

    connectors: Connectors
    tables: Mapping[OutsideSystem, OfficeTable]
    servers: Mapping[OutsideSystem, DescribedServer]


def region_served_by_http(region: Region) -> Region:
    """The same region, with every system asked itself."""
    rules = SystemRules(**{system.value: SystemRule(served_by="http") for system in OutsideSystem})
    return region.model_copy(update={"systems": rules})


@pytest.fixture(params=["local", "http"])
async def systems(request: pytest.FixtureRequest, office: Office) -> AsyncIterator[Systems]:
    """Every port, on the office's own tables and then over HTTP."""
    blind = office.vault.blind
    tables = office_tables(office.database, blind)
    local = wire(office.database, blind, {SUMEDANG: office.regions[SUMEDANG]})
    if request.param == "local":
        yield Systems(local, tables, {})
        return
    async with AsyncExitStack() as stack:
        servers = {
            system: await stack.enter_async_context(OnTheOfficesTables(local).server(system).serving())
            for system in OutsideSystem
        }
        connectors = wire(
            office.database,
            blind,
            {SUMEDANG: region_served_by_http(office.regions[SUMEDANG])},
            {f"*/{system.value}": SystemAddress(server.url, SecretStr(TOKEN)) for system, server in servers.items()},
            caller=partial(Caller, limits=GENEROUS),
        )
        stack.push_async_callback(connectors.close)
        yield Systems(connectors, tables, servers)
        assert [promise for server in servers.values() for promise in server.broken_promises] == []


def caller_to(
    server: DescribedServer,
    system: OutsideSystem,
    *,
    limits: CallLimits = GENEROUS,
    circuit: Circuit | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Caller:
    """A caller whose circuit never opens, unless the test brings another."""
    return Caller(
        system,
        SystemAddress(server.url, SecretStr(TOKEN)),
        limits=limits,
        chance=random.Random(7),
        circuit=circuit or Circuit(opens_after=10**6),
        sleep=sleep,
    )
