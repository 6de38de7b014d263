"""The questions of a service, one page each: from the same form schema that officers and analysts know.

What belongs together stands on one page (`TOGETHER`); a question that an analyst adds gets a page of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from penaemas.casefiles.applicants.status import PBG_SERVICE
from penaemas.licensing.instants import WIB
from penaemas.licensing.region import Region
from penaemas.licensing.service_standard import Question, ServiceStandard
from penaemas.portal.forms.conditions import names
from penaemas.portal.forms.entries import Entry, FormSettings, Typed, hidden_keys, read_entry
from penaemas.portal.forms.schema import Field, Form, Option, Rules
from penaemas.portal.forms.sentences import TICK_REQUIRED, FieldError, Words
from penaemas.portal.models import Models
from penaemas.portal.public.services import Service, words

PBG_FORM: Final = "pbg_mbr_3_jam_application"
LICENCE_FORM: Final = "pena_emas_application"
ACCEPTED: Final = ".pdf,.jpg,.jpeg,.png"
LICENCE_TYPE, REUSE = "licence_type", "consents_to_reuse"
STATEMENTS: Final = frozenset({"consents_to_data_processing", "declares_truth", "declares_no_gratuity"})
_KINDS: Final = {"text": "textfield", "number": "number", "date": "datetime"}

TOGETHER: Final[tuple[tuple[Words, tuple[str, ...]], ...]] = (
    (Words("Siapa pemohon?", "Who applies?"), ("applicant_nik", "applicant_name", "applicant_address")),
    (Words("Bagaimana kami menghubungi Anda?", "How can we reach you?"), ("phone", "email")),
    (Words("Siapa pemilik bangunan?", "Who owns the building?"), ("owner_nik", "owner_name", "owner_address")),
    (
        Words("Berapa penghasilan rumah tangga Anda?", "What does your household earn?"),
        ("household_status", "own_income_idr", "partner_income_idr"),
    ),
    (Words("Apakah Anda sudah punya rumah?", "Do you own a house already?"), ("owns_a_house",)),
    (Words("Rumah seperti apa?", "What kind of house?"), ("house_kind", "building_form")),
    (Words("Seberapa besar rumahnya?", "How large is the house?"), ("floor_area_m2", "storeys")),
    (Words("Desain apa yang dipakai?", "Which design?"), ("prototype_code",)),
    (
        Words("Di mana rumahnya?", "Where is the house?"),
        ("village", "building_address"),
    ),
    (
        Words("Tanahnya bagaimana?", "What about the land?"),
        ("land_area_m2", "land_right_kind", "land_right_number"),
    ),
    (
        Words("Siapa pemegang hak atas tanah?", "Who holds the land right?"),
        ("land_holder_name", "land_holder_is_owner"),
    ),
    (
        Words("Nomor lain, bila ada", "Other numbers, if there are any"),
        ("land_tax_number", "spatial_statement_number", "business_number"),
    ),
    (Words("Titik lokasi, bila tahu", "The coordinates, if you know them"), ("latitude", "longitude")),
    (Words("Di mana kegiatannya?", "Where does it take place?"), ("place_name", "place_address")),
    (Words("Di kecamatan mana?", "In which sub-district?"), ("sub_district_code",)),
    (Words("Pakai dokumen yang sudah dipegang kantor?", "Use documents that the office holds?"), (REUSE,)),
    (
        Words("Pernyataan", "Statements"),
        ("consents_to_data_processing", "declares_truth", "declares_no_gratuity"),
    ),
)
_OF_DIGITS: Final = ("^[0-9]", r"^(\+62")
_BETWEEN_DIGITS: Final = re.compile(r"[ .\-\u00a0]")
_AGREE: Final = Words("baca, lalu centang bila Anda setuju", "read it, and tick it if you agree")
_OWN_QUESTION: Final = Words("Pertanyaan khusus izin ini", "A question of this licence")
_DOCUMENT: Final = Words("Berkas", "A file")


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One page. A page of a file has one field, a file picker."""

    page: str
    title: Words
    fields: tuple[Field, ...]

    @property
    def file(self) -> Field | None:
        """The file that it asks for, or None."""
        one = self.fields[0]
        return one if one.kind == "filepicker" else None

    @property
    def keys(self) -> frozenset[str]:
        """The fields' keys."""
        return frozenset(field.key for field in self.fields)

    def form(self) -> Form:
        """As a form of its own. A condition that reads another page is decided before, by `Questionnaire.visible`."""
        return Form(
            self.page,
            tuple(
                field if field.hide is None or names(field.hide) <= self.keys else replace(field, hide=None)
                for field in self.fields
            ),
        )


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Every question of one service in one region, in order."""

    form: Form
    pages: tuple[QuestionPage, ...]
    settings: FormSettings

    def entry(self, typed: Typed) -> Entry:
        """Everything that was typed, read as a whole."""
        return _read(self.form, typed, self.settings)

    def entry_of_page(self, page: QuestionPage, typed: Typed) -> Entry:
        """What was typed on one page."""
        return _read(page.form(), typed, self.settings)

    def visible(self, typed: Typed) -> tuple[QuestionPage, ...]:
        """The pages that these answers lead to, each with the fields that are asked."""
        hidden = hidden_keys(self.form, read_entry(self.form, typed, self.settings).values)
        shown = []
        for page in self.pages:
            fields = tuple(
                field
                for field in page.fields
                # What the page itself may show while one types stays on it.
                if field.key not in hidden or (field.hide is not None and names(field.hide) <= page.keys)
            )
            if any(field.key not in hidden for field in fields):
                shown.append(replace(page, fields=fields))
        return tuple(shown)

    def page(self, name: str, typed: Typed) -> QuestionPage | None:
        """A page of these by its name."""
        return next((page for page in self.visible(typed) if page.page == name), None)

    def page_of_field(self, key: str) -> str | None:
        """The page on which a field stands."""
        return next((page.page for page in self.pages if key in page.keys), None)

    def said(self, one: Field, typed: Typed) -> Words:
        """An answer as people read it: the label of what was chosen, or what was typed."""
        texts = typed.get(one.key, ())
        if one.kind == "checkbox":
            return Words("ya", "yes") if "true" in texts else Words("tidak", "no")
        options = {option.value: option.label for option in self._options(one)}
        found = [options.get(text, Words(text, text)) for text in texts]
        return Words(", ".join(word.indonesian for word in found), ", ".join(word.english for word in found))

    def _options(self, one: Field) -> Iterable[Option]:
        return self.settings.choices.get(one.options_from, ()) if one.options_from else one.options


def questionnaire(models: Models, service: Service, region: Region) -> Questionnaire:
    """The questions of a service in a region.

    Raises:
        LookupError: its form is nowhere.
    """
    form = models.form(PBG_FORM if service.service == PBG_SERVICE else LICENCE_FORM)
    if form is None:
        raise LookupError(service.service)
    fields = tuple(field for field in form.fields() if field.key != LICENCE_TYPE)
    if service.standard is not None:
        fields = _with_the_licences_own(fields, service.standard)
    titles = {field.key: title for title, group in form.grouped() for field in group}
    choices = [Option(code, Words(name, name)) for code, name in region.sub_district_names.items()]
    settings = FormSettings(WIB, {"sub_districts": choices})
    return Questionnaire(Form(form.form_id, fields), _pages(fields, titles), settings)


def questions_of_form(form: Form, keys: frozenset[str]) -> Form:
    """A form of some fields of another, for a correction. Conditions that read other fields are left out."""
    fields = [field for field in form.fields() if field.key in keys]
    return Form(
        form.form_id,
        tuple(
            field if field.hide is None or names(field.hide) <= keys else replace(field, hide=None) for field in fields
        ),
    )


def as_typed(form: Form, stored: Mapping[str, str]) -> Typed:
    """What is on file, as a person would have typed it."""
    found: dict[str, tuple[str, ...]] = {}
    for one in form.fields():
        text = stored.get(one.key)
        if text is None or one.kind == "filepicker":
            continue
        if one.kind == "checkbox":
            found[one.key] = ("true",) if text == "true" else ()
        else:
            found[one.key] = (text.replace(".", ",") if one.kind == "number" else text,)
    return found


def _pages(fields: tuple[Field, ...], groups: Mapping[str, Words]) -> tuple[QuestionPage, ...]:
    known = {field.key: field for field in fields}
    place = {key: number for number, (_, keys) in enumerate(TOGETHER) for key in keys}
    pages: dict[str, QuestionPage] = {}
    for field in fields:
        number = place.get(field.key)
        if number is None:
            title = _DOCUMENT if field.kind == "filepicker" else groups.get(field.key, _OWN_QUESTION)
            pages[field.key] = QuestionPage(field.key.replace("_", "-"), title, (field,))
            continue
        title, keys = TOGETHER[number]
        first = next(key for key in keys if key in known)
        if first not in pages:
            pages[first] = QuestionPage(
                first.replace("_", "-"), title, tuple(known[key] for key in keys if key in known)
            )
    return tuple(pages.values())


def _with_the_licences_own(fields: tuple[Field, ...], standard: ServiceStandard) -> tuple[Field, ...]:
    """The general fields, then the licence's questions and documents, then what has to be agreed to."""
    own = [_question(one) for one in standard.questions]
    files = [_file(one.id, words(one.name)) for one in standard.documents]
    reuse = [field for field in fields if field.key == REUSE and any(one.reusable for one in standard.documents)]
    last = [field for field in fields if field.key in STATEMENTS]
    general = [field for field in fields if field.key not in STATEMENTS and field.key != REUSE]
    return (*general, *own, *reuse, *files, *last)


