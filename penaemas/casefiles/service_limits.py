"""Services whose limit is a number of working days, set by their standard on the day of the application."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from penaemas.casefiles.emas_tables import emas_application


@dataclass(frozen=True, slots=True)
class ServiceLimit:
    """How many working days the whole service may take from the complete file."""

    working_days: int
    basis: str


def limit_of(connection: Connection, case_id: str) -> ServiceLimit | None:
    """The limit of a case; None where the service promises minutes instead."""
    wanted = select(emas_application.c.limit_working_days, emas_application.c.limit_basis)
    row = connection.execute(wanted.where(emas_application.c.case_id == case_id)).first()
    return ServiceLimit(row.limit_working_days, row.limit_basis) if row else None
