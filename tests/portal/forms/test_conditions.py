"""The part of FEEL that forms use."""

import pytest

from penaemas.portal.forms.conditions import ConditionUnsupported, as_data, evaluate, holds, names, parse


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ('=decision = "refused"', {"decision": "refused"}, True),
        ('=decision = "refused"', {"decision": "given"}, False),
        ('=decision != "refused"', {}, True),
        ("=ticked = true", {"ticked": True}, True),
        ("=ticked = true", {"ticked": False}, False),
        ("=storeys = 1", {"storeys": True}, False),
        ("=storeys = 2", {"storeys": 2}, True),
        ("=applicant = owner", {"applicant": "a", "owner": "a"}, True),
        ("=applicant = owner", {}, True),
        ('=a = "1" or b = "2" and c = "3"', {"a": "1"}, True),
        ('=(a = "1" or b = "2") and c = "3"', {"a": "1"}, False),
        ('=not(a = "1")', {"a": "2"}, True),
        ("=not(a)", {"a": "text"}, None),
        ('=a and b = "1"', {"a": "text", "b": "1"}, None),
        ('=a or b = "1"', {"b": "1"}, True),
        ("=a = null", {"a": ""}, True),
    ],
)
def test_a_condition_means_what_it_means_in_feel(
    expression: str, values: dict[str, object], expected: bool | None
) -> None:
    assert evaluate(parse(expression), values) is expected


def test_only_true_holds() -> None:
    assert not holds(parse("=nothing"), {})
    assert not holds(None, {})
    assert holds(parse("=ticked"), {"ticked": True})


@pytest.mark.parametrize(
    "expression",
    ['a = "1"', "=a > 1", "=count(a) = 1", "=if a then b else c", '=a = "1', "=(a", "=a b", "=", "=and", "=a.b = 1"],
)
def test_what_is_beyond_our_part_of_feel_is_refused(expression: str) -> None:
    with pytest.raises(ConditionUnsupported):
        parse(expression)


def test_a_condition_names_the_fields_it_reads() -> None:
    assert names(parse('=not(a = "1") and b = c')) == {"a", "b", "c"}


def test_the_browser_is_given_the_same_tree() -> None:
    assert as_data(parse('=a != "1" or not(b = 2)')) == [
        "or",
        ["!=", {"key": "a"}, {"is": "1"}],
        ["not", ["=", {"key": "b"}, {"is": 2.0}]],
    ]
