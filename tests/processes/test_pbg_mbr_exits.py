"""How a PBG MBR case ends: issued, rejected, handed to the ordinary PBG, expired."""

import pytest

from tests.processes.kit import pbg
from tests.processes.kit.story import PermitOffice

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


async def test_a_prototype_house_gets_its_permit(permit_office: PermitOffice) -> None:
    case = await pbg.a_family_applies(permit_office)

    await pbg.complete_each(case, *pbg.TO_THE_PERMIT)

    assert (await case.ends()).state == "completed"
    assert case.path[-1] == "EndEvent_PermitIssued"
