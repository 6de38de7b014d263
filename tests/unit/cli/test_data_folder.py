"""The folder that holds everything: who may use it, and what stops a start."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from penaemas.cli.problem import Problem
from penaemas.cli.supervision.data_folder import MEGABYTE, DataFolder

NOBODY = 65534
HOLDER = """
import sys
from pathlib import Path
from penaemas.cli.supervision.data_folder import DataFolder
with DataFolder(Path(sys.argv[1])).held("http://127.0.0.1:8600", {"port": 8600}):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_start_is_told_where_the_first_one_is(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    with pytest.raises(Problem, match=rf"running already \(process {holder.pid}, http://127\.0\.0\.1:8600\)"):
        DataFolder(tmp_path).require_not_running()


def test_two_cannot_hold_the_folder_however_close_they_come(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    with pytest.raises(Problem, match=str(holder.pid)), DataFolder(tmp_path).held("http://127.0.0.1:8700", {}):
        pass


def test_the_other_commands_learn_where_the_running_office_listens(
    tmp_path: Path, holder: "subprocess.Popen[str]"
) -> None:
    assert DataFolder(tmp_path).running_settings() == {"port": 8600}

    holder.kill()
    holder.wait()

    assert DataFolder(tmp_path).running_settings() is None


def test_a_killed_office_leaves_the_folder_free(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.wait()

    DataFolder(tmp_path).require_not_running()
    with DataFolder(tmp_path).held("http://127.0.0.1:8700", {}):
        pass


def test_a_folder_that_may_not_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)

    sentence = as_an_ordinary_user(lambda: DataFolder(tmp_path / "office").require_room(1))

    assert sentence == f"the data folder {tmp_path / 'office'} cannot be written: Permission denied."


def test_too_little_space_stops_the_start_before_anything_is_written(tmp_path: Path) -> None:
    more_than_there_is = shutil.disk_usage(tmp_path).free // MEGABYTE + 1000

    with pytest.raises(Problem, match=rf"MB free, and an office needs {more_than_there_is} MB"):
        DataFolder(tmp_path / "office").require_room(more_than_there_is)

    assert list(tmp_path.iterdir()) == []


def test_a_completely_full_disk_is_said_to_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(Problem, match="cannot be written: No space left on device"):
        DataFolder(tmp_path / "office").require_room(1)


def test_a_file_in_the_place_of_the_folder_is_not_overwritten(tmp_path: Path) -> None:
    in_the_way = tmp_path / "office"
    in_the_way.write_text("a letter")

    with pytest.raises(Problem, match="cannot be written"):
        DataFolder(in_the_way).require_room(1)

    assert in_the_way.read_text() == "a letter"


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)

    first = folder.secret("intake_password")

    assert folder.secret("intake_password") == first
    assert folder.secret("office_master_key") != first
    assert stat.S_IMODE((tmp_path / "secrets" / "intake_password").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def as_an_ordinary_user(check: Callable[[], None]) -> str:
    """The sentence of the problem that `check` meets in a process without root's rights."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setuid(NOBODY)
        try:
            check()
        except Problem as problem:
            os.write(writing, problem.sentence.encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        return pipe.read().decode()
