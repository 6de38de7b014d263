"""What the last net takes out of a log line, and what it leaves in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from penaemas.observability.redaction import ENGINE_KEY_FIELDS, REMOVED, redact, redact_text

INVENTED_NIK = "9999990101019999"  # 99 is no province
JOB_KEY = 2251799813685249  # partition 1 of the engine


@pytest.mark.parametrize(
    "text",
    [
        INVENTED_NIK,
        f"NIK{INVENTED_NIK}",
        "99.99.99.010101.9999",
        "9999 9901 0101 9999",
        "9999-9901-0101-9999",
        "99.999.999.9-999.999",  # NPWP, old
        "999999999999999",  # NPWP, old, without points
        "081299990000",
        "+62 812-9999-0000",
        "6281299990000",
        "nobody@example.invalid",
    ],
)
def test_an_identifier_is_taken_out_of_any_text(text: str) -> None:
    redacted = redact_text(f"the applicant ({text}) called")

    assert redacted.startswith("the applicant (")
    assert redacted.endswith(") called")
    assert REMOVED in redacted
    assert not any(part in redacted for part in (INVENTED_NIK, "9999990", "8129999", "nobody"))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:00:00.123456+00:00",
        "127.0.0.1:26500",
        "PBG-3204-20261123-0042",
        "3f786850e387550fdab836ed7e6dc881de23001b1234567890123456789012ab",
        "9d0b2c4e-1234-4321-8765-123456789012",
        "penaemas/zeebe/job_runtime.py:120 serve",
        "12,500,000 rupiah",
    ],
)
def test_what_operators_need_stays(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.parametrize("field", sorted(ENGINE_KEY_FIELDS))
def test_a_key_of_the_engine_stays_under_its_own_name(field: str) -> None:
    assert redact(JOB_KEY, field) == JOB_KEY


def test_several_keys_of_the_engine_stay_under_the_plural_name() -> None:
    assert redact([JOB_KEY, JOB_KEY + 1], "job_keys") == [JOB_KEY, JOB_KEY + 1]


def test_an_integer_as_long_as_an_identity_number_is_removed_under_any_other_name() -> None:
    assert redact({"nik": int(INVENTED_NIK), "applicant_key": int(INVENTED_NIK)}) == {
        "nik": REMOVED,
        "applicant_key": REMOVED,
    }


def test_text_under_the_name_of_a_key_is_no_key() -> None:
    assert redact(INVENTED_NIK, "job_key") == REMOVED


def test_a_float_as_long_as_an_identity_number_is_removed() -> None:
    assert redact(float(INVENTED_NIK), "amount") == REMOVED


def test_nested_values_and_names_of_fields_are_searched() -> None:
    nested = {"people": [{"contact": ("nobody@example.invalid", 3)}], INVENTED_NIK: {"job_key": JOB_KEY}}

    assert redact(nested) == {"people": [{"contact": [REMOVED, 3]}], REMOVED: {"job_key": JOB_KEY}}


def test_an_object_is_searched_as_the_text_it_would_be_logged_as() -> None:
    class Applicant:
        def __str__(self) -> str:
            return f"Applicant(nik={INVENTED_NIK})"

    assert redact(Applicant()) == f"Applicant(nik={REMOVED})"


def test_an_exception_is_logged_by_its_class_only() -> None:
    assert redact(ValueError("Fulan bin Fulan")) == "ValueError"


def test_a_value_that_contains_itself_ends() -> None:
    circle: list[object] = []
    circle.append(circle)

    assert "nested too deeply" in str(redact(circle))


def test_instants_paths_and_bytes_become_plain_text() -> None:
    assert redact({"at": datetime(2026, 11, 23, tzinfo=UTC), "file": Path("a/b"), "raw": b"1234"}) == {
        "at": "2026-11-23T00:00:00+00:00",
        "file": "a/b",
        "raw": "[4 bytes]",
    }
