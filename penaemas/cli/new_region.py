"""Makes the folder of a new region from the template: checked as a whole, then put in place in one step."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from penaemas.casefiles.region_calendars import RegionCalendars
from penaemas.cli.problem import Problem
from penaemas.licensing.region import Region
from penaemas.regions import RegionInvalid, load_region, load_regions

_FILES: Final = ("region.toml", "calendar.toml", "posts.toml", "tariffs.toml", "connectors.toml")
_READABLE_BY_ALL: Final = 0o755  # as the folders of the other regions
_KINDS_OF_REGION: Final = re.compile(r"^(kabupaten|kota)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionAnswers:
    """What a new region says of itself. `exemption_number` is empty while the office has not confirmed the rule."""

    code: str
    name: str
    name_en: str
    province: str
    income_zone: int
    income_zone_basis: str
    sub_districts: tuple[tuple[str, str], ...]
    box: tuple[float, float, float, float]  # south, west, north, east
    city: str
    prefix: str
    exemption_in_force: bool
    exemption_basis: str
    exemption_number: str
    simbg_registration: bool

    @property
    def folder_name(self) -> str:
        """The name of the region's folder, e.g. `lampung_selatan`."""
        plain = _KINDS_OF_REGION.sub("", self.name.strip()).lower()
        return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def make_region(answers: RegionAnswers, config: Path) -> tuple[Region, Path]:
    """Write `config/regions/<name>`; the region and its folder.

    Raises:
        Problem: an answer breaks a rule, the region exists, or the folder cannot be written; nothing was left behind.
    """
    regions, name = config / "regions", answers.folder_name
    if not name:
        raise Problem(f"--name {answers.name!r} makes no name of a folder.", "Write it with letters a to z.")
    if (regions / name).exists():
        raise Problem(f"{regions / name} exists.", "Change the files there, or choose another --name.")
    try:
        # Beside the regions, so that nobody ever reads a half-written one, and putting it in place is one step.
        draft = Path(tempfile.mkdtemp(prefix=".region-", dir=config))
        try:
            region = _drafted(answers, config / "region_template", draft / name)
            _require_no_other(region, regions)
            (draft / name).chmod(_READABLE_BY_ALL)
            os.rename(draft / name, regions / name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except RegionInvalid as invalid:
        faults = "".join(f"\n        {fault}" for fault in invalid.faults)
        raise Problem(f"nothing was written; the answers break rules:{faults}", "Correct them and repeat.") from invalid
    except OSError as fault:
        raise Problem(f"{regions} cannot be written: {fault.strerror}.", "Mend that and repeat.") from fault
    return region, regions / name


def _drafted(answers: RegionAnswers, template: Path, folder: Path) -> Region:
    folder.mkdir()
    values = _toml_values(answers)
    for file in _FILES:
        text = Template((template / file).read_text(encoding="utf-8")).substitute(values)
        (folder / file).write_text(text, encoding="utf-8")
    region = load_region(folder)
    RegionCalendars.of_regions({region.code: region})
    return region


def _require_no_other(region: Region, regions: Path) -> None:
    known = load_regions(regions)
    if region.code in known:
        raise Problem(f"{region.code} is {known[region.code].name} already.", "Choose another --code.")
    prefixes = {one.numbering.case_prefix: one.name for one in known.values()}
    if region.numbering.case_prefix in prefixes:
        other = prefixes[region.numbering.case_prefix]
        raise Problem(f"the numbers of {other} begin with {region.numbering.case_prefix}.", "Choose another --prefix.")


def _toml_values(answers: RegionAnswers) -> Mapping[str, str]:
    south, west, north, east = answers.box
    districts = [
        f"  {{ number = {_text(number)}, name = {_text(district)} }}," for number, district in answers.sub_districts
    ]
    return {
        "code": _text(answers.code),
        "name": _text(answers.name),
        "name_en": _text(answers.name_en),
        "province": _text(answers.province),
        "income_zone": str(answers.income_zone),
        "income_zone_basis": _text(answers.income_zone_basis),
        "sub_districts": "\n".join(districts),
        "south": str(south),
        "west": str(west),
        "north": str(north),
        "east": str(east),
        "government": _text(f"Pemerintah {answers.name}"),
        "address": _text(f"{answers.name}, {answers.province}"),
        "contact": _text(f"Mal Pelayanan Publik {answers.name}"),
        "city": _text(answers.city),
        "exemption_in_force": _flag(answers.exemption_in_force),
        "exemption_basis": _text(answers.exemption_basis),
        "exemption_confirmed": _flag(bool(answers.exemption_number)),
        "exemption_number": _text(answers.exemption_number),
        "case_prefix": _text(answers.prefix),
        "registration_prefix": _text(f"{answers.prefix}-PBG"),
        "permit_prefix": _text(f"{answers.prefix}-SK-PBG"),
        "simbg_registration": _flag(answers.simbg_registration),
    }


def _text(value: str) -> str:
    """As a TOML string: JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _flag(value: bool) -> str:
    return "true" if value else "false"
