"""Cases of PBG MBR, for pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.pbg.case_view import CaseView
from penaemas.casefiles.pbg.desk import PROCESS_ID as PBG
from penaemas.casefiles.service_window import ClockReading
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
from penaemas.portal.cases.personal_fields import FIELD_OF_DOCUMENT, FIELDS_OF_APPLICATION
from penaemas.portal.cases.words import SUBJECTS, said
from penaemas.portal.forms.schema import Form
from penaemas.portal.forms.sentences import Words
from penaemas.portal.identity.fields import Field, visible_fields
from penaemas.portal.models import Models

APPLICATION_FORM: Final = "pbg_mbr_3_jam_application"
DECIDING_STEP: Final = "Task_DecideJointly"


class PbgReader:
    """See `CaseReader`."""

    async def application(self, office: Office, models: Models, case: CasePlace, reader: Officer) -> Application:
        form = models.form(APPLICATION_FORM)
        seen = visible_fields(reader, case.region_code)
        if form is None or not seen:
            return Application((), len(FIELDS_OF_APPLICATION))
        content = await office.work.processes[PBG].read(case.case_id, reader.account)
        names = sub_districts_of(office, case.region_code)
        return _application(form, content, seen, names)

    async def document(self, office: Office, case: CasePlace, document: str, reader: Officer) -> bytes:
        require(self.field_of(document), case, reader)
        return await office.pbg.documents.content_as_read_by(case.case_id, document, reader.account)

    async def paper(self, office: Office, case: CasePlace, kind: str, reader: Officer) -> bytes:
        require(Field.NAME, case, reader)
        return await office.pbg.papers.content_as_read_by(case.case_id, kind, reader.account)

    async def on_file(self, office: Office, case: CasePlace) -> CaseView | None:
        return await office.pbg.views.of_case(case.case_id)

    async def clocks(self, office: Office, case: CasePlace) -> tuple[ClockReading, ...]:
        return await office.deadlines.service_window.readings(case.case_id)

    async def asked_for(self, office: Office, case: CasePlace, round: int) -> tuple[AskedFor, ...]:
        items = await office.pbg.corrections.items(case.case_id, round)
        return tuple(AskedFor(said(SUBJECTS, item.subject), item.request) for item in items)

    async def minutes(self, office: Office, case: CasePlace) -> str:
        return (await office.pbg.steps.entry_of(case.case_id, DECIDING_STEP)).get("minutes_of_meeting", "")

    def subjects(self, office: Office, on_file: CaseView) -> Mapping[str, Words]:
        return SUBJECTS

    def field_of(self, document: str) -> Field:
        return FIELD_OF_DOCUMENT.get(document, Field.BUILDING_DOCUMENT)


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
                facts.append(Fact(one.key, one.label, value_of(one, content[one.key], sub_districts)))
            else:
                hidden += 1
        if facts:
            groups.append(FactGroup(label, tuple(facts)))
    return Application(tuple(groups), hidden)
