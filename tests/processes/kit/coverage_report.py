"""What the stories walked: kept while they are told, handed over to who started this process, printed at the end.

The whole suite runs in several processes; all stories are told in one of them, which also judges their coverage.
"""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.processes.kit.coverage import coverage_of

PROJECT = Path(__file__).parents[3]
Walked = dict[str, Counter[str]]  # process id → how often each element was activated, or flow taken
WALKED = pytest.StashKey[Walked]()


def pytest_configure(config: pytest.Config) -> None:
    walked: Walked = defaultdict(Counter)
    config.stash[WALKED] = walked


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker process of pytest-xdist sends it along with its end; only plain dictionaries can go that way."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["walked"] = {process: dict(times) for process, times in session.config.stash[WALKED].items()}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A process has ended, or died and brings nothing."""
    for process, times in getattr(node, "workeroutput", {}).get("walked", {}).items():
        node.config.stash[WALKED][process].update(times)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line per diagram that a story walked."""
    walked = config.stash[WALKED]
    if walked:
        terminalreporter.section("coverage of the diagrams")
        for diagram in coverage_of(PROJECT / "bpmn", walked):
            terminalreporter.write_line(diagram.line())
