"""Requests for public information, for pages."""

from __future__ import annotations

from collections.abc import Mapping

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.information_requests import PROCESS_ID as INFORMATION_REQUEST
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.pbg.case_view import CaseView
from penaemas.casefiles.service_window import ClockReading
from penaemas.portal.cases.case_facts import Application, AskedFor, CasePlace, Fact, FactGroup
from penaemas.portal.cases.personal_fields import FIELDS_OF_INFORMATION_REQUEST, REQUEST_LABELS
from penaemas.portal.forms.sentences import Words
from penaemas.portal.identity.fields import Field, visible_fields
from penaemas.portal.models import Models


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

    async def on_file(self, office: Office, case: CasePlace) -> CaseView | None:
        return None

    async def clocks(self, office: Office, case: CasePlace) -> tuple[ClockReading, ...]:
        return ()

    async def asked_for(self, office: Office, case: CasePlace, round: int) -> tuple[AskedFor, ...]:
        return ()

    async def minutes(self, office: Office, case: CasePlace) -> str:
        return ""

    def subjects(self, office: Office, on_file: CaseView) -> Mapping[str, Words]:
        return {}

    def field_of(self, document: str) -> Field:
        return Field.INFORMATION_REQUEST
