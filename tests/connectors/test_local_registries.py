"""The office's own tables as registries: what is not known is unknown, never a pass."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.pbg_tables import known_plot, known_resident
from penaemas.connectors.land_registry.local import LocalLandRegistry
from penaemas.connectors.land_registry.port import LandAnswer, LandClaim, LandMatch
from penaemas.connectors.population_registry.local import LocalPopulationRegistry
from penaemas.connectors.population_registry.port import IdentityAnswer
from penaemas.licensing.identifiers import Nik
from tests.offices import MONDAY_NINE
from tests.pbg import APPLICANT_NIK, OWNER_NIK

BUDI, ANI = Nik.parse(APPLICANT_NIK, field="nik"), Nik.parse(OWNER_NIK, field="nik")
PLOT = LandClaim("HM", "00123", "321102", "Budi Rekaan", Decimal("84.00"), "321102000100200030")


@pytest.fixture
def residents(office: Office) -> LocalPopulationRegistry:
    return LocalPopulationRegistry(office.database, office.vault.blind)


@pytest.fixture
def plots(office: Office) -> LocalLandRegistry:
    return LocalLandRegistry(office.database, office.vault.blind)


async def test_an_empty_table_knows_nobody_and_no_plot(
    residents: LocalPopulationRegistry, plots: LocalLandRegistry
) -> None:
    assert await residents.compare(BUDI, "Budi Rekaan") is IdentityAnswer.UNKNOWN
    assert await plots.match(PLOT) == LandMatch(LandAnswer.UNKNOWN)


async def test_a_resident_is_verified_by_number_and_name(residents: LocalPopulationRegistry) -> None:
    await residents.note(BUDI, "Budi Rekaan", source="KTP-el di loket", at=MONDAY_NINE)

    assert await residents.compare(BUDI, "BUDI  rekaan ") is IdentityAnswer.VERIFIED
    assert await residents.compare(BUDI, "Ani Contoh") is IdentityAnswer.MISMATCH
    assert await residents.compare(ANI, "Budi Rekaan") is IdentityAnswer.UNKNOWN


async def test_a_resident_who_is_noted_again_replaces_the_earlier_note(residents: LocalPopulationRegistry) -> None:
    for name in ("Budi Rekan", "Budi Rekaan"):
        await residents.note(BUDI, name, source="KTP-el di loket", at=MONDAY_NINE)

    assert await residents.compare(BUDI, "Budi Rekaan") is IdentityAnswer.VERIFIED


@pytest.mark.parametrize(
    ("claim", "match"),
    [
        (PLOT, LandMatch(LandAnswer.MATCHED)),
        (replace(PLOT, number="00 123", holder_name="BUDI REKAAN"), LandMatch(LandAnswer.MATCHED)),
        (replace(PLOT, area_m2=Decimal("84.5")), LandMatch(LandAnswer.MISMATCH)),
        (replace(PLOT, holder_name="Ani Contoh"), LandMatch(LandAnswer.MISMATCH)),
        (replace(PLOT, number="00124"), LandMatch(LandAnswer.UNKNOWN)),
        (replace(PLOT, right="GIRIK"), LandMatch(LandAnswer.UNKNOWN)),
        (replace(PLOT, property_tax_number="321102000100200031"), LandMatch(LandAnswer.MATCHED, True)),
        (replace(PLOT, property_tax_number=None), LandMatch(LandAnswer.MATCHED)),
    ],
)
async def test_a_plot_is_matched_by_right_number_holder_and_area(
    plots: LocalLandRegistry, claim: LandClaim, match: LandMatch
) -> None:
    await plots.note(PLOT, source="sertifikat di loket", at=MONDAY_NINE)

    assert await plots.match(claim) == match


async def test_the_tables_hold_digests_and_no_name_or_number(
    office: Office, residents: LocalPopulationRegistry, plots: LocalLandRegistry
) -> None:
    await residents.note(BUDI, "Budi Rekaan", source="KTP-el di loket", at=MONDAY_NINE)
    await plots.note(PLOT, source="sertifikat di loket", at=MONDAY_NINE)

    with office.database.reading() as connection:
        stored = "\n".join(
            str(bytes(value) if isinstance(value, memoryview) else value)
            for table in (known_resident, known_plot)
            for row in connection.execute(select(table))
            for value in row
        )

    assert [value for value in (APPLICANT_NIK, "Budi", "00123") if value in stored] == []
    assert "di loket" in stored
