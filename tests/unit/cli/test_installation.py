"""What a data folder says it is."""

from pathlib import Path

import pytest

from penaemas.cli.problem import Problem
from penaemas.cli.supervision.installation import FILE_NAME, Installation


def begun(folder: Path, *, demo: bool = False) -> Installation:
    installation = Installation.begin(folder, "embedded", "8.5.8", demo)
    installation.write(folder)
    return installation


def test_a_new_folder_says_nothing(tmp_path: Path) -> None:
    assert Installation.read(tmp_path) is None
    assert Installation.read(tmp_path / "not made yet") is None


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    written = begun(tmp_path)

    assert Installation.read(tmp_path) == written


def test_a_damaged_marker_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('{"name": "off')

    with pytest.raises(Problem, match=f"{FILE_NAME} is damaged"):
        Installation.read(tmp_path)


def test_a_folder_with_somebody_elses_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()

    with pytest.raises(Problem, match=r"it holds thesis\.odt"):
        Installation.read(tmp_path)


def test_a_demonstration_stays_one(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="marked for demonstration"):
        begun(tmp_path, demo=True).require("embedded", "8.5.8", demo=False)


def test_a_real_office_never_becomes_a_demonstration(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="belongs to a real office"):
        begun(tmp_path).require("embedded", "8.5.8", demo=True)


def test_another_version_of_the_engine_does_not_touch_the_data(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"written by engine 8\.5\.8; this program brings 8\.6\.0"):
        begun(tmp_path).require("embedded", "8.6.0", demo=False)


def test_a_cluster_does_not_continue_the_history_of_the_embedded_engine(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot go on with a cluster"):
        begun(tmp_path).require("cluster", None, demo=False)


def test_an_interrupted_writing_leaves_no_marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(_descriptor: int) -> None:
        raise OSError("power cut")

    monkeypatch.setattr("penaemas.cli.supervision.installation.os.fsync", power_cut)
    with pytest.raises(OSError, match="power cut"):
        begun(tmp_path)

    assert not (tmp_path / FILE_NAME).exists()
