"""What the program says about itself is what it does."""

import re

from penaemas.cli.check import stale_pages
from penaemas.cli.model_gate import ROOT
from penaemas.cli.reference_pages import exposed_name, platform_metrics, settings_of_processes

UNITS = ("_seconds", "_bytes", "_ratio", "_count", "_total")


def test_the_pages_of_metrics_settings_and_decisions_say_what_the_code_says() -> None:
    assert stale_pages(ROOT / "docs") == []


def test_every_metric_has_a_help_text_and_a_unit_in_its_name() -> None:
    nameless = [
        exposed_name(metric)
        for metric in platform_metrics()
        if not (exposed_name(metric).startswith("pena_") and exposed_name(metric).endswith(UNITS))
        or not next(iter(metric.describe())).documentation.strip().endswith(".")
    ]

    assert nameless == []


def test_every_setting_says_what_it_means() -> None:
    silent = [
        f"{process.__name__}.{name}"
        for process in settings_of_processes()
        for name, field in process.model_fields.items()
        if not (field.description or "").strip()
    ]

    assert silent == []


def test_every_decision_has_a_number_a_title_and_what_was_rejected() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    unfinished = [
        page.name
        for page in pages
        if not page.read_text(encoding="utf-8").startswith(f"# {page.name[:4]} · ")
        or not re.search(r"^## Rejected|^\*\*Rejected", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    ]

    assert unfinished == []


def test_no_two_decisions_share_a_number() -> None:
    numbers = [page.name[:4] for page in (ROOT / "docs" / "adr").glob("[0-9]*.md")]

    assert len(numbers) == len(set(numbers))


def test_the_changelog_says_what_is_not_released_yet() -> None:
    assert re.search(
        r"^## Unreleased\n\n- \w+: ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
