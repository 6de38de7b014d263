"""Service standards: what a file of the catalogue must say, and what the fee of a licence is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from penaemas.casefiles.emas.catalogue import CatalogueInvalid, load_catalogue
from penaemas.licensing.service_standard import Components, ServiceStandard
from penaemas.regions import load_regions

SERVICES = Path(__file__).parents[3] / "config" / "services"
OFFICE = load_catalogue(SERVICES)
ADVERTISING = OFFICE.standards["advertising_permit"]
LABEL = {"id": "contoh", "en": "example"}
TODAY = date(2026, 2, 2)


def standard(**changes: Any) -> ServiceStandard:
    """A small licence type with some parts changed."""
    usual: dict[str, Any] = {
        "id": "example_licence",
        "name": LABEL,
        "number_code": "CTH",
        "components": dict.fromkeys(Components.model_fields, LABEL),
        "limits": [{"valid_from": TODAY, "working_days": 5, "basis": "contoh", "certainty": "K"}],
        "documents": [{"id": "KTP", "name": LABEL}],
        "questions": [{"id": "months", "label": LABEL, "kind": "number"}],
    }
    return ServiceStandard.model_validate(usual | changes)


def tariff(first_day: date, unit_idr: int) -> dict[str, Any]:
    return {"valid_from": first_day, "unit_idr": unit_idr, "basis": "contoh", "certainty": "K", "is_example": True}


def test_the_three_licences_of_the_office_have_different_shapes() -> None:
    shapes = {name: (len(one.agencies), one.fee is not None) for name, one in OFFICE.standards.items()}
    assert shapes == {
        "advertising_permit": (5, True),
        "health_practice_licence": (1, False),
        "research_permit": (0, False),
    }


def test_a_standard_has_the_fourteen_components_of_the_regulation() -> None:
    assert len(Components.model_fields) == 14
    with pytest.raises(ValidationError, match="complaints"):
        standard(components={name: LABEL for name in Components.model_fields if name != "complaints"})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"agencies": [{"agency": "DINKES", "minutes": 360, "looks_at": ["STR"]}]}, "STR is not asked for"),
        ({"fee": {"factors": ["area_m2"], "payment_working_days": 5, "tariffs": [tariff(TODAY, 1)]}}, "area_m2"),
        ({"documents": [{"id": "KTP", "name": LABEL}] * 2}, "KTP stands twice"),
        (
            {
                "fee": {
                    "factors": ["months"],
                    "payment_working_days": 5,
                    "tariffs": [tariff(TODAY, 1), tariff(date(2026, 3, 1), 2)],
                }
            },
            "two hold on 2026-03-01",
        ),
    ],
    ids=["an agency looks at nothing known", "a factor is no question", "a document twice", "two tariffs on a day"],
)
def test_a_standard_that_contradicts_itself_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        standard(**changes)


def test_a_standard_with_an_unknown_agency_is_refused(tmp_path: Path) -> None:
    (tmp_path / "licences").mkdir()
    (tmp_path / "agencies.toml").write_text('agencies = [{ id = "DLHK", name = { id = "ab", en = "ab" } }]')
    name = "health_practice_licence.toml"
    (tmp_path / "licences" / name).write_text((SERVICES / "licences" / name).read_text())
    with pytest.raises(CatalogueInvalid, match="DINKES stands not in agencies"):
        load_catalogue(tmp_path)


def test_the_fee_is_the_product_of_its_factors_cut_to_whole_rupiah() -> None:
    row = ADVERTISING.tariff_on(TODAY)
    assert row is not None
    assert ADVERTISING.fee_idr({"area_m2": "2.5", "faces": "2", "months": "3"}, row) == 225_000
    assert ADVERTISING.fee_idr({"area_m2": "0.33333", "faces": "1", "months": "1"}, row) == 4_999
    assert row.is_example


def test_the_tariff_of_the_applications_day_counts() -> None:
    rows = [tariff(TODAY, 1) | {"valid_to": date(2026, 2, 28)}, tariff(date(2026, 3, 1), 2)]
    licence = standard(fee={"factors": ["months"], "payment_working_days": 5, "tariffs": rows})
    found = [licence.tariff_on(day) for day in (date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1))]
    assert [row and row.unit_idr for row in found] == [None, 1, 2]


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"months": "3"}, ()),
        ({}, (("months", "is required"),)),
        ({"months": "NaN"}, (("months", "must be a number above 0"),)),
        ({"months": "3", "colour": "red"}, (("colour", "is no question of this licence"),)),
    ],
    ids=["all is well", "nothing", "no number", "an unknown question"],
)
def test_the_answers_of_an_application_are_held_against_the_questions(
    answers: dict[str, str], faults: tuple[tuple[str, str], ...]
) -> None:
    assert standard().faults_of(answers) == faults


def test_the_head_of_every_agency_is_a_post_of_every_region() -> None:
    for region in load_regions(SERVICES.parent / "regions").values():
        posts = {post.id for post in region.posts}
        assert {agency.head_post for agency in OFFICE.agencies.values()} <= posts
