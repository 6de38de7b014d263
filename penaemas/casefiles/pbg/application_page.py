"""The page on which an applicant fills in an application: the fields of the form, and which files belong to it.

The page lies in one region, so it does not ask for it; a late entry is typed in at the counter, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, get_args

from pydantic import StringConstraints, create_model

from penaemas.casefiles.faults import EntryFaulty, Fault, checked
from penaemas.casefiles.pbg.application_form import ApplicantsEntry, ApplicationEntry, DocumentKind

_DOCUMENTS: tuple[str, ...] = get_args(DocumentKind)
FileName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class PageOfFields(ApplicantsEntry):
    """The answers of the page. A field of a document holds the name of the uploaded file."""

    def entry(self, region_code: str) -> ApplicationEntry:
        """The application in this region.

        Raises:
            EntryFaulty: the region's code is none.
        """
        answers = self.model_dump(exclude=set(map(field_of, _DOCUMENTS)))
        return checked(ApplicationEntry, answers | {"region_code": region_code})

    def documents(self, uploads: Mapping[str, bytes]) -> dict[str, bytes]:
        """Kind of document → content. Args: uploads: content by the file's name.

        Raises:
            EntryFaulty: a file that the page names did not arrive.
        """
        named = {kind: getattr(self, field_of(kind)) for kind in _DOCUMENTS}
        chosen: dict[str, str] = {kind: name for kind, name in named.items() if name}
        lost = [kind for kind, name in chosen.items() if name not in uploads]
        if lost:
            raise EntryFaulty(*(Fault(field_of(kind), "did not arrive", "choose the file again") for kind in lost))
        return {kind: uploads[name] for kind, name in chosen.items()}


def field_of(document: str) -> str:
    """`KTP` → `document_ktp`."""
    return f"document_{document.lower()}"


ApplicationPage: type[PageOfFields] = create_model(  # type: ignore[call-overload]
    "ApplicationPage",
    __base__=PageOfFields,
    __module__=__name__,
    **{field_of(document): (FileName | None, None) for document in _DOCUMENTS},
)
