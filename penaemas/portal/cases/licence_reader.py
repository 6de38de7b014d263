"""Cases of PENA EMAS, for pages. What is asked depends on the licence: the words are those of its service standard."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.clock_ledger import CaseClock
from penaemas.casefiles.emas.desk import PROCESS_ID as EMAS
from penaemas.casefiles.emas.papers import PaperKind
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.pbg.case_view import CaseView
from penaemas.casefiles.service_window import ClockReading
from penaemas.licensing.service_standard import Label, ServiceStandard
from penaemas.portal.cases.case_facts import (
    Application,
    AskedFor,
    CasePlace,
    Fact,
    FactGroup,
    require,
    sub_districts_of,
    value_of,
)
from penaemas.portal.cases.personal_fields import FIELD_OF_DOCUMENT, FIELDS_OF_LICENCE
from penaemas.portal.cases.words import SUBJECTS, said
from penaemas.portal.forms.sentences import Words
from penaemas.portal.identity.fields import Field, visible_fields
from penaemas.portal.models import Models

APPLICATION_FORM: Final = "pena_emas_application"
LICENCE_TYPE: Final = "licence_type"


class LicenceReader:
    """See `CaseReader`."""

    async def application(self, office: Office, models: Models, case: CasePlace, reader: Officer) -> Application:
        form = models.form(APPLICATION_FORM)
        seen = visible_fields(reader, case.region_code)
        if form is None or not seen:
            return Application((), len(FIELDS_OF_LICENCE))
        content = await office.work.processes[EMAS].read(case.case_id, reader.account)
        standard = office.emas.desk.catalogue.standards[content[LICENCE_TYPE]]
        names, facts, hidden = sub_districts_of(office, case.region_code), [], 0
        for one in form.fields():
            if one.key not in content or one.kind == "filepicker":
                continue
            needed = FIELDS_OF_LICENCE.get(one.key)
            if needed is not None and needed not in seen:
                hidden += 1
            elif one.key == LICENCE_TYPE:
                facts.append(Fact(one.key, one.label, _words(standard.name)))
            else:
                facts.append(Fact(one.key, one.label, value_of(one, content[one.key], names)))
        groups = [FactGroup(_words(standard.name), tuple(facts))]
        answers: dict[str, str] = json.loads(content["answers"])
        if Field.LICENCE_CONTENT in seen:
            groups.append(_answers(standard, answers))
        else:
            hidden += len(answers)
        return Application(tuple(group for group in groups if group.facts), hidden)

    async def document(self, office: Office, case: CasePlace, document: str, reader: Officer) -> bytes:
        require(self.field_of(document), case, reader)
        return await office.emas.views.document_as_read_by(case.case_id, document, reader.account)

    async def paper(self, office: Office, case: CasePlace, kind: str, reader: Officer) -> bytes:
        require(Field.NAME, case, reader)
        return await office.emas.papers.content_as_read_by(case.case_id, cast(PaperKind, kind), reader.account)

    async def on_file(self, office: Office, case: CasePlace) -> CaseView:
        return await office.emas.views.of_case(case.case_id)

    async def clocks(self, office: Office, case: CasePlace) -> tuple[ClockReading, ...]:
        readings = await office.deadlines.service_window.readings(case.case_id)
        limit = await office.emas.lifecycle.reading(case.case_id)
        now = office.clock.now()
        return tuple(
            replace(
                one,
                due_at=limit.due_at,
                is_breached=limit.due_at is not None and (limit.stopped_at or now) > limit.due_at,
            )
            if one.which is CaseClock.SERVICE and limit is not None
            else one
            for one in readings
        )

    async def asked_for(self, office: Office, case: CasePlace, round: int) -> tuple[AskedFor, ...]:
        on_file = await self.on_file(office, case)
        words = self.subjects(office, on_file)
        items = await office.emas.corrections.items(case.case_id, round)
        return tuple(AskedFor(said(words, item.subject), item.request) for item in items)

    async def minutes(self, office: Office, case: CasePlace) -> str:
        return ""

    def subjects(self, office: Office, on_file: CaseView) -> Mapping[str, Words]:
        standard = office.emas.desk.catalogue.standards[on_file.facts[LICENCE_TYPE]]
        documents = {one.id: _words(one.name) for one in standard.documents}
        questions = {one.id: _words(one.label) for one in standard.questions}
        return {**documents, **questions, **{name: SUBJECTS[name] for name in ("DATA_PEMOHON", "UMUM")}}

    def field_of(self, document: str) -> Field:
        return FIELD_OF_DOCUMENT.get(document, Field.LICENCE_CONTENT)


def _answers(standard: ServiceStandard, answers: Mapping[str, str]) -> FactGroup:
    facts = (
        Fact(one.id, _words(one.label), Words(answers[one.id], answers[one.id]))
        for one in standard.questions
        if one.id in answers
    )
    return FactGroup(Words("Keterangan khusus izin ini", "Particulars of this licence"), tuple(facts))


def _words(label: Label) -> Words:
    return Words(label.id, label.en)
