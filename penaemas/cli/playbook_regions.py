"""An example of one region, moved to another: its code, sub-district, place on the map, and numbers that name it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from penaemas.licensing.region import Region


def moved_to(content: dict[str, Any], region: Region) -> dict[str, Any]:
    """The same example in that region: the sub-district with the same number there, or its first one."""
    application: dict[str, Any] = dict(content["application"])
    before = str(application.get("sub_district_code", ""))
    here = region.code.replace(".", "") + before[-2:]
    after = here if here in region.sub_district_names else next(iter(region.sub_district_names))
    application |= {"region_code": region.code, "sub_district_code": after}
    if "latitude" in application and "longitude" in application:
        box = region.bounding_box
        application |= {"latitude": (box.south + box.north) / 2, "longitude": (box.west + box.east) / 2}
    # Not inside longer numbers: a NIK begins with the place of its first issue, which stays.
    named = re.compile(rf"(?<![0-9]){re.escape(before)}(?![0-9])")
    return {
        name: application if name == "application" else _replaced(value, lambda text: named.sub(after, text))
        for name, value in content.items()
    }


def _replaced(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_replaced(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _replaced(one, change) for name, one in value.items()}
    return value
