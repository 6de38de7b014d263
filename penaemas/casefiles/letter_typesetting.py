"""Letters as PDF, typeset from a template and data. The same template and data give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst


class TemplateFaulty(Exception):
    """The template cannot be typeset; the message is the typesetter's, and may name places in the template."""


class LetterTypesetter:
    """The templates of one folder, `<name>.typ`. A template reads its data from `sys.inputs.data`, as JSON.

    What a person has entered arrives there as strings, never as markup.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def typeset(self, template: str, data: Mapping[str, Any]) -> bytes:
        """The letter as PDF.

        Raises:
            TemplateFaulty: the template is wrong or needs data that is not there.
        """
        try:
            return typst.compile(
                self._folder / f"{template}.typ",
                root=self._folder,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
                # The machine's fonts would make the bytes depend on the machine.
                ignore_system_fonts=True,
            )
        except RuntimeError as error:
            raise TemplateFaulty(f"{template}: {str(error).splitlines()[0]}") from None
