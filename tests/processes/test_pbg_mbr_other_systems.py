"""A PBG MBR case while another system is down: it goes on by hand, and the outage is on record."""

import pytest

from penaemas.casefiles.clock_ledger import CaseClock
from penaemas.licensing.outside_systems import OutsideSystem, SystemRule, SystemRules
from tests.processes.kit import pbg
from tests.processes.kit.story import Case, PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


def promise_stands(case: Case) -> bool:
    """Whether something holds the clock of the three-hour promise now."""
    casefiles = case.office.running.casefiles
    with casefiles.database.reading() as connection:
        promise = casefiles.clocks.clock_of(connection, case.case_id, CaseClock.PROMISE)
    assert promise is not None
    return promise.is_standing(case.office.now())


@pytest.mark.parametrize("pauses", [False, True], ids=["the clock goes on", "the region's rule holds the clock"])
async def test_while_a_registry_is_down_the_case_goes_on_by_hand(permit_office: PermitOffice, pauses: bool) -> None:
    down = SystemRule(served_by="http", outage_pauses_clock=pauses)
    permit_office.works_like(permit_office.region.model_copy(update={"systems": SystemRules(population_registry=down)}))
    case = await pbg.a_family_applies(permit_office)

    await pbg.complete_each(case, *pbg.INTAKE)
    await case.waits_at("Task_VerifyManually")

    casefiles = permit_office.running.casefiles
    (outage,) = await casefiles.outages.all_of(permit_office.region_code)
    assert (outage.system, outage.ended_at, outage.pauses_clock) == ("population_registry", None, pauses)
    assert outage.reference.startswith("OTOMATIS/population_registry/")
    assert promise_stands(case) is pauses

    await casefiles.watched_outages.end(permit_office.region_code, OutsideSystem.POPULATION_REGISTRY)
    assert not promise_stands(case)
    await pbg.complete(case, "Task_VerifyManually")
    await case.passes("Gateway_ReviewFork")
    assert case.incidents == ()
