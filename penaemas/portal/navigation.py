"""The main menu: one table; each reader sees the pages that the access table lets them open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from penaemas.casefiles.officers import Officer
from penaemas.portal.identity.access import rule_of
from penaemas.portal.languages import indonesian


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu. `label` is Indonesian; the catalogues have the English. `key` is pressed after `g`."""

    path: str
    label: str
    key: str


ENTRIES: Final = (
    Entry("/", indonesian("Beranda"), "h"),
    Entry("/tasks", indonesian("Tugas"), "t"),
    Entry("/outages", indonesian("Gangguan"), "o"),
    Entry("/office-state", indonesian("Keadaan kantor"), "s"),
    Entry("/officers", indonesian("Petugas"), "p"),
)


def entries_for(officer: Officer) -> tuple[Entry, ...]:
    """What stands in this officer's menu."""
    return tuple(entry for entry in ENTRIES if officer.may(rule_of("GET", entry.path).roles))
