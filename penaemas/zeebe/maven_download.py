"""Fetches one release of Zeebe from the Maven repository that jgo knows by default."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from penaemas.zeebe.releases import Progress, Release

READ_TIMEOUT_S = 60


class DownloadFailed(Exception):
    """Nothing complete arrived. The text is a part of a sentence."""


def download_from_maven(release: Release, folder: Path, progress: Progress) -> Path:
    """Downloads `io.camunda:camunda-zeebe:<version>:tar.gz` into `folder`, which then also holds jgo's own files.

    The content is not checked here.

    Raises:
        DownloadFailed: no network, no such file, or the connection broke.
        OSError: the folder cannot take it.
    """
    # Imported here: jgo costs a third of a second that a start with a filled cache need not pay.
    import jgo.constants
    import requests
    from jgo.maven import MavenContext, PythonResolver

    @contextmanager
    def report(filename: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
        done_bytes = 0

        def advance(count: int) -> None:
            nonlocal done_bytes
            done_bytes += count
            progress("downloading Zeebe", done_bytes, total_bytes)

        yield advance

    maven = MavenContext(
        resolver=PythonResolver(progress_callback=report),
        repo_cache=folder,
        remote_repos={"central": jgo.constants.MAVEN_CENTRAL_URL},
        timeout=READ_TIMEOUT_S,
    )
    artifact = maven.project("io.camunda", "camunda-zeebe").at_version(release.version).artifact(packaging="tar.gz")
    try:
        path = artifact.resolve()
    except requests.RequestException as failure:  # an OSError by birth, but not of the disk
        raise DownloadFailed(type(failure).__name__) from failure
    except RuntimeError as failure:
        raise DownloadFailed("the repository does not have it") from failure
    return Path(path)
