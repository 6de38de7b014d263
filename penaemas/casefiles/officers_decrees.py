"""What decrees in force give officers beside their own roles: a post to stand in for, an agency to speak for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, or_, select

from penaemas.casefiles.clock_tables import stand_in_decree
from penaemas.casefiles.emas_tables import agency_mandate
from penaemas.licensing.roles import SIGNING_ROLES, Grant, Role
from penaemas.licensing.service_standard import officers_role


def stand_ins(connection: Connection, today: date) -> dict[str, tuple[Grant, ...]]:
    """Account → the signing roles that it stands in for today."""
    in_force = select(stand_in_decree).where(
        stand_in_decree.c.first_day <= today,
        stand_in_decree.c.last_day >= today,
        stand_in_decree.c.post.in_([role.value for role in SIGNING_ROLES]),
    )
    found: dict[str, tuple[Grant, ...]] = {}
    for row in connection.execute(in_force.order_by(stand_in_decree.c.region_code, stand_in_decree.c.post)):
        found[row.officer] = (*found.get(row.officer, ()), Grant(Role(row.post), row.region_code))
    return found


def mandates(connection: Connection, today: date) -> dict[str, tuple[str, ...]]:
    """Account → the groups of the agencies that it speaks for today, as diagrams write them: `32.11/REKOM_DINKES`."""
    row = agency_mandate.c
    in_force = select(row.officer, row.region_code, row.agency).where(
        row.first_day <= today, or_(row.last_day.is_(None), row.last_day >= today)
    )
    found: dict[str, tuple[str, ...]] = {}
    for officer, region_code, agency in connection.execute(in_force.order_by(row.region_code, row.agency)):
        found[officer] = (*found.get(officer, ()), f"{region_code}/{officers_role(agency)}")
    return found
