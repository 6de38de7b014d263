"""The answer to a correction round, item by item: what may be changed for each item, and what was changed so far.

One shape for both kinds of applications. Answers are kept in a draft of the round until all of them are sent at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from penaemas.casefiles.applicants.drafts import ApplicationDraft
from penaemas.casefiles.applicants.rooms import APPLICANT
from penaemas.casefiles.applicants.status import PBG_SERVICE, AskedRound, CaseStatus
from penaemas.casefiles.emas.application_form import CORRECTABLE_FIELDS as LICENCE_FIELDS
from penaemas.casefiles.pbg.correction_subjects import BASED_ON, DOCUMENTS, FIELDS_OF
from penaemas.casefiles.pbg.correction_subjects import answers as answers_pbg
from penaemas.licensing.service_standard import APPLICANT_SUBJECT, EVERYTHING
from penaemas.portal.forms.entries import Typed, read_entry
from penaemas.portal.forms.schema import Field, Form
from penaemas.portal.public.desk import PublicDesk
from penaemas.portal.public.questions import Questionnaire, answer_text, as_typed, questionnaire, questions_of_form

EXPLANATION: Final = "explanation"
_WHOLE_STEPS: Final = {
    "PENDAFTARAN": "registration_result",
    "IDENTITAS": "identity_check",
    "TANAH": "land_check",
    "TATA_RUANG": "spatial_review_result",
    "TEKNIS": "technical_review_result",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be mended. `request`: the officers' own words, one for each who asked."""

    subject: str
    requests: tuple[str, ...] = field(repr=False)
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one round, as far as it was typed."""

    status: CaseStatus
    asked: AskedRound
    draft: ApplicationDraft
    questions: Questionnaire
    on_file: Typed = field(repr=False)
    items: tuple[Item, ...]

    def item(self, subject: str) -> Item | None:
        """One of the items."""
        return next((item for item in self.items if item.subject == subject), None)

    def form_of(self, subject: str) -> Form:
        """The fields that may be changed for an item."""
        return questions_of_form(self.questions.form, fields_of(self.status, subject) & self._keys)

    def files_of(self, subject: str) -> tuple[Field, ...]:
        """The files that may be sent for an item."""
        wanted = documents_of(self.status, subject)
        everything = wanted is None
        return tuple(
            one
            for one in self.questions.form.fields()
            if one.document and (everything or one.document in (wanted or ()))
        )

    def typed(self) -> Typed:
        """What is on file, with what was changed over it."""
        return {**self.on_file, **self.draft.typed}

    @property
    def is_whole(self) -> bool:
        """Whether every item is answered."""
        return all(item.is_answered for item in self.items)

    @property
    def _keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.questions.form.fields() if one.kind != "filepicker")

    def changes(self) -> dict[str, Any]:
        """The changed fields with typed values, as the case files take them."""
        changed = changed_fields(self.on_file, self.draft.typed)
        values = read_entry(self.questions.form, self.typed(), self.questions.settings).values
        if self.status.service == PBG_SERVICE:
            return {key: values.get(key) for key in changed}
        general = {key: values.get(key) for key in changed if key in LICENCE_FIELDS}
        own = {key: answer_text(values.get(key, "")) for key in changed if key not in LICENCE_FIELDS}
        return {**general, "answers": own} if own else general

    def explanations(self) -> dict[str, str]:
        """Subject → why nothing has to be mended there."""
        return {
            item.subject: text.strip()
            for item in self.items
            for text in self.draft.typed.get(f"{EXPLANATION}.{item.subject}", ())
            if text.strip()
        }


async def read_answer(desk: PublicDesk, status: CaseStatus) -> Answer | None:
    """The answer to the open round; None if nothing is asked, or the answer was sent. That the applicant reads what is
    on file about them is recorded first.

    Raises:
        PersonErased: nobody can read it any more.
    """
    asked, service = status.asked, desk.services.get(status.service)
    if asked is None or asked.submitted_at is not None or service is None or status.withdrawn_at is not None:
        return None
    office = desk.office
    draft = await office.applicants.drafts.answer_to(status.case_id, asked.round, status.service, status.region_code)
    questions = await office.database.run(
        questionnaire, desk.portal.models, service, office.regions[status.region_code]
    )
    stored = await office.work.processes[status.process_id].read(status.case_id, APPLICANT)
    stored = {**_answers_in(stored), **stored}
    on_file = as_typed(questions.form, stored)
    requests = await _requests(desk, status, asked)
    changed = [*changed_fields(on_file, draft.typed), *draft.files]
    items = tuple(
        Item(subject, tuple(requests.get(subject, ())), _is_answered(status, subject, changed, draft.typed))
        for subject in asked.subjects
    )
    return Answer(status, asked, draft, questions, on_file, items)


def changed_fields(on_file: Typed, typed: Typed) -> list[str]:
    """Fields that were typed otherwise than they are on file."""
    return [
        key
        for key, texts in typed.items()
        if not key.startswith(f"{EXPLANATION}.") and tuple(texts) != tuple(on_file.get(key, ()))
    ]


def fields_of(status: CaseStatus, subject: str) -> frozenset[str]:
    """Fields that may be changed for an item, files aside."""
    everything = frozenset().union(*FIELDS_OF.values())
    if status.service != PBG_SERVICE:
        if subject == APPLICANT_SUBJECT:
            return LICENCE_FIELDS
        return LICENCE_FIELDS if subject == EVERYTHING else frozenset({subject})
    if subject in _WHOLE_STEPS:
        return BASED_ON[_WHOLE_STEPS[subject]] - DOCUMENTS
    return everything if subject == EVERYTHING else FIELDS_OF.get(subject, frozenset())


def documents_of(status: CaseStatus, subject: str) -> frozenset[str] | None:
    """Documents that may be sent for an item; None for every document of the service."""
    if subject == EVERYTHING:
        return None
    if status.service == PBG_SERVICE and subject in _WHOLE_STEPS:
        return BASED_ON[_WHOLE_STEPS[subject]] & DOCUMENTS
    return frozenset({subject})


def _is_answered(status: CaseStatus, subject: str, changed: list[str], typed: Typed) -> bool:
    if any(text.strip() for text in typed.get(f"{EXPLANATION}.{subject}", ())):
        return True
    if status.service == PBG_SERVICE:
        return answers_pbg(subject, changed)
    if subject == EVERYTHING:
        return bool(changed)
    return bool(set(changed) & LICENCE_FIELDS) if subject == APPLICANT_SUBJECT else subject in changed


async def _requests(desk: PublicDesk, status: CaseStatus, asked: AskedRound) -> Mapping[str, list[str]]:
    """Subject → the officers' words."""
    found: dict[str, list[str]] = {}
    if status.service == PBG_SERVICE:
        for one in await desk.office.pbg.corrections.items(status.case_id, asked.round):
            found.setdefault(one.subject, []).append(one.request)
    else:
        for other in await desk.office.emas.corrections.items(status.case_id, asked.round):
            found.setdefault(other.subject, []).append(other.request)
    return found


def _answers_in(stored: Mapping[str, str]) -> dict[str, str]:
    """A licence's own answers stand in one field of the case file."""
    return {key: str(text) for key, text in json.loads(stored.get("answers", "{}")).items()}
