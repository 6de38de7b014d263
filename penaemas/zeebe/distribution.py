"""Brings the unchanged Zeebe distribution to this machine: fetched from Maven, checked, unpacked once per user.

    <cache>/engines/camunda-zeebe-<version>/              what runs
    <cache>/engines/camunda-zeebe-<version>/verified.json the figures that were checked before it was unpacked

Everything else in the cache is temporary and removed by the next run.
"""

import errno
import fcntl
import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from penaemas.zeebe.maven_download import DownloadFailed, download_from_maven
from penaemas.zeebe.releases import DEFAULT_VERSION, RELEASES, Progress, Release

MIB = 1024 * 1024
MARKER = "verified.json"


# (release, folder to put it into, progress) -> the archive
Download = Callable[[Release, Path, Progress], Path]


class DistributionUnavailable(Exception):
    """Zeebe is not on this machine and cannot be brought. The text is one sentence that says what to do."""


def no_progress(step: str, done_bytes: int, total_bytes: int | None) -> None:
    """For callers that show nothing."""


def release_of(version: str) -> Release:
    """The figures of a version.

    Raises:
        DistributionUnavailable: not a version this program knows.
    """
    try:
        return RELEASES[version]
    except KeyError:
        known = ", ".join(sorted(RELEASES))
        raise DistributionUnavailable(f"Zeebe {version} is not known here; choose one of {known}.") from None


def engine_home(version: str, cache: Path) -> Path:
    """Where this version stands, or will stand."""
    return cache / "engines" / f"camunda-zeebe-{version}"


def is_present(version: str, cache: Path) -> bool:
    """Whether this version was checked and unpacked completely. Reads one small file."""
    release = release_of(version)
    try:
        verified = json.loads((engine_home(version, cache) / MARKER).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(verified, dict) and verified.get("sha256") == release.sha256


def bring(
    version: str = DEFAULT_VERSION,
    *,
    cache: Path,
    progress: Progress = no_progress,
    download: Download = download_from_maven,
) -> Path:
    """The folder of an unpacked, checked Zeebe. Fetches it if it is not in the cache; blocks, so call it in a thread.

    What is in the cache, the user's folder for what is fetched once, is used without network. Two processes at once:
    the second waits for the first.

    Raises:
        DistributionUnavailable: unknown version, no network, a damaged download, a full or read-only cache.
    """
    home = engine_home(version, cache)
    if is_present(version, cache):
        return home
    with _sentences_for_disk_errors(home.parent):
        home.parent.mkdir(parents=True, exist_ok=True)
        with _alone(home.parent / f".{home.name}.lock", progress):
            if not is_present(version, cache):
                _fetch(release_of(version), home, progress, download)
    return home


def _fetch(release: Release, home: Path, progress: Progress, download: Download) -> None:
    for left_over in home.parent.glob(f".{home.name}.tmp-*"):
        shutil.rmtree(left_over)
    _require_space(release, home.parent)
    with tempfile.TemporaryDirectory(prefix=f".{home.name}.tmp-", dir=home.parent) as temporary:
        workshop = Path(temporary)
        try:
            archive = download(release, workshop, progress)
        except DownloadFailed as failure:
            raise DistributionUnavailable(
                f"Zeebe {release.version} could not be downloaded ({failure});"
                " check the network or the proxy settings and run the command again."
            ) from failure
        _check(release, archive, progress)
        unpacked = _unpack(archive, workshop / "unpacked", home.name, progress)
        (unpacked / MARKER).write_text(json.dumps(asdict(release), indent=2) + "\n", encoding="utf-8")
        if home.exists():  # without a valid marker: of an older program, or meddled with
            home.rename(workshop / "replaced")
        unpacked.rename(home)


def _check(release: Release, archive: Path, progress: Progress) -> None:
    size_bytes = archive.stat().st_size
    if size_bytes != release.size_bytes:
        _reject_damaged(release, f"{size_bytes} bytes instead of {release.size_bytes}")
    digest = hashlib.sha256()
    done_bytes = 0
    with archive.open("rb") as file:
        while block := file.read(4 * MIB):
            digest.update(block)
            done_bytes += len(block)
            progress("checking Zeebe", done_bytes, size_bytes)
    if digest.hexdigest() != release.sha256:
        _reject_damaged(release, "its SHA-256 is not the published one")


def _reject_damaged(release: Release, damage: str) -> NoReturn:
    raise DistributionUnavailable(
        f"The download of Zeebe {release.version} was damaged ({damage}) and was thrown away; run the command again,"
        " and if it happens again ask who runs the network whether a proxy alters downloads."
    )


def _unpack(archive: Path, target: Path, folder_name: str, progress: Progress) -> Path:
    total_bytes = archive.stat().st_size
    with archive.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|gz") as members:
        # Python 3.11.0 to 3.11.3 know no filter; the archive's checksum has been verified either way.
        members.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
        for member in members:
            members.extract(member, target)
            progress("unpacking Zeebe", raw.tell(), total_bytes)
    return target / folder_name


def _require_space(release: Release, folder: Path) -> None:
    # Archive and unpacked files stand side by side; unpacked they are about a seventh larger.
    needed_bytes = int(release.size_bytes * 2.3)
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise OSError(errno.ENOSPC, f"{needed_bytes // MIB} MiB needed, {free_bytes // MIB} MiB free")


@contextmanager
def _alone(lock: Path, progress: Progress) -> Iterator[None]:
    """Holds the lock of this version; the operating system gives it back if we die."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("waiting for another process that brings Zeebe", 0, None)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _sentences_for_disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DistributionUnavailable(_sentence(error, folder)) from error


def _sentence(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk of {folder} is full ({error.strerror}); free some space, or set PENA_CACHE_DIR to another disk."
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{folder} cannot be written; make it writable, or set PENA_CACHE_DIR to a folder of your own."
    return f"{folder} cannot hold the engine ({error.strerror}); set PENA_CACHE_DIR to another folder."
