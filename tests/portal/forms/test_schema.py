"""A form that the server cannot serve is refused with place, reason and fix."""

from typing import Any

import pytest

from penaemas.portal.forms.schema import FormUnserved
from tests.portal.forms.schemas import field, form, group


def refusal(*components: dict[str, Any]) -> list[str]:
    with pytest.raises(FormUnserved) as unserved:
        form(*components)
    return [f"{fault.place}: {fault.reason}" for fault in unserved.value.faults]


def without_english(component: dict[str, Any]) -> dict[str, Any]:
    return {**component, "properties": {}}


@pytest.mark.parametrize(
    ("component", "reason"),
    [
        (field("a", "expression"), "we do not serve 'expression'"),
        (field("a", "textfield", appearance={}), "we do not serve 'appearance' of a textfield"),
        (field("a", "textfield", conditional={"hide": "=count(b) = 1"}), "its condition is not of the FEEL we serve"),
        (field("a", "textfield", conditional={"hide": "=b = 1"}), "its condition reads b"),
        (field("a", "textfield", validate={"pattern": "^x$"}), "nobody is told what its pattern means"),
        (field("a", "textfield", validate={"required": '=b = "1"'}), "`required` is no plain true or false"),
        (field("a", "textfield", validate={"validationType": "phone"}), "we serve the validation type email only"),
        (without_english(field("a", "textfield")), "its label is missing in one language"),
        (without_english(field("a", "radio", options=("x",))), "its label is missing in one language"),
        ({**field("a", "textfield"), "label": "=title"}, "its label is an expression"),
    ],
)
def test_what_the_server_cannot_serve_is_named(component: dict[str, Any], reason: str) -> None:
    assert refusal(component)[0].startswith(f"a: {reason}")


def test_two_fields_may_not_share_a_key() -> None:
    assert refusal(field("a", "textfield"), group("Bagian", field("a", "number"))) == ["a: two fields have this key"]


def test_everything_wrong_with_a_form_is_said_at_once() -> None:
    assert len(refusal(field("a", "table"), field("b", "textfield", validate={"pattern": "^x$", "step": 1}))) == 3
