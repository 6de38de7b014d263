"""Submitted forms become typed values, or errors beside their fields."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from penaemas.portal.forms.entries import read_entry, typed_from_values, typed_of
from tests.portal.forms.schemas import WIB, field, form, group

REQUIRED = {"required": True}


def read(component: dict[str, Any], *texts: str) -> tuple[Any, str | None]:
    """The value that one field gives, and the rule it breaks, in Indonesian."""
    one = form(component)
    entry = read_entry(one, typed_of(one, [("answer", text) for text in texts]), WIB)
    return entry.values.get("answer"), entry.errors[0].rule.indonesian if entry.errors else None


@pytest.mark.parametrize(
    ("component", "typed", "value"),
    [
        (field("answer", "textfield"), ["  Sawah  "], "Sawah"),
        (field("answer", "textarea"), ["satu\r\ndua"], "satu\ndua"),
        (field("answer", "number", decimalDigits=0), ["1.250.000"], 1_250_000),
        (field("answer", "number", decimalDigits=2), ["1.250,5"], Decimal("1250.5")),
        (field("answer", "number", decimalDigits=2), ["36.25"], Decimal("36.25")),
        (field("answer", "number", decimalDigits=6), ["-6,861"], Decimal("-6.861")),
        (field("answer", "checkbox"), ["true"], True),
        (field("answer", "checkbox"), [], False),
        (field("answer", "radio", options=("a", "b")), ["b"], "b"),
        (field("answer", "checklist", options=("a", "b")), ["b", "a"], ["b", "a"]),
        (field("answer", "select", valuesKey="sub_districts"), ["321102"], "321102"),
        (field("answer", "datetime", subtype="date"), ["2026-11-02"], date(2026, 11, 2)),
        (field("answer", "datetime", subtype="datetime"), ["2026-11-02T08:00"], datetime(2026, 11, 2, 1, tzinfo=UTC)),
        (field("answer", "textfield", validate={"validationType": "email"}), ["a@b.id"], "a@b.id"),
    ],
)
def test_an_answer_gets_its_type(component: dict[str, Any], typed: list[str], value: object) -> None:
    assert read(component, *typed) == (value, None)


@pytest.mark.parametrize(
    ("component", "typed", "rule"),
    [
        (field("answer", "textfield", validate=REQUIRED), "  ", "wajib diisi"),
        (field("answer", "radio", options=("a",), validate=REQUIRED), "", "wajib dipilih"),
        (field("answer", "checkbox", validate=REQUIRED), "", "wajib dicentang"),
        (field("answer", "radio", options=("a",)), "z", "bukan salah satu pilihan"),
        (field("answer", "checklist", options=("a",)), "z", "bukan salah satu pilihan"),
        (field("answer", "select", valuesKey="sub_districts"), "999999", "bukan salah satu pilihan"),
        (field("answer", "number", decimalDigits=0), "36,5", "harus bilangan bulat"),
        (field("answer", "number", decimalDigits=2), "36,555", "terlalu banyak angka di belakang koma"),
        (field("answer", "number"), "1e3", "harus angka"),
        (field("answer", "number"), "NaN", "harus angka"),
        (field("answer", "number", validate={"min": 0.01}), "0", "paling kecil 0,01"),
        (field("answer", "number", validate={"max": 99}), "100", "paling besar 99"),
        (field("answer", "textfield", validate={"minLength": 3}), "ab", "terlalu pendek"),
        (field("answer", "textarea", validate={"maxLength": 2}), "abc", "terlalu panjang"),
        (field("answer", "textfield", validate={"pattern": "^[0-9]{16}$"}), "123", "harus 16 angka"),
        (field("answer", "textfield", validate={"validationType": "email"}), "a b", "bukan alamat surel"),
        (field("answer", "datetime", subtype="date"), "kemarin", "bukan tanggal"),
    ],
)
def test_a_broken_rule_is_named_beside_its_field(component: dict[str, Any], typed: str, rule: str) -> None:
    assert read(component, typed) == (None, rule) or read(component, typed)[1] == rule


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_form() -> None:
    both = form(
        field("first", "textfield", validate=REQUIRED), group("Bagian", field("second", "number", validate=REQUIRED))
    )

    entry = read_entry(both, {}, WIB)

    assert [error.field for error in entry.errors] == ["first", "second"]
    assert not entry.is_right


def test_what_a_condition_hides_counts_as_not_entered() -> None:
    hiding = form(
        field("decision", "radio", options=("given", "refused")),
        field("reason", "textarea", validate=REQUIRED, conditional={"hide": '=decision != "refused"'}),
    )

    given = read_entry(hiding, {"decision": ("given",), "reason": ("typed before",)}, WIB)
    refused = read_entry(hiding, {"decision": ("refused",)}, WIB)

    assert given.values == {"decision": "given"}
    assert given.is_right
    assert [error.field for error in refused.errors] == ["reason"]


def test_a_field_hidden_by_a_hidden_field_is_hidden_too() -> None:
    chain = form(
        field("a", "radio", options=("x", "y")),
        field("b", "radio", options=("x", "y"), conditional={"hide": '=a != "x"'}),
        group("Bagian", field("c", "textfield", validate=REQUIRED), conditional={"hide": '=b != "x"'}),
    )

    entry = read_entry(chain, {"a": ("y",), "b": ("x",), "c": ("typed",)}, WIB)

    assert entry.values == {"a": "y"}


def test_what_a_browser_adds_to_the_form_is_left_out() -> None:
    small = form(field("answer", "textfield"), field("paper", "filepicker", accept=".pdf"))

    assert typed_of(small, [("answer", "ya"), ("csrf", "x"), ("paper", "scan.pdf")]) == {"answer": ("ya",)}


def test_a_draft_comes_back_as_it_was_typed() -> None:
    small = form(field("answer", "number"), field("subjects", "checklist", options=("a", "b")))
    typed = typed_of(small, [("answer", "tiga puluh"), ("subjects", "b"), ("subjects", "a")])

    kept = {key: tuple(texts) for key, texts in json.loads(json.dumps(typed)).items()}

    assert kept == typed == {"answer": ("tiga puluh",), "subjects": ("b", "a")}


def test_known_values_begin_a_form_as_a_person_would_have_typed_them() -> None:
    small = form(
        field("area", "number", decimalDigits=2),
        field("ticked", "checkbox"),
        field("subjects", "checklist", options=("a", "b")),
        field("moment", "datetime", subtype="datetime"),
        field("unknown", "textfield"),
    )
    values = {
        "area": Decimal("36.5"),
        "ticked": True,
        "subjects": ["b"],
        "moment": datetime(2026, 11, 2, 1, tzinfo=UTC),
    }

    typed = typed_from_values(small, values, WIB)

    assert typed["area"] == ("36,5",)
    assert "unknown" not in typed
    assert read_entry(small, typed, WIB).values == values
