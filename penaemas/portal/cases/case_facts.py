"""What a page shows of a case, whichever process it is of: lines under headings, and what a process has to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.pbg.case_view import CaseView
from penaemas.casefiles.service_window import ClockReading
from penaemas.portal.forms.schema import Field as FormField
from penaemas.portal.forms.sentences import Words
from penaemas.portal.identity.fields import Field, visible_fields
from penaemas.portal.models import Models


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is, and what it says. `key` is the field's, for copying and for tests."""

    key: str
    label: Words
    value: Words


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Lines under one heading."""

    label: Words
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """What was handed in, as far as the reader may see it. `hidden`: how many answers their role does not open."""

    groups: tuple[FactGroup, ...]
    hidden: int

    def answer(self, keys: frozenset[str]) -> str | None:
        """The first answer to one of these questions that the reader may see."""
        facts = (fact for group in self.groups for fact in group.facts)
        return next((fact.value.indonesian for fact in facts if fact.key in keys), None)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """One thing that the applicant is asked to mend, with the officer's own words."""

    subject: Words
    request: str


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Which case, where."""

    case_id: str
    region_code: str


class CaseReader(Protocol):
    """One process."""

    async def application(self, office: Office, models: Models, case: CasePlace, reader: Officer) -> Application:
        """What was handed in. If anything personal is shown, that the reader saw it is recorded first.

        Raises:
            PersonErased: nobody can read it any more.
        """
        ...

    async def document(self, office: Office, case: CasePlace, document: str, reader: Officer) -> bytes:
        """A document's content; that the reader saw it is recorded first.

        Raises:
            LookupError: there is none, or the reader's role does not open it.
        """
        ...

    async def paper(self, office: Office, case: CasePlace, kind: str, reader: Officer) -> bytes:
        """A paper's newest version; that the reader saw it is recorded first.

        Raises:
            LookupError: there is none, or the reader's role does not open it.
        """
        ...

    async def on_file(self, office: Office, case: CasePlace) -> CaseView | None:
        """What is on file that is not personal; None for a process that keeps nothing more."""
        ...

    async def clocks(self, office: Office, case: CasePlace) -> tuple[ClockReading, ...]:
        """Every legal clock of the case that has started, as it stands now."""
        ...

    async def asked_for(self, office: Office, case: CasePlace, round: int) -> tuple[AskedFor, ...]:
        """What a round asks for.

        Raises:
            PersonErased: nobody can read it any more.
        """
        ...

    async def minutes(self, office: Office, case: CasePlace) -> str:
        """The wording of a joint decision; empty where there is none.

        Raises:
            PersonErased: nobody can read it any more.
        """
        ...

    def subjects(self, office: Office, on_file: CaseView) -> Mapping[str, Words]:
        """What can be handed in or asked to be mended, in words: documents first, in the order of the checklist."""
        ...

    def field_of(self, document: str) -> Field:
        """Which kind of personal data a document is."""
        ...


def require(field: Field, case: CasePlace, reader: Officer) -> None:
    """Refuse, with LookupError, what the reader's role does not open."""
    if field not in visible_fields(reader, case.region_code):
        raise LookupError(field)


def value_of(one: FormField, text: str, sub_districts: Mapping[str, str]) -> Words:
    """An answer in words, as its field of the form says them."""
    if one.options_from == "sub_districts":
        name = sub_districts.get(text, text)
        return Words(name, name)
    if one.kind == "checkbox":
        return Words("ya", "yes") if text == "true" else Words("tidak", "no")
    option = next((option.label for option in one.options if option.value == text), None)
    if option is not None:
        return option
    if one.kind == "number":
        return Words(_grouped(text), text)
    return Words(text, text)


def _grouped(text: str) -> str:
    whole, _, rest = text.partition(".")
    if not whole.lstrip("-").isdecimal():
        return text
    return f"{int(whole):,}".replace(",", ".") + (f",{rest}" if rest else "")


def sub_districts_of(office: Office, region_code: str) -> Mapping[str, str]:
    """Code → name."""
    region = office.regions.get(region_code)
    return {} if region is None else region.sub_district_names