def _question(one: Question) -> Field:
    return _field(one.id, _KINDS[one.kind], words(one.label), required=one.required)


def _file(document: str, name: Words) -> Field:
    return replace(_field(f"document_{document.lower()}", "filepicker", name), accept=ACCEPTED, document=document)


def _field(key: str, kind: str, label: Words, *, required: bool = False) -> Field:
    return Field(
        key=key,
        kind=kind,
        label=label,
        description=None,
        rules=Rules(required=required, max_length=1000 if kind == "textfield" else None),
        hide=None,
        options=(),
        options_from=None,
        decimals=None,
        accept="",
        document=None,
        has_time=False,
    )


def _read(form: Form, typed: Typed, settings: FormSettings) -> Entry:
    """As officers' forms are read, but blanks within numbers do not matter, and a missing tick is told otherwise."""
    numbers = {field.key for field in form.fields() if (field.rules.pattern or "").startswith(_OF_DIGITS)}
    plain = {
        key: tuple(_BETWEEN_DIGITS.sub("", text) for text in texts) if key in numbers else texts
        for key, texts in typed.items()
    }
    entry = read_entry(form, plain, settings)
    errors = tuple(
        FieldError(error.field, error.rule, _AGREE) if (error.rule, error.fix) == TICK_REQUIRED else error
        for error in entry.errors
    )
    return replace(entry, errors=errors, typed=typed)


def answer_text(value: Any) -> str:
    """A typed value as the case file of a licence keeps it."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
