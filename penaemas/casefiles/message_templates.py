"""What the office says to people outside, as data: `config/messages/<process>.toml`, and a region's own words.

A text is filled when it is queued, so that it says what was true then. The links stay in braces until the message is
sent: they hold codes, which do not stand in the table.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from penaemas.licensing.faults import Bilingual

SURVEY_LINK: Final = "{survey_link}"
COMPLAINT_LINK: Final = "{complaint_link}"
_LINKS: Final = {"survey_link": SURVEY_LINK, "complaint_link": COMPLAINT_LINK}
_SURVEY: Final = frozenset({"number", "survey_link", "complaint_link"})
_CORRECTION: Final = frozenset({"number", "count", "due"})
_ONLY_NUMBER: Final = frozenset({"number"})

# group → kind → what must stand in its braces.
KINDS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "pbg_mbr_3_jam": {
        **dict.fromkeys(
            ("permit_issued", "application_rejected", "application_withdrawn", "application_expired"), _ONLY_NUMBER
        ),
        "handed_to_ordinary_pbg": _ONLY_NUMBER,
        "survey_invitation": _SURVEY,
        "correction_requested": _CORRECTION,
    },
    "pena_emas": {
        **dict.fromkeys(
            ("licence_issued", "application_rejected", "application_withdrawn", "application_expired"), _ONLY_NUMBER
        ),
        "survey_invitation": _SURVEY,
        "correction_requested": _CORRECTION,
        "payment_due": frozenset({"number", "amount", "notice", "due"}),
    },
    "office": {
        "subject_of_case": _ONLY_NUMBER,
        "subject_of_report": _ONLY_NUMBER,
        "footer": frozenset({"agency", "government", "complaint_link"}),
        "complaint_received": _ONLY_NUMBER,
        "bribe_received": _ONLY_NUMBER,
    },
}


class MessagesInvalid(Exception):
    """A file of messages cannot be used; `faults` lists everything that was found."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class MessageTemplates:
    """The texts of every region."""

    def __init__(
        self, usual: Mapping[tuple[str, str], Bilingual], own: Mapping[tuple[str, str, str], Bilingual]
    ) -> None:
        """Args: usual: by group and kind; own: by region code, group and kind."""
        self._usual = usual
        self._own = own

    def text(self, group: str, kind: str, region_code: str, **words: object) -> Bilingual:
        """A text in the region's words, filled in; links stay in braces.

        Raises:
            LookupError: no such kind.
        """
        chosen = self._own.get((region_code, group, kind)) or self._usual[group, kind]
        filled = {**_LINKS, **words}
        return Bilingual(chosen.id.format(**filled), chosen.en.format(**filled))

    def of_each_language(self, group: str, kind: str, region_code: str, words: Bilingual, **both: object) -> Bilingual:
        """As `text`, where `due` differs by language: `words` has it in each."""
        return Bilingual(
            self.text(group, kind, region_code, due=words.id, **both).id,
            self.text(group, kind, region_code, due=words.en, **both).en,
        )


def load_templates(folder: Path, regions: Path) -> MessageTemplates:
    """The texts of `config/messages` and of the regions' own files.

    Raises:
        MessagesInvalid: a kind is missing or unknown, a language is missing, or the braces hold other names.
    """
    faults: list[str] = []
    usual: dict[tuple[str, str], Bilingual] = {}
    own: dict[tuple[str, str, str], Bilingual] = {}
    for group in KINDS:
        file = folder / f"{group}.toml"
        kinds = _read(file, faults)
        usual |= {(group, kind): text for kind, text in _texts(file, group, kinds, faults)}
        faults += [f"{file}: [{kind}] is missing" for kind in KINDS[group] if kind not in kinds]
    for file in sorted(regions.glob("*/messages.toml")):
        code = str(_read(file.with_name("region.toml"), faults).get("code", ""))
        for group, kinds in _read(file, faults).items():
            if group not in KINDS:
                faults.append(f"{file}: [{group}] is none of {', '.join(KINDS)}")
                continue
            own |= {(code, group, kind): text for kind, text in _texts(file, group, kinds, faults)}
    if faults:
        raise MessagesInvalid(faults)
    return MessageTemplates(usual, own)


def _read(file: Path, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        faults.append(f"{file}: {error}")
        return {}


def _texts(file: Path, group: str, kinds: Any, faults: list[str]) -> list[tuple[str, Bilingual]]:
    found = []
    for kind, written in kinds.items() if isinstance(kinds, dict) else ():
        needed = KINDS[group].get(kind)
        if needed is None:
            faults.append(f"{file}: [{kind}] is none of {', '.join(KINDS[group])}")
        elif not isinstance(written, dict) or set(written) != {"id", "en"}:
            faults.append(f"{file}: [{kind}] has not exactly the texts id and en")
        else:
            wrong = [language for language, text in written.items() if _names_in(text) != needed]
            faults += [f"{file}: [{kind}] {one}: its braces must hold {', '.join(sorted(needed))}" for one in wrong]
            found.append((kind, Bilingual(str(written["id"]), str(written["en"]))))
    return found


def _names_in(text: object) -> frozenset[str] | None:
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(str(text)) if name is not None)
    except ValueError:
        return None
