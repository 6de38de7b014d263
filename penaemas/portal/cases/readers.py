"""What a page may show of a case, by process: the parts of the application that the reader's role opens, documents,
papers. One reader for each process; the table is `READERS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.information_requests import PROCESS_ID as INFORMATION_REQUEST
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.pbg.desk import PROCESS_ID as PBG
from penaemas.portal.cases.personal_fields import (
    FIELD_OF_DOCUMENT,
    FIELDS_OF_APPLICATION,
    FIELDS_OF_INFORMATION_REQUEST,
    REQUEST_LABELS,
)
from penaemas.portal.forms.schema import Field as FormField
from penaemas.portal.forms.schema import Form
from penaemas.portal.forms.sentences import Words
from penaemas.portal.identity.fields import Field, visible_fields
from penaemas.portal.models import Models

APPLICATION_FORM: Final = "pbg_mbr_3_jam_application"


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


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Which case, where."""

    case_id: str
    region_code: str


class PbgReader:
    """See `CaseReader`."""

    async def application(self, office: Office, models: Models, case: CasePlace, reader: Officer) -> Application:
        form = models.form(APPLICATION_FORM)
        seen = visible_fields(reader, case.region_code)
        if form is None or not seen:
            return Application((), len(FIELDS_OF_APPLICATION))
        content = await office.work.processes[PBG].read(case.case_id, reader.account)
        names = _sub_districts(office, case.region_code)
        return _application(form, content, seen, names)

    async def document(self, office: Office, case: CasePlace, document: str, reader: Officer) -> bytes:
        _require(FIELD_OF_DOCUMENT.get(document, Field.BUILDING_DOCUMENT), case, reader)
        return await office.pbg.documents.content_as_read_by(case.case_id, document, reader.account)

    async def paper(self, office: Office, case: CasePlace, kind: str, reader: Officer) -> bytes:
        _require(Field.NAME, case, reader)
        return await office.pbg.papers.content_as_read_by(case.case_id, kind, reader.account)


class InformationRequestReader:
    """See `CaseReader`."""

    async def application(self, office: Office, models: Models, case: CasePlace, reader: Officer) -> Application:
        seen = visible_fields(reader, case.region_code)
        if seen.isdisjoint(FIELDS_OF_INFORMATION_REQUEST.values()):
            return Application((), len(FIELDS_OF_INFORMATION_REQUEST))
        content = await office.work.processes[INFORMATION_REQUEST].read(case.case_id, reader.account)
        facts = tuple(
            Fact(key, REQUEST_LABELS[key], Words(content[key], content[key]))
            for key, field in FIELDS_OF_INFORMATION_REQUEST.items()
            if field in seen and key in content
        )
        group = FactGroup(Words("Permohonan informasi", "Information request"), facts)
        return Application((group,), len(FIELDS_OF_INFORMATION_REQUEST) - len(facts))

    async def document(self, office: Office, case: CasePlace, document: str, reader: Officer) -> bytes:
        raise LookupError(document)

    async def paper(self, office: Office, case: CasePlace, kind: str, reader: Officer) -> bytes:
        raise LookupError(kind)


READERS: Final[Mapping[str, CaseReader]] = {PBG: PbgReader(), INFORMATION_REQUEST: InformationRequestReader()}


def _require(field: Field, case: CasePlace, reader: Officer) -> None:
    if field not in visible_fields(reader, case.region_code):
        raise LookupError(field)


def _application(
    form: Form, content: Mapping[str, str], seen: frozenset[Field], sub_districts: Mapping[str, str]
) -> Application:
    groups: list[FactGroup] = []
    hidden = 0
    for label, fields in form.grouped():
        facts = []
        for one in fields:
            if one.kind == "filepicker" or one.key not in content:
                continue
            needed = FIELDS_OF_APPLICATION.get(one.key)
            if needed is None or needed in seen:
                facts.append(Fact(one.key, one.label, _value(one, content[one.key], sub_districts)))
            else:
                hidden += 1
        if facts:
            groups.append(FactGroup(label, tuple(facts)))
    return Application(tuple(groups), hidden)


def _value(one: FormField, text: str, sub_districts: Mapping[str, str]) -> Words:
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


def _sub_districts(office: Office, region_code: str) -> Mapping[str, str]:
    region = office.regions.get(region_code)
    return {} if region is None else region.sub_district_names
