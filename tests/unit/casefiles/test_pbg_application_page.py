"""The page that an applicant fills in becomes an application and its files."""

from __future__ import annotations

from typing import Any

import pytest

from penaemas.casefiles.faults import EntryFaulty, checked
from penaemas.casefiles.pbg.application_page import ApplicationPage, PageOfFields
from tests.pbg import APPLICATION, application

ANSWERS = {name: value for name, value in APPLICATION.items() if name != "region_code"}


def page(**answers: Any) -> PageOfFields:
    return checked(ApplicationPage, ANSWERS | answers)


def test_the_answers_of_the_page_are_the_application_of_its_region() -> None:
    assert page(document_ktp="ktp.pdf").entry("32.11") == application()


def test_each_file_is_the_document_under_which_it_was_chosen() -> None:
    chosen = page(document_ktp="a.pdf", document_izin_pemanfaatan_tanah="b.pdf")

    assert chosen.documents({"a.pdf": b"A", "b.pdf": b"B"}) == {"KTP": b"A", "IZIN_PEMANFAATAN_TANAH": b"B"}


def test_a_file_that_did_not_arrive_is_asked_for_again() -> None:
    with pytest.raises(EntryFaulty) as refused:
        page(document_kk="kk.pdf").documents({})

    assert [(fault.field, fault.fix) for fault in refused.value.faults] == [("document_kk", "choose the file again")]


def test_the_rules_of_an_application_hold_on_the_page_too() -> None:
    with pytest.raises(EntryFaulty) as refused:
        page(floor_area_m2=0)

    assert [fault.field for fault in refused.value.faults] == ["floor_area_m2"]


@pytest.mark.parametrize("field", ["region_code", "paper_received_at", "late_entry_reason"])
def test_the_page_takes_nothing_that_belongs_to_the_counter(field: str) -> None:
    with pytest.raises(EntryFaulty) as refused:
        page(**{field: "32.11"})

    assert [fault.field for fault in refused.value.faults] == [field]
