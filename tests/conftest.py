"""Options of the whole run, and fixtures that every test may ask for, by subject."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

pytest_plugins = [
    "tests.in_memory",
    "tests.two_processes",
    "tests.databases",
    "tests.offices",
    "tests.processes.kit.coverage_report",
]

ENGINE_VERSION = "PENA_TEST_ENGINE_VERSION"
# Quick and narrow first: a fault shows in the smallest test that has it. What disturbs the machine comes last.
ORDER = (
    "unit",
    "agreements",
    "models",
    "connectors",
    "history",
    "engine",
    "portal",
    "processes",
    "installation",
    "resilience",
)
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine-version", help="version of the engine that the stories run on")


def pytest_configure(config: pytest.Config) -> None:
    version = config.getoption("--engine-version")
    if version is not None:
        os.environ[ENGINE_VERSION] = version


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing may be skipped: a browser, database or engine that is missing there is a fault of the machine."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI nothing may be: {call.excinfo and call.excinfo.value}"
    return report


def _rank(path: Path) -> int:
    folder = path.relative_to(Path(__file__).parent).parts[0]
    return ORDER.index(folder) if folder in ORDER else len(ORDER)
