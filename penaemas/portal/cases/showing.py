"""Documents and papers before a reader: which of them, and how a browser may show them inside the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Response
from fastapi.responses import HTMLResponse

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.officers import Officer
from penaemas.casefiles.overview import CaseOverview
from penaemas.casefiles.pbg.case_view import CaseView
from penaemas.portal.cases.prints import PRINTS, kinds_for
from penaemas.portal.cases.readers import READERS
from penaemas.portal.cases.words import PAPERS, VERDICTS, said
from penaemas.portal.forms.sentences import Words
from penaemas.portal.identity.fields import Field, visible_fields
from penaemas.portal.protection import HEADERS

CSP: Final = "Content-Security-Policy"
FILE_POLICY: Final = (
    "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
PICTURES: Final = frozenset({"image/png", "image/jpeg"})


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """One document or paper. `path` is None when the reader's role does not open it."""

    kind: str
    words: Words
    path: str | None
    is_picture: bool
    kilobytes: int
    verdict: Words | None
    verdict_is_bad: bool
    made_at: datetime


def documents_shown(
    office: Office, case: CaseOverview, view: CaseView | None, reader: Officer
) -> tuple[DocumentShown, ...]:
    """What was handed in, in the order of the checklist."""
    of_process = READERS.get(case.process_id)
    if view is None or of_process is None:
        return ()
    seen = visible_fields(reader, case.region_code)
    words = of_process.subjects(office, view)
    order = {kind: index for index, kind in enumerate(words)}
    return tuple(
        DocumentShown(
            kind=line.document,
            words=said(words, line.document),
            path=(
                f"/cases/{case.case_id}/documents/{line.document}"
                if of_process.field_of(line.document) in seen
                else None
            ),
            is_picture=line.media_type in PICTURES,
            kilobytes=-(-line.byte_count // 1024),
            verdict=said(VERDICTS, line.verdict) if line.verdict else None,
            verdict_is_bad=line.verdict == "TIDAK_SESUAI",
            made_at=line.added_at,
        )
        for line in sorted(view.documents, key=lambda line: order.get(line.document, len(order)))
    )


def papers_shown(case: CaseOverview, view: CaseView | None, reader: Officer) -> tuple[DocumentShown, ...]:
    """What the office has made."""
    if view is None:
        return ()
    opens = Field.NAME in visible_fields(reader, case.region_code)
    return tuple(
        DocumentShown(
            kind=line.kind,
            words=said(PAPERS, line.kind),
            path=f"/cases/{case.case_id}/papers/{line.kind}" if opens else None,
            is_picture=False,
            kilobytes=0,
            verdict=Words("Konsep", "Draft") if line.is_concept else None,
            verdict_is_bad=False,
            made_at=line.made_at,
        )
        for line in view.papers
    )


@dataclass(frozen=True, slots=True)
class PrintShown:
    """A letter that can be printed now."""

    words: Words
    path: str


def prints_shown(case: CaseOverview, view: CaseView | None, reader: Officer) -> tuple[PrintShown, ...]:
    """What the reader can print by one press; nothing for whom the applicant's name is closed."""
    if Field.NAME not in visible_fields(reader, case.region_code):
        return ()
    return tuple(PrintShown(PRINTS[kind], f"/cases/{case.case_id}/prints/{kind}") for kind in kinds_for(view))


def with_frames(page: HTMLResponse) -> HTMLResponse:
    """Let the page show our own documents inside it."""
    page.headers[CSP] = f"{HEADERS[CSP]}; frame-src 'self'"
    return page


def file_answer(content: bytes, media_type: str, name: str) -> Response:
    """A file that a browser shows inside our own page, and that nobody else's page can."""
    answer = Response(content, media_type=media_type)
    answer.headers[CSP] = FILE_POLICY
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
