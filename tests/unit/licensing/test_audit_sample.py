"""The audit sample: about one in twenty, repeatable by anybody who has the key."""

import hashlib
import hmac

import pytest

from penaemas.licensing.audit_sample import commitment, is_drawn

KEY = bytes(range(32))


def test_about_one_case_in_twenty_is_drawn() -> None:
    drawn = sum(is_drawn(KEY, f"case-{number}") for number in range(20_000))
    assert 900 < drawn < 1100


def test_a_case_is_drawn_if_its_fraction_lies_below_five_hundredths() -> None:
    for number in range(200):
        digest = hmac.new(KEY, f"case-{number}".encode(), hashlib.sha256).hexdigest()
        fraction = int(digest[:12], 16) / 16**12
        assert is_drawn(KEY, f"case-{number}") == (fraction < 0.05)


def test_another_period_draws_other_cases() -> None:
    cases = [f"case-{number}" for number in range(500)]
    assert [is_drawn(KEY, case) for case in cases] != [is_drawn(b"\xff" * 32, case) for case in cases]


def test_the_commitment_is_the_hash_of_the_key() -> None:
    assert commitment(KEY) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        commitment(b"short")
