"""Builds the portal's scripts once per state of their sources, in the per-user cache; the tree stays as it is."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from penaemas.zeebe.model_lint.node_runtime import NodeRuntime, NodeUnavailable, ensure_node_modules, find_node

FRONTEND: Final = Path(__file__).parents[1] / "portal" / "frontend"
LEFT_OUT: Final = ("node_modules", "dist")
KEY_LENGTH: Final = 16
VITE: Final = "node_modules/vite/bin/vite.js"
TYPE_CHECK: Final = ("node_modules/.bin/tsc", "--project", ".")


def ensure_frontend(cache: Path, progress: Callable[[str], None]) -> Path:
    """The folder of the built scripts, with `manifest.json`; built first if these sources never were.

    Raises:
        NodeUnavailable: no Node, no packages, or a source that cannot be built; says what to do.
    """
    built = _workshop_folder(cache) / "dist"
    if (built / "manifest.json").exists():
        return built
    node = find_node()
    workshop = _workshop(cache, node, progress)
    with _exclusively(workshop):
        if not (built / "manifest.json").exists():
            progress("building the portal's scripts …")
            _run(node, workshop, VITE, "build")
    return built


def frontend_faults(cache: Path, progress: Callable[[str], None]) -> list[str]:
    """What the type check of the scripts says.

    Raises:
        NodeUnavailable: no Node, or no packages.
    """
    node = find_node()
    workshop = _workshop(cache, node, progress)
    answer = _answer(node, workshop, *TYPE_CHECK)
    return [] if answer.returncode == 0 else [(answer.stdout + answer.stderr).strip()]


def frontend_package(cache: Path, file: str) -> Path:
    """A file of the front end's installed packages, e.g. `axe-core/axe.min.js`.

    Raises:
        NodeUnavailable: no Node, or no packages.
    """
    return _workshop(cache, find_node(), lambda _said: None) / "node_modules" / file


def _workshop_folder(cache: Path) -> Path:
    digest = hashlib.sha256()
    for file in sorted(_sources()):
        digest.update(f"{file.relative_to(FRONTEND)}\0".encode() + file.read_bytes())
    return cache / "frontend" / digest.hexdigest()[:KEY_LENGTH]


def _sources() -> Iterator[Path]:
    for file in FRONTEND.rglob("*"):
        if file.is_file() and not any(part in LEFT_OUT for part in file.relative_to(FRONTEND).parts):
            yield file


def _workshop(cache: Path, node: NodeRuntime, progress: Callable[[str], None]) -> Path:
    """A copy of the sources beside their packages, whole or not there."""
    folder = _workshop_folder(cache)
    modules = ensure_node_modules(FRONTEND, cache=cache, node=node, progress=progress)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _exclusively(folder):
        if not folder.is_dir():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(FRONTEND, unfinished, ignore=shutil.ignore_patterns(*LEFT_OUT))
            (unfinished / "node_modules").symlink_to(modules / "node_modules")
            unfinished.rename(folder)
    return folder


def _run(node: NodeRuntime, workshop: Path, *command: str) -> None:
    answer = _answer(node, workshop, *command)
    if answer.returncode != 0:
        said = (answer.stderr or answer.stdout).strip()
        raise NodeUnavailable(f"the portal's scripts could not be built: {said}")


def _answer(node: NodeRuntime, workshop: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*node.node, *command], cwd=workshop, capture_output=True, text=True)


@contextmanager
def _exclusively(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
