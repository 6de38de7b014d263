"""The whole suite in two processes of pytest-xdist: what stays together, begins first, and may run side by side.

`./pena test` asks for `-n auto`. Only the whole suite gets two processes; whoever names files, words or marks gets one,
which begins sooner and prints file by file. `-n 0` gives one process to the whole suite too.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

PROCESSES: Final = 2


@dataclass(frozen=True)
class Part:
    """Tests that run in one process, one after another, because they share what is dear to start.

    Attributes:
        name: the path that their node ids begin with.
        seconds: about how long it takes by itself; the longest begin first.
        is_heavy: whether it starts engines or whole offices.
        is_to_be_left_alone: whether it looks at how quickly something comes back; nothing heavy runs beside it, as long
            as there is something light.
    """

    name: str
    seconds: float
    is_heavy: bool = False
    is_to_be_left_alone: bool = False


PARTS: Final = (
    Part("tests/processes/", 600, is_heavy=True),
    Part("tests/resilience/", 300, is_heavy=True, is_to_be_left_alone=True),
    Part("tests/installation/test_up.py", 120, is_heavy=True),
    Part("tests/installation/test_case_play.py", 80, is_heavy=True),
    Part("tests/installation/test_own_cluster.py", 50, is_heavy=True),
    Part("tests/engine/", 60, is_heavy=True),
    Part("tests/models/test_pbg_de", 30, is_heavy=True),  # decisions and deadlines share an engine
    Part("tests/portal/browser/", 110, is_heavy=True),
    Part("tests/portal/test_in_the_browser.py", 45),
    Part("tests/portal/test_access.py", 40),
    Part("tests/history/test_intake_bench.py", 40),
    Part("tests/history/test_interleavings.py", 35),
    Part("tests/history/ledger/test_retention.py", 25),
)
SECONDS_PER_TEST: Final = 0.1  # of a file that no part names
LONGEST_SHOWN: Final = 8
SELECTIONS: Final = ("keyword", "markexpr", "lf", "failedfirst", "stepwise", "deselect")


def part_of(node_id: str) -> Part:
    """Where a test belongs: to a part of the table, or to the part that its file is."""
    file = node_id.partition("::")[0]
    return next((part for part in PARTS if file.startswith(part.name)), Part(file, seconds=0))


class PartByPart(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a process its next part when it has almost done what it has."""

    def _split_scope(self, node_id: str) -> str:
        return part_of(node_id).name

    def _assign_work_unit(self, node: Any) -> None:
        busy = {part_of(test) for other in self.nodes if other is not node for test in self._pending(other)}
        waiting = {part_of(next(iter(tests))): len(tests) for tests in self.workqueue.values()}
        self.workqueue.move_to_end(next_part(waiting, busy).name, last=False)
        super()._assign_work_unit(node)

    def _pending(self, node: Any) -> list[str]:
        return [test for part in self.assigned_work[node].values() for test, is_done in part.items() if not is_done]


def next_part(waiting: dict[Part, int], beside: set[Part]) -> Part:
    """What to begin now.

    Args:
        waiting: the parts that nobody has begun, with how many tests each has.
        beside: what the other processes are at.
    """

    def disturbs(part: Part, other: Part) -> bool:
        return part.is_heavy and other.is_heavy and (part.is_to_be_left_alone or other.is_to_be_left_alone)

    def merit(part: Part) -> tuple[bool, float]:
        is_welcome = not any(disturbs(part, other) for other in beside)
        return is_welcome, part.seconds or SECONDS_PER_TEST * waiting[part]

    return max(waiting, key=merit)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """No other processes for a part of the suite: they take longer to begin than most parts take to run."""
    is_selection = any(getattr(config.option, name, None) for name in SELECTIONS)
    return PROCESSES if config.args == config.getini("testpaths") and not is_selection else 0


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> PartByPart:
    """Parts begin in our order, not in that of their number of tests."""
    config.option.loadscopereorder = False
    return PartByPart(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Only who hands out the parts sees how long each took."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(TimeSpent(), "time-spent")


class TimeSpent:
    """Says at the end how long each process was at work, and at what: by this the parts are kept in balance."""

    def __init__(self) -> None:
        self._seconds: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test, reported by the process that ran it."""
        node = getattr(report, "node", None)
        if node is not None:
            self._seconds[node.gateway.id][part_of(report.nodeid).name] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line for each process."""
        terminalreporter.section("time spent")
        for process, parts in sorted(self._seconds.items()):
            longest = sorted(parts.items(), key=lambda item: -item[1])[:LONGEST_SHOWN]
            named = ", ".join(f"{name} {seconds:.0f}" for name, seconds in longest)
            terminalreporter.write_line(f"{process}: {sum(parts.values()):.0f} s; {named}")
