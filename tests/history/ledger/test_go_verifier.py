"""Checkpoints, tiles and proofs as Go's checksum database reads them: code that nobody here wrote."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from penaemas.history.verification.notes import Note
from tests.history.ledger.installations import Installation, records
from tests.history.ledger.test_sealing import entries_of

SOURCE = Path(__file__).parent / "go_verifier"


@pytest.fixture(scope="module")
def go_verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built once. Where there is no Go there is nothing to check with."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("no Go toolchain on this machine")
    folder = tmp_path_factory.mktemp("go")
    built = _built(go, SOURCE, folder / "go_verifier")
    if built.returncode:
        built = _built(go, _with_the_toolchains_copy(go, folder / "source"), folder / "go_verifier")
    assert built.returncode == 0, built.stderr
    return folder / "go_verifier"


def _built(go: str, source: Path, program: Path) -> subprocess.CompletedProcess[str]:
    given = [go, "build", "-o", str(program), "."]
    return subprocess.run(given, cwd=source, capture_output=True, text=True, timeout=240, check=False)


def _with_the_toolchains_copy(go: str, folder: Path) -> Path:
    """Where no module can be fetched: the libraries that the `go` command itself is built with."""
    root = subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    shutil.copytree(SOURCE, folder)
    shutil.copytree(Path(root, "src/cmd/vendor/golang.org/x/mod/sumdb"), folder / "mod" / "sumdb")
    for name in ("cache", "client", "server", "test"):
        (folder / "mod" / "sumdb" / f"{name}.go").unlink(missing_ok=True)
    (folder / "mod" / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.22\n", encoding="ascii")
    (folder / "go.sum").unlink()
    with (folder / "go.mod").open("a", encoding="ascii") as module:
        module.write("\nreplace golang.org/x/mod => ./mod\n")
    return folder


def asked(program: Path, *given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(program), *given], capture_output=True, text=True, timeout=120, check=False)


def test_go_reads_checkpoints_tiles_and_proofs(installation: Installation, go_verifier: Path) -> None:
    stream = records(1_300)
    older = []
    sealed = 0
    for end in (1, 200, 256, 700, 1_300):
        installation.receives(stream[sealed:end])
        installation.ledger.seal()
        note = Note.parse(installation.checkpoint())
        older.append(f"{note.size}:{b64encode(note.root).decode()}")
        sealed = end
    key = installation.ledger.key.verifier_key("pena.example/partition/1/1")

    said = asked(go_verifier, str(installation.log_folder()), key, *older)

    assert said.returncode == 0, said.stderr
    assert said.stdout == "1300 entries, 5 older trees\n"


def test_go_refuses_what_was_changed(installation: Installation, go_verifier: Path) -> None:
    installation.receives(records(300))
    installation.ledger.seal()
    folder = installation.log_folder()
    key = installation.ledger.key.verifier_key("pena.example/partition/1/1")
    bundle = folder / "tile/entries/000"
    entry = entries_of(folder, 300)[7]
    bundle.write_bytes(bundle.read_bytes().replace(entry, entry.swapcase()))

    assert asked(go_verifier, str(folder), key).returncode == 1

    assert asked(go_verifier, str(folder), installation.ledger.key.verifier_key("another.example")).returncode == 1
