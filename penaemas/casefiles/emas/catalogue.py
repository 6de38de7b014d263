"""The service catalogue of the office: `config/services/licences/*.toml` and `config/services/agencies.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from penaemas.licensing.service_standard import Agencies, Catalogue, ServiceStandard


class CatalogueInvalid(Exception):
    """A file of the catalogue is wrong; the message names file, place and rule."""


def load_catalogue(folder: Path) -> Catalogue:
    """Read and check every file.

    Args:
        folder: `config/services`.

    Raises:
        CatalogueInvalid: a file is missing, no TOML, or breaks a rule.
    """
    file = folder / "agencies.toml"
    try:
        agencies = Agencies.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        standards = []
        for file in sorted((folder / "licences").glob("*.toml")):
            standard = ServiceStandard.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
            if standard.id != file.stem:
                raise CatalogueInvalid(f"{file.name}: its id is {standard.id}; give id and file the same name")
            standards.append(standard)
        return Catalogue(standards, agencies.agencies)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CatalogueInvalid(f"{file.name}: {place or 'all of it'}: {first['msg']}") from None
    except (OSError, ValueError) as error:
        raise CatalogueInvalid(f"{file.name}: {error}") from error
