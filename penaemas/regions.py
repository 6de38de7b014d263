"""Reads a region from its folder: the TOML files together are one `Region`.

`region.toml` holds the general part, `calendar.toml`, `posts.toml`, `tariffs.toml` and `connectors.toml` the parts that
other people keep up to date.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from penaemas.licensing.region import Region

_GENERAL = "region.toml"
# file → where its content goes, and the key inside the file that holds a list (none: the whole file is the part)
_PARTS = {
    "calendar.toml": ("calendar", None),
    "posts.toml": ("posts", "posts"),
    "tariffs.toml": ("tariffs", "tariffs"),
    "connectors.toml": ("systems", None),
}
_FIXES = {
    "missing": "add it",
    "extra_forbidden": "remove it or correct its spelling",
    "string_pattern_mismatch": "write it in that form",
    "date_from_datetime_parsing": "write it as a date, e.g. 2026-01-31",
    "time_parsing": "write it as 08:00-12:00",
}


@dataclass(frozen=True, slots=True)
class RegionFault:
    """One thing that is wrong in a region's folder: where, which rule, and what to do."""

    file: str
    field: str
    rule: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.rule}. Fix: {self.fix}."


class RegionInvalid(Exception):
    """A region's folder cannot be used; `faults` lists everything that was found."""

    def __init__(self, folder: Path, faults: tuple[RegionFault, ...]) -> None:
        super().__init__(f"region {folder.name}: " + " ".join(str(fault) for fault in faults))
        self.faults = faults


def load_region(folder: Path) -> Region:
    """The region of a folder.

    Raises:
        RegionInvalid: a file is missing, is no TOML, or breaks a rule; it names file, field, rule and fix.
    """
    content: dict[str, Any] = {}
    faults: list[RegionFault] = []
    for file in (_GENERAL, *_PARTS):
        try:
            parsed = tomllib.loads((folder / file).read_text(encoding="utf-8"))
        except FileNotFoundError:
            faults.append(RegionFault(file, "(file)", "the file is missing", "copy it from another region"))
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(RegionFault(file, "(file)", f"this is no TOML: {error}", "correct the line it names"))
            continue
        if file == _GENERAL:
            content.update(parsed)
        else:
            part, key = _PARTS[file]
            content[part] = parsed if key is None else parsed.pop(key, [])
            if key is not None:
                faults += [RegionFault(file, other, "this file holds nothing else", "remove it") for other in parsed]
    if faults:
        raise RegionInvalid(folder, tuple(faults))
    try:
        return Region.model_validate(content)
    except ValidationError as error:
        raise RegionInvalid(folder, tuple(_fault(detail) for detail in error.errors())) from error


def load_regions(folder: Path) -> dict[str, Region]:
    """Every region below the folder by its code, in the order of the codes.

    Raises:
        RegionInvalid: a folder cannot be used, or two have the same code.
    """
    regions: dict[str, Region] = {}
    for path in sorted(entry.parent for entry in folder.glob(f"*/{_GENERAL}")):
        region = load_region(path)
        if region.code in regions:
            twice = RegionFault(_GENERAL, "code", f"another region has {region.code} already", "correct one of the two")
            raise RegionInvalid(path, (twice,))
        regions[region.code] = region
    return dict(sorted(regions.items()))


def _fault(detail: ErrorDetails) -> RegionFault:
    location = [str(step) for step in detail["loc"]]
    file = next((name for name, (part, _) in _PARTS.items() if location[:1] == [part]), _GENERAL)
    # A rule of ours is "what is wrong; what to do".
    rule, semicolon, fix = detail["msg"].removeprefix("Value error, ").partition("; ")
    if not semicolon:
        fix = _FIXES.get(detail["type"], "correct the value")
    return RegionFault(file, ".".join(location) or "(whole file)", rule, fix)
