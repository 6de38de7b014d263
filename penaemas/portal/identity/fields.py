"""Which parts of a person's data each role may see. What is not named here is shown to nobody.

A page asks for each kind before it shows a value; whoever may not see it gets the masked form or nothing. That
somebody saw it is an act, written before the page is sent (`view_personal_data`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from penaemas.casefiles.officers import Officer
from penaemas.licensing.roles import Role

_COUNTER: Final = {Role.LOKET, Role.OPERATOR, Role.PENGAWAS}
_REVIEW: Final = {Role.TARU, Role.TPT, Role.KADIS_TEKNIS}
_SIGN: Final = {Role.KADIS}


class Field(StrEnum):
    """A kind of personal data."""

    NAME = "name"
    IDENTITY_NUMBER = "identity_number"
    CONTACT = "contact"
    ADDRESS = "address"
    INCOME = "income"
    HOUSEHOLD = "household"
    IDENTITY_DOCUMENT = "identity_document"
    INCOME_DOCUMENT = "income_document"
    BUILDING_DOCUMENT = "building_document"
    INFORMATION_REQUEST = "information_request"
    LICENCE_CONTENT = "licence_content"


SEEN_BY: Final[Mapping[Field, frozenset[Role]]] = {
    Field.NAME: frozenset(
        _COUNTER
        | _REVIEW
        | _SIGN
        | {Role.PENDAMPING, Role.RETRIBUSI, Role.PPID, Role.REKOM, Role.AUDITOR, Role.INSPEKTORAT}
    ),
    Field.IDENTITY_NUMBER: frozenset(_COUNTER),
    Field.CONTACT: frozenset(_COUNTER | {Role.PENDAMPING, Role.PPID}),
    Field.ADDRESS: frozenset(_COUNTER | _REVIEW | _SIGN | {Role.RETRIBUSI, Role.REKOM, Role.INSPEKTORAT}),
    Field.INCOME: frozenset(_COUNTER | {Role.RETRIBUSI}),
    Field.HOUSEHOLD: frozenset(_COUNTER | {Role.RETRIBUSI}),
    Field.IDENTITY_DOCUMENT: frozenset(_COUNTER | _SIGN),
    Field.INCOME_DOCUMENT: frozenset(_COUNTER | {Role.RETRIBUSI}),
    Field.BUILDING_DOCUMENT: frozenset(_COUNTER | _REVIEW | _SIGN | {Role.INSPEKTORAT}),
    Field.LICENCE_CONTENT: frozenset(_COUNTER | _SIGN | {Role.RETRIBUSI, Role.REKOM, Role.INSPEKTORAT}),
    Field.INFORMATION_REQUEST: frozenset({Role.PPID, Role.PENGAWAS, Role.INSPEKTORAT}),
}


def may_see(officer: Officer, field: Field, region_code: str) -> bool:
    """Whether the officer may see this kind of data of a case of this region."""
    return officer.may(SEEN_BY[field], region_code)


def visible_fields(officer: Officer, region_code: str) -> frozenset[Field]:
    """Every kind that the officer may see of a case of this region."""
    return frozenset(field for field in Field if may_see(officer, field, region_code))
