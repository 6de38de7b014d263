"""Bringing the engine into the cache, with a small archive in place of the real one."""

import errno
import gzip
import hashlib
import io
import multiprocessing
import os
import shutil
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from penaemas.zeebe import distribution
from penaemas.zeebe.distribution import DistributionUnavailable, bring, engine_home, is_present
from penaemas.zeebe.maven_download import DownloadFailed
from penaemas.zeebe.releases import Progress, Release

VERSION = "0.0.1"


def archive_of(version: str) -> bytes:
    """A distribution in small: one folder with one file."""
    content = b"not really a broker"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        member = tarfile.TarInfo(f"camunda-zeebe-{version}/lib/zeebe.jar")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)  # the same bytes in every process


ARCHIVE = archive_of(VERSION)
RELEASE = Release(VERSION, len(ARCHIVE), hashlib.sha256(ARCHIVE).hexdigest(), "io.example.Broker")


@pytest.fixture(autouse=True)
def _known_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "RELEASES", {VERSION: RELEASE})


def delivers(content: bytes) -> Callable[[Release, Path, Progress], Path]:
    """A download that brings this."""

    def download(release: Release, folder: Path, progress: Progress) -> Path:
        archive = folder / "archive.tar.gz"
        archive.write_bytes(content)
        progress("downloading Zeebe", len(content), release.size_bytes)
        return archive

    return download


def no_network(release: Release, folder: Path, progress: Progress) -> Path:
    raise DownloadFailed("ConnectionError")


def left_behind(cache: Path) -> list[str]:
    """What stands in the cache beside the lock."""
    return sorted(path.name for path in (cache / "engines").iterdir() if not path.name.endswith(".lock"))


def test_the_engine_is_unpacked_and_nothing_else_stays(tmp_path: Path) -> None:
    home = bring(VERSION, cache=tmp_path, download=delivers(ARCHIVE))

    assert home == tmp_path / "engines" / "camunda-zeebe-0.0.1"
    assert (home / "lib" / "zeebe.jar").read_bytes() == b"not really a broker"
    assert left_behind(tmp_path) == [home.name]


def test_what_is_in_the_cache_is_used_without_network_and_at_once(tmp_path: Path) -> None:
    bring(VERSION, cache=tmp_path, download=delivers(ARCHIVE))

    took_s = []
    for _ in range(5):  # the quickest counts: the machine may have something else to do
        started = time.perf_counter()
        bring(VERSION, cache=tmp_path, download=no_network)
        took_s.append(time.perf_counter() - started)

    assert min(took_s) < 0.05


@pytest.mark.parametrize(
    ("content", "damage"),
    [(ARCHIVE[:-1], "bytes instead of"), (ARCHIVE[:-1] + b"x", "SHA-256")],
    ids=["too short", "altered"],
)
def test_a_damaged_download_is_thrown_away_and_named(tmp_path: Path, content: bytes, damage: str) -> None:
    with pytest.raises(DistributionUnavailable, match=damage):
        bring(VERSION, cache=tmp_path, download=delivers(content))

    assert left_behind(tmp_path) == []
    assert bring(VERSION, cache=tmp_path, download=delivers(ARCHIVE)).is_dir()


def test_without_network_the_sentence_says_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(DistributionUnavailable, match="could not be downloaded.*check the network"):
        bring(VERSION, cache=tmp_path, download=no_network)


def test_an_engine_without_the_mark_of_the_check_is_replaced(tmp_path: Path) -> None:
    home = engine_home(VERSION, tmp_path)
    (home / "lib").mkdir(parents=True)
    (home / "lib" / "foreign.jar").touch()

    bring(VERSION, cache=tmp_path, download=delivers(ARCHIVE))

    assert [path.name for path in (home / "lib").iterdir()] == ["zeebe.jar"]


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    left_over = tmp_path / "engines" / ".camunda-zeebe-0.0.1.tmp-killed"
    left_over.mkdir(parents=True)

    bring(VERSION, cache=tmp_path, download=delivers(ARCHIVE))

    assert not left_over.exists()


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "is full.*free some space"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
    ],
)
def test_a_cache_that_cannot_take_it_gets_one_clear_sentence(tmp_path: Path, number: int, advice: str) -> None:
    def fails(release: Release, folder: Path, progress: Progress) -> Path:
        raise OSError(number, os.strerror(number))

    with pytest.raises(DistributionUnavailable, match=advice) as sentence:
        bring(VERSION, cache=tmp_path, download=fails)

    assert "\n" not in str(sentence.value)
    assert "PENA_CACHE_DIR" in str(sentence.value)


def test_a_cache_that_is_a_file_gets_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "engines").touch()

    with pytest.raises(DistributionUnavailable, match="cannot hold the engine"):
        bring(VERSION, cache=tmp_path, download=delivers(ARCHIVE))


def test_a_disk_without_room_is_named_before_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 10

    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage)

    with pytest.raises(DistributionUnavailable, match="is full"):
        bring(VERSION, cache=tmp_path, download=no_network)


def _bring_slowly(cache: Path, downloads: Path) -> None:
    def download(release: Release, folder: Path, progress: Progress) -> Path:
        (downloads / str(os.getpid())).touch()
        while len(list(downloads.iterdir())) < 2 and not (downloads / "waits").exists():
            time.sleep(0.01)
        return delivers(ARCHIVE)(release, folder, progress)

    def progress(step: str, done_bytes: int, total_bytes: int | None) -> None:
        if step.startswith("waiting"):
            (downloads / "waits").touch()

    with pytest.MonkeyPatch.context() as monkeypatch:  # a process of its own, so the fixture's patch is not there
        monkeypatch.setattr(distribution, "RELEASES", {VERSION: RELEASE})
        bring(VERSION, cache=cache, download=download, progress=progress)


def test_of_two_processes_one_downloads_and_the_other_waits(tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_bring_slowly, args=(tmp_path, downloads)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)

    assert [process.exitcode for process in processes] == [0, 0]
    assert is_present(VERSION, tmp_path)
    assert len([path for path in downloads.iterdir() if path.name != "waits"]) == 1


def test_progress_goes_through_every_step(tmp_path: Path) -> None:
    steps: list[str] = []

    bring(VERSION, cache=tmp_path, download=delivers(ARCHIVE), progress=lambda step, done, total: steps.append(step))

    assert list(dict.fromkeys(steps)) == ["downloading Zeebe", "checking Zeebe", "unpacking Zeebe"]


def test_an_unknown_version_is_named_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(DistributionUnavailable, match=r"Zeebe 7\.0\.0 is not known here; choose one of 0\.0\.1"):
        bring("7.0.0", cache=tmp_path, download=no_network)
