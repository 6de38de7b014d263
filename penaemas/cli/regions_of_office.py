"""The regions of the office that a command works on."""

from __future__ import annotations

from penaemas.cli.desk import Desk
from penaemas.cli.problem import Problem
from penaemas.licensing.region import Region


def region_of(desk: Desk, code: str) -> Region:
    """The region of this code.

    Raises:
        Problem: the office has no such region.
    """
    region = desk.office.regions.get(code)
    if region is None:
        known = ", ".join(f"{one.code} ({one.name})" for one in desk.office.regions.values())
        raise Problem(
            f"{code} is no region of this office.", f"Choose one of {known}; ./pena region new makes another."
        )
    return region
