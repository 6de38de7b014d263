"""What applicants are promised of PBG MBR: `config/services/pbg_mbr_3_jam.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from penaemas.casefiles.emas.catalogue import CatalogueInvalid
from penaemas.licensing.service_standard import Components, Label


class PublishedStandard(BaseModel):
    """The service's name and the fourteen components."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Label
    components: Components


def load_published_standard(file: Path) -> PublishedStandard:
    """Read and check the file.

    Raises:
        CatalogueInvalid: it is missing, no TOML, or breaks a rule.
    """
    try:
        return PublishedStandard.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CatalogueInvalid(f"{file.name}: {place or 'all of it'}: {first['msg']}") from None
    except (OSError, ValueError) as error:
        raise CatalogueInvalid(f"{file.name}: {error}") from error
