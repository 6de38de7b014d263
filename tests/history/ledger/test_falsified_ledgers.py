"""Ten thousand ways to falsify a stored ledger: every one is found."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable

import pytest

from penaemas.history.verification.notes import VerifierKey
from penaemas.history.verification.report import Kind
from penaemas.history.verification.verifying import Claims, verify
from tests.history.ledger.installations import records
from tests.history.ledger.mutations import (
    KEY,
    MemoryLedger,
    delete,
    flip,
    insert,
    replace_suffix,
    sealed,
    swap,
    truncate,
)

OFFICE = VerifierKey.parse(KEY.verifier_key("pena.example"))
# A short log is checked fast, so most are tried there; a longer one has full tiles and a second level.
SHORT, LONG = 40, 300

Mutation = Callable[[MemoryLedger, random.Random], MemoryLedger]
MUTATIONS: tuple[tuple[Mutation, int, int], ...] = (
    (flip, 3_600, 200),
    (delete, 1_600, 100),
    (insert, 1_600, 100),
    (swap, 1_600, 100),
    (truncate, 480, 20),
    (replace_suffix, 580, 20),
)


@pytest.fixture(scope="module")
def ledgers() -> dict[int, MemoryLedger]:
    return {size: sealed([document.body for document in records(size)]) for size in (SHORT, LONG)}


def test_an_untouched_ledger_is_intact(ledgers: dict[int, MemoryLedger]) -> None:
    for size, ledger in ledgers.items():
        report = verify(ledger, OFFICE, Claims(kept=[ledger.files["checkpoint"].decode()]))

        assert report.is_complete, report.findings
        assert [log.records for log in report.logs] == [size]


def test_every_falsification_is_found(ledgers: dict[int, MemoryLedger], capsys: pytest.CaptureFixture[str]) -> None:
    dice = random.Random(7)
    found: Counter[str] = Counter()
    by_others: Counter[str] = Counter()
    for mutation, *counts in MUTATIONS:
        for size, count in zip((SHORT, LONG), counts, strict=True):
            ledger = ledgers[size]
            held = Claims(kept=[ledger.files["checkpoint"].decode()])
            for _ in range(count):
                report = verify(mutation(ledger, dice), OFFICE, held)
                assert report.findings, f"{mutation.__name__} was not found"
                found[mutation.__name__] += 1
                by_others[mutation.__name__] += {finding.kind for finding in report.findings} == {Kind.WITNESS}
    with capsys.disabled():
        sys.stdout.write(f"\nfalsified and found: {dict(found)}, in all {found.total():,}\n")

    assert found.total() == 10_000
    # Who has the key can write another story that is whole in itself: what others hold is all that tells.
    assert by_others["truncate"] == found["truncate"]
    assert by_others["replace_suffix"] == found["replace_suffix"]


def test_without_what_others_hold_a_story_signed_again_would_pass(ledgers: dict[int, MemoryLedger]) -> None:
    assert verify(replace_suffix(ledgers[SHORT], random.Random(1)), OFFICE).is_intact


def test_the_first_bad_record_is_named(ledgers: dict[int, MemoryLedger]) -> None:
    ledger = ledgers[LONG].copy()
    for position in (280, 123, 200):
        ledger.documents[position] += b" "

    first_bad = verify(ledger, OFFICE).first_bad

    assert first_bad is not None
    assert (first_bad.kind, first_bad.position) == (Kind.INTEGRITY, 123)
