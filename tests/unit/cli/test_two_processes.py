"""How the whole suite is shared out between two processes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.two_processes import Part, next_part, part_of

PROJECT = Path(__file__).parents[3]
LONG, SHORT = Part("long", 200, is_heavy=True), Part("short", 100, is_heavy=True)
SENSITIVE = Part("sensitive", 150, is_heavy=True, is_to_be_left_alone=True)
LIGHT, LIGHTER = Part("light", 0), Part("lighter", 0)
SAYS_WHERE_IT_RUNS = "import os\n\ndef test_{name}() -> None:\n    print('in', os.getpid())\n    assert {holds}\n"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Two files of one test each, one of which fails."""
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\nfilterwarnings = error\n")
    (tmp_path / "tests").mkdir()
    for name, holds in (("whole", True), ("broken", False)):
        (tmp_path / "tests" / f"test_{name}.py").write_text(SAYS_WHERE_IT_RUNS.format(name=name, holds=holds))
    return tmp_path


def run(suite: Path, *arguments: str) -> str:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.two_processes",
        "-p",
        "no:asyncio",
        "-n",
        "auto",
        "-rA",
        *arguments,
    ]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    return subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True, timeout=120).stdout


def test_the_whole_suite_runs_in_two_processes_and_ends_with_the_names_of_what_failed(suite: Path) -> None:
    said = run(suite)

    assert len(set(re.findall(r"^in (\d+)", said, flags=re.MULTILINE))) == 2, said
    assert "1 failed, 1 passed" in said
    assert said.index("short test summary info") < said.rindex("FAILED tests/test_broken.py::test_broken")
    assert re.search(r"^gw0: \d+ s; tests/test_\w+\.py \d+$", said, flags=re.MULTILINE)


def test_who_selects_tests_gets_one_process(suite: Path) -> None:
    said = run(suite, "-k", "whole or broken")

    assert len(set(re.findall(r"^in (\d+)", said, flags=re.MULTILINE))) == 1, said
    assert "time spent" not in said


def test_what_shares_an_engine_stays_together_and_every_other_file_is_a_part_of_its_own() -> None:
    stories = {part_of(f"tests/processes/{file}::test_a_story").name for file in ("test_a.py", "test_b.py")}

    assert stories == {"tests/processes/"}
    assert part_of("tests/unit/cli/test_ports.py::test_one[a::b]").name == "tests/unit/cli/test_ports.py"


def test_the_longest_begins_first() -> None:
    assert next_part({SHORT: 2, LONG: 2, LIGHT: 50}, beside=set()) == LONG
    assert next_part({LIGHTER: 2, LIGHT: 3}, beside=set()) == LIGHT


def test_what_is_to_be_left_alone_meets_nothing_heavy_as_long_as_there_is_anything_else() -> None:
    assert next_part({SENSITIVE: 2, SHORT: 2, LIGHT: 2}, beside={LONG}) == SHORT
    assert next_part({SENSITIVE: 2, LIGHT: 2}, beside={LONG}) == LIGHT
    assert next_part({SENSITIVE: 2, LIGHTER: 2}, beside={LIGHT}) == SENSITIVE
    assert next_part({SHORT: 2, LIGHT: 2}, beside={SENSITIVE}) == LIGHT
    assert next_part({SENSITIVE: 2}, beside={LONG}) == SENSITIVE
