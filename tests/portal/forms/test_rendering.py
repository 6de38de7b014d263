"""A form as HTML: what a person, a keyboard and a screen reader find."""

import re

from penaemas.portal.forms.entries import read_entry
from penaemas.portal.forms.rendering import render_form
from tests.portal.forms.schemas import WIB, field, form, group

REFUSAL = form(
    {
        "id": "t",
        "type": "text",
        "text": "## Jawaban\n\nSebutkan **dasar hukumnya** & lainnya",
        "properties": {"text:en": "## Answer"},
    },
    field("decision", "radio", options=("given", "refused"), validate={"required": True}),
    field(
        "reason",
        "textarea",
        validate={"required": True, "maxLength": 2000},
        description="Dengan dasar hukum.",
        conditional={"hide": '=decision != "refused"'},
    ),
)


def test_labels_are_in_indonesian_with_english_beside_and_the_reverse_for_english_readers() -> None:
    indonesian = render_form(REFUSAL, {}, WIB, "id")
    english = render_form(REFUSAL, {}, WIB, "en")

    assert '<span class="lead">Label reason</span> <span class="beside" lang="en">English reason</span>' in indonesian
    assert '<span class="lead">English reason</span> <span class="beside" lang="id">Label reason</span>' in english


def test_headings_and_bold_are_rendered_and_everything_else_is_plain_text() -> None:
    html = render_form(REFUSAL, {}, WIB, "id")

    assert "<h2>Jawaban</h2><p>Sebutkan <strong>dasar hukumnya</strong> &amp; lainnya</p>" in html
    assert html.count("<h2>") == 1  # the English beside is no second heading


def test_what_was_typed_stands_in_the_inputs_and_is_escaped() -> None:
    html = render_form(REFUSAL, {"decision": ("refused",), "reason": ("<b>tidak</b>",)}, WIB, "id")

    assert 'value="refused" checked>' in html
    assert "&lt;b&gt;tidak&lt;/b&gt;</textarea>" in html


def test_a_hidden_part_is_there_for_the_script_but_out_of_sight() -> None:
    hidden = render_form(REFUSAL, {"decision": ("given",)}, WIB, "id")
    shown = render_form(REFUSAL, {"decision": ("refused",)}, WIB, "id")

    assert re.search(r'data-field="reason" data-hide="[^"]+" hidden>', hidden)
    assert re.search(r'data-field="reason" data-hide="[^"]+">', shown)


def test_an_error_stands_beside_its_field_and_in_the_list_on_top() -> None:
    typed = {"decision": ("refused",)}
    html = render_form(REFUSAL, typed, WIB, "id", read_entry(REFUSAL, typed, WIB).errors)

    assert '<a href="#reason">Label reason</a>' in html
    assert 'id="reason-error"' in html
    assert 'aria-describedby="reason-error reason-hint" aria-invalid="true"' in html
    assert "wajib diisi" in html
    assert "is required; fill it in." in html


def test_every_input_has_a_name_that_is_told() -> None:
    kinds = form(
        group(
            "Bagian",
            field("a", "textfield"),
            field("b", "number"),
            field("c", "select", valuesKey="sub_districts"),
            field("d", "datetime", subtype="date"),
            field("e", "filepicker", accept=".pdf"),
            field("f", "checkbox"),
            field("g", "checklist", options=("x",)),
        )
    )

    html = render_form(kinds, {}, WIB, "id")

    for key in "abcde":
        assert f'<label for="{key}">' in html
    assert html.count("<legend>") == 2
    assert '<option value="321101">Wado · Wado</option>' in html
