"""From a draft to an application: everything that is wrong with it at once, or a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from penaemas.casefiles.applicants.drafts import ApplicationDraft
from penaemas.casefiles.case_records import ApplicationReceipt
from penaemas.casefiles.emas.application_form import LicenceApplication, LicenceFields
from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.pbg.application_form import ApplicantsEntry, ApplicationEntry
from penaemas.licensing.region import Region
from penaemas.portal.forms.entries import Typed
from penaemas.portal.forms.rules_of_case_files import errors_of
from penaemas.portal.forms.sentences import FieldError, Words
from penaemas.portal.public.desk import PublicDesk
from penaemas.portal.public.pre_check import documents_needed
from penaemas.portal.public.questions import REUSE, Questionnaire, QuestionPage, answer_text
from penaemas.portal.public.services import Service

MISSING_FILE: Final = (
    Words("berkas wajib ini belum ada", "this required file is missing"),
    Words("unggah foto atau pindaiannya", "upload a photo or a scan of it"),
)


def errors_of_page(service: Service, questions: Questionnaire, page: QuestionPage, typed: Typed) -> list[FieldError]:
    """What is wrong on one page: the form's rules, then the case files' own for what is not empty."""
    entry = questions.entry_of_page(page, typed)
    errors = list(entry.errors)
    known = {error.field for error in errors}
    model = ApplicantsEntry if service.standard is None else LicenceFields
    values = {key: value for key, value in entry.values.items() if key in model.model_fields}
    faults = [fault for fault in _faults(model, values) if fault.field in values and fault.field not in known]
    if service.standard is not None:
        faults += [
            Fault(one.id, rule, "answer it as the question asks")
            for one in service.standard.questions
            if one.id in page.keys
            and one.id in entry.values
            and (rule := one.why_wrong(answer_text(entry.values[one.id]))) is not None
        ]
    return errors + list(errors_of(faults, page.keys))


def required_files(service: Service, region: Region, values: Mapping[str, Any]) -> frozenset[str]:
    """Documents without which it is not sent."""
    if service.standard is not None:
        reuses = bool(values.get(REUSE))
        return frozenset(
            one.id for one in service.standard.documents if one.mandatory and not (one.reusable and reuses)
        )
    own = values.get("applicant_nik") == values.get("owner_nik")
    return frozenset(map(str, documents_needed(values, region, owner_is_applicant=own)))


def errors_of_draft(desk: PublicDesk, draft: ApplicationDraft, questions: Questionnaire) -> tuple[FieldError, ...]:
    """Everything that is wrong with a draft, in the order of its pages."""
    service = desk.services[draft.service]
    errors: list[FieldError] = []
    needed = required_files(service, desk.office.regions[draft.region_code], questions.entry(draft.typed).values)
    for page in questions.visible(draft.typed):
        if page.file is None:
            errors += errors_of_page(service, questions, page, draft.typed)
        elif page.file.document in needed and page.file.document not in draft.files:
            errors.append(FieldError(page.file.key, *MISSING_FILE))
    if errors:
        return tuple(errors)
    try:
        _application(draft, questions, service)
    except EntryFaulty as faulty:
        return errors_of(faulty.faults, [field.key for field in questions.form.fields()])
    return ()


async def submit(desk: PublicDesk, draft: ApplicationDraft, questions: Questionnaire, *, by: str) -> ApplicationReceipt:
    """Make a case of the draft. Sent again, the first receipt is returned.

    Raises:
        EntryFaulty: something breaks a rule; nothing was stored.
        DraftGone: it was sent and erased meanwhile.
        FileDamaged: one of its files was changed.
    """
    office, service = desk.office, desk.services[draft.service]
    kept = await office.applicants.drafts.contents(draft.draft_id)
    asked = {page.file.document for page in questions.visible(draft.typed) if page.file is not None}
    documents = {document: content for document, content in kept.items() if document in asked}
    entry = _application(draft, questions, service)
    request_id = f"draft-{draft.draft_id}"
    if isinstance(entry, LicenceApplication):
        receipt = await office.emas.submission.submit(entry, documents, request_id=request_id, by=by)
    else:
        receipt = await office.pbg.submission.submit(entry, documents, request_id=request_id, by=by)
    await office.applicants.drafts.sent(draft.draft_id, receipt.case_id)
    return receipt


def _application(
    draft: ApplicationDraft, questions: Questionnaire, service: Service
) -> ApplicationEntry | LicenceApplication:
    values = dict(questions.entry(draft.typed).values)
    place = {"region_code": draft.region_code}
    if service.standard is None:
        return checked(ApplicationEntry, values | place)
    own = {one.id for one in service.standard.questions}
    answers = {key: answer_text(value) for key, value in values.items() if key in own}
    general = {key: value for key, value in values.items() if key not in own}
    return checked(LicenceApplication, general | place | {"licence_type": draft.service, "answers": answers})


def _faults(model: type[ApplicantsEntry] | type[LicenceFields], values: Mapping[str, Any]) -> tuple[Fault, ...]:
    try:
        checked(model, dict(values))
    except EntryFaulty as faulty:
        return faulty.faults
    return ()
