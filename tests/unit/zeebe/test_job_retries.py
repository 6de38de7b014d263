"""How often and how soon a failed job is tried again."""

import random
from datetime import timedelta

import pytest

from penaemas.zeebe.job_retries import RetryPolicies, RetryPolicy
from workers.bootstrap import read_retry_policies

CHANCE = random.Random(1)


def test_the_file_of_the_office_is_valid() -> None:
    policies = read_retry_policies()

    assert policies.default.attempts == 3


def test_an_alarm_outlasts_a_history_that_is_away_for_twenty_minutes() -> None:
    alarms = read_retry_policies().of("service_clock.next_escalation_step")

    waits = [alarms.wait_after(attempt, CHANCE) for attempt in range(1, alarms.attempts)]

    assert sum(waits, timedelta()) > timedelta(minutes=20)


def test_waits_grow_up_to_the_longest() -> None:
    policy = RetryPolicy(attempts=9, first_wait_s=2, factor=3, longest_wait_s=20, jitter=0)

    assert [policy.wait_after(attempt, CHANCE).total_seconds() for attempt in (1, 2, 3, 99)] == [2, 6, 18, 20]


def test_chance_moves_a_wait_by_its_share_only() -> None:
    policy = RetryPolicy(first_wait_s=10, longest_wait_s=10, jitter=0.2)

    waits = [policy.wait_after(1, CHANCE) for _ in range(200)]

    assert timedelta(seconds=8) <= min(waits) < max(waits) <= timedelta(seconds=12)


def test_the_attempt_follows_from_the_tries_that_the_engine_still_counts() -> None:
    policy = RetryPolicy(attempts=3)

    assert [policy.attempt_of(retries) for retries in (3, 2, 1, 30)] == [1, 2, 3, 1]


def test_tries_end_at_the_smaller_of_policy_and_model() -> None:
    policy = RetryPolicy(attempts=3)

    assert [policy.retries_after_failure(retries) for retries in (30, 3, 2, 1, 0)] == [2, 2, 1, 0, 0]


def test_a_job_type_s_own_table_repeats_only_what_differs() -> None:
    text = '[default]\nattempts = 4\nfirst_wait_s = 1\n["mail.send"]\nfirst_wait_s = 9\n'

    policies = RetryPolicies.from_toml(text, job_types=["mail.send"])

    assert policies.of("mail.send") == RetryPolicy(attempts=4, first_wait_s=9)
    assert policies.of("fees.calculate") == RetryPolicy(attempts=4, first_wait_s=1)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('["mail.sent"]\nattempts = 2', "no job type: mail.sent"),
        ("[default]\nattempts = 0", "attempts"),
        ("[default]\nfirst_wait_s = 90\nlongest_wait_s = 60", "shorter"),
        ("[default]\nfirst_wait = 1", "first_wait"),
        ("[default", "Expected"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        RetryPolicies.from_toml(text, job_types=["mail.send"])
