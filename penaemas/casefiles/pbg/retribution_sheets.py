"""The retribution of a case: computed exactly, charged or waived, the amount waived kept with its whole sheet."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import Connection, insert, select

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.register import ASSESSMENT, Register, current_number
from penaemas.casefiles.pbg_tables import pbg_retribution
from penaemas.licensing.legal_values import RETRIBUTION_EXEMPTIONS, in_force
from penaemas.licensing.retribution import Assessed, Building, Computation, apply_exemption, compute_retribution


class TariffMissing(Exception):
    """The region has no tariff for the application day; the office enters it."""


@dataclass(frozen=True, slots=True)
class RetributionSheet:
    """What the officer confirms. Whole rupiah."""

    charged_idr: int
    waived_idr: int
    exemption_basis: str
    tariff_basis: str
    tariff_is_example: bool
    sheet: dict[str, str]


class RetributionSheets:
    """Computes and keeps the sheets."""

    def __init__(self, desk: Desk, register: Register) -> None:
        self._desk = desk
        self._register = register

    async def calculate(self, case_id: str, *, exempt: bool) -> RetributionSheet:
        """The sheet by the tariff of the application day; the same one when nothing has changed.

        Raises:
            TariffMissing: no tariff holds on that day.
            HeightNotInTable: an officer has to compute by hand.
        """
        return await self._desk.database.run(self._calculate, case_id, exempt)

    async def issue_zero_assessment(self, case_id: str) -> str:
        """The number of the SKRD of Rp0; the same when asked again.

        Raises:
            StepMissing: nothing was computed, or something is charged.
        """
        return await self._desk.database.run(self._issue, case_id)

    def latest(self, connection: Connection, case_id: str) -> RetributionSheet | None:
        """The newest sheet, in the caller's transaction."""
        wanted = select(pbg_retribution).where(pbg_retribution.c.case_id == case_id)
        row = connection.execute(wanted.order_by(pbg_retribution.c.number.desc())).mappings().first()
        return RetributionSheet(**{name: row[name] for name in RetributionSheet.__slots__}) if row else None

    def _calculate(self, case_id: str, exempt: bool) -> RetributionSheet:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            day, facts = case["application_date"], desk.facts(connection, case)
            region = desk.regions[case["region_code"]]
            tariff = region.tariff_on(day)
            if tariff is None:
                raise TariffMissing
            computation = compute_retribution(
                Building(floor_area_m2=Decimal(facts["floor_area_m2"]), storeys=facts["storeys"]),
                locality_index_percent=tariff.locality_index_percent,
                highest_unit_price_idr_per_m2=tariff.highest_unit_price_idr_per_m2,
            )
            basis = "; ".join(row.basis for row in in_force(RETRIBUTION_EXEMPTIONS, day)) if exempt else None
            if basis and region.exemption_regulation.number:
                basis = f"{region.exemption_regulation.number}; {basis}"
            sheet = _sheet(computation, apply_exemption(computation, basis), tariff.basis, tariff.is_example)
            latest = self.latest(connection, case_id)
            if latest == sheet:
                return sheet
            if sheet.tariff_is_example:
                desk.warn(connection, case, "example_tariff", "tariff", desk.clock.now())
            count = select(pbg_retribution.c.number).where(pbg_retribution.c.case_id == case_id)
            connection.execute(
                insert(pbg_retribution).values(
                    case_id=case_id,
                    number=len(connection.execute(count).all()) + 1,
                    application_revision=case["revision"],
                    calculated_at=desk.clock.now(),
                    **asdict(sheet),
                )
            )
            return sheet

    def _issue(self, case_id: str) -> str:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            sheet = self.latest(connection, case_id)
            if sheet is None or sheet.charged_idr:
                raise StepMissing
            current = current_number(connection, case_id, ASSESSMENT)
            return str(current["number"]) if current else self._register.give_own(connection, case, ASSESSMENT)


def _sheet(computation: Computation, assessed: Assessed, tariff_basis: str, is_example: bool) -> RetributionSheet:
    return RetributionSheet(
        assessed.charged_idr,
        assessed.waived_idr,
        assessed.exemption_basis,
        tariff_basis,
        is_example,
        {name: str(value) for name, value in asdict(computation).items()},
    )
