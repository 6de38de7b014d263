"""Letters as PDF, typeset from a template and data. The same template and data give the same bytes.

Every letter is PDF/A-3a (kept for decades, with the data of a permit attached) and PDF/UA-1 (read aloud in its order).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import typst


class TemplateFaulty(Exception):
    """The template cannot be typeset; the message is the typesetter's, and may name places in the template."""


STANDARDS: Final[list[Literal["a-3a", "ua-1"]]] = ["a-3a", "ua-1"]


class LetterTypesetter:
    """The templates of one folder, `<name>.typ`. A template reads its data from `sys.inputs.data`, as JSON.

    A region's own template is `<region code>/<name>.typ`, its coat of arms `arms/<region code>.svg`; both are optional.
    What a person has entered arrives in a template as strings, never as markup.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def typeset(self, template: str, data: Mapping[str, Any]) -> bytes:
        """The letter as PDF.

        Raises:
            TemplateFaulty: the template is wrong or needs data that is not there.
        """
        region_code = str(data.get("region_code", ""))
        own = self._folder / region_code / f"{template}.typ"
        arms = f"arms/{region_code}.svg"
        if region_code and (self._folder / arms).exists():
            data = {**data, "coat_of_arms": f"/{arms}"}
        try:
            return typst.compile(
                own if region_code and own.exists() else self._folder / f"{template}.typ",
                root=self._folder,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
                pdf_standards=[*STANDARDS],
                # The machine's fonts would make the bytes depend on the machine.
                ignore_system_fonts=True,
            )
        except RuntimeError as error:
            raise TemplateFaulty(f"{template}: {str(error).splitlines()[0]}") from None
