"""The bundle of a case: accepted by a bare Python, refused after any change."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from penaemas.cli import history as command
from penaemas.cli.problem import Problem
from penaemas.history.proving import prove
from penaemas.history.verification.bundle import SUMS, BundleRefused, check_bundle
from penaemas.history.verification.notes import VerifierKey
from tests.history.ledger.installations import Installation, records
from tests.history.ledger.test_epochs import opens_epoch
from tests.history.streams import recorded


@pytest.fixture
def bundle(installation: Installation, tmp_path: Path) -> Path:
    """The unpacked bundle of the recorded case HS-B."""
    installation.receives(recorded("six_cases_full"))
    installation.ledger.seal()
    file = tmp_path / "HS-B.zip"
    prove(installation.database, installation.ledger, "HS-B", file)
    folder = tmp_path / "elsewhere"
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    return folder


def packed_again(folder: Path) -> None:
    """Somebody changes files and knows how to write their digests."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != SUMS)
    lines = [f"{sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n" for file in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def test_a_bare_python_accepts_it(bundle: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", BARE, str(bundle)], capture_output=True, text=True, timeout=120, check=False
    )

    assert said.returncode == 0, said.stdout + said.stderr
    assert "ACCEPTED: HS-B" in said.stdout
    assert not list(bundle.rglob("__pycache__"))


# Runs verify.py as `python3 verify.py` would, with no site packages and nothing of ours but what is in the bundle.
BARE = """
import runpy, sys
folder = sys.argv[1]
sys.argv = [folder + "/verify.py"]
sys.path[:] = [place for place in sys.path if "site-packages" not in place]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_it_holds_every_record_of_the_case_and_the_diagram_it_ran_through(bundle: Path) -> None:
    proved = check_bundle(bundle)

    of_the_case = [
        document.body
        for document in recorded("six_cases_full")
        if json.loads(document.body)["value"].get("processInstanceKey") in proved.instances
    ]
    own = [body for part in proved.parts for entry, body in part.records if entry.process_instance_key]
    assert own == of_the_case
    assert (len(proved.instances), proved.diagrams) == (2, 2)  # the case, and the process that it called


def _leave_out(folder: Path) -> None:
    told = json.loads((folder / "proofs.json").read_text(encoding="utf-8"))
    lines = (folder / "records.jsonl").read_bytes().splitlines(keepends=True)
    del told["logs"][0]["records"][20], lines[20]
    (folder / "proofs.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "records.jsonl").write_bytes(b"".join(lines))


def _rename_the_case(folder: Path) -> None:
    told = json.loads((folder / "proofs.json").read_text(encoding="utf-8"))
    (folder / "proofs.json").write_text(json.dumps({**told, "case": "HS-A"}), encoding="utf-8")


def _change_a_record(folder: Path) -> None:
    file = folder / "records.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"timestamp":1', b'"timestamp":2', 1))


def _change_the_diagram(folder: Path) -> None:
    diagram = next((folder / "diagrams").iterdir())
    diagram.write_bytes(diagram.read_bytes() + b"\n")


def _shorten_the_entries(folder: Path) -> None:
    (folder / "entries" / "1").write_bytes((folder / "entries" / "1").read_bytes()[:-60])


def _break_a_path(folder: Path) -> None:
    told = json.loads((folder / "proofs.json").read_text(encoding="utf-8"))
    path = told["logs"][0]["records"][3]["path"]
    path[0], path[1] = path[1], path[0]
    (folder / "proofs.json").write_text(json.dumps(told), encoding="utf-8")


def _leave_out_the_called_process(folder: Path) -> None:
    told = json.loads((folder / "proofs.json").read_text(encoding="utf-8"))
    lines = (folder / "records.jsonl").read_bytes().splitlines(keepends=True)
    called = max(told["instances"])
    pairs = list(zip(told["logs"][0]["records"], lines, strict=True))
    kept = [pair for pair in pairs if json.loads(pair[1])["value"].get("processInstanceKey") != called]
    told["instances"].remove(called)
    told["logs"][0]["records"] = [proof for proof, _ in kept]
    (folder / "proofs.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "records.jsonl").write_bytes(b"".join(body for _, body in kept))


def _name_no_instance(folder: Path) -> None:
    told = json.loads((folder / "proofs.json").read_text(encoding="utf-8"))
    (folder / "proofs.json").write_text(json.dumps({**told, "instances": [1]}), encoding="utf-8")


@pytest.mark.parametrize(
    ("falsify", "reason"),
    [
        (_leave_out, "was left out"),
        (_rename_the_case, "does not belong to HS-A"),
        (_change_a_record, "is not the one that was sealed"),
        (_change_the_diagram, "is not the diagram that was deployed"),
        (_shorten_the_entries, "do not add up|ends in the middle"),
        (_break_a_path, "does not lead to the checkpoint"),
        (_name_no_instance, "is of another case"),
        (_leave_out_the_called_process, "that the case has called .* was left out"),
    ],
)
def test_a_falsified_bundle_is_refused_also_with_new_digests(
    bundle: Path, falsify: Callable[[Path], None], reason: str
) -> None:
    falsify(bundle)
    packed_again(bundle)

    with pytest.raises(BundleRefused, match=reason):
        check_bundle(bundle)


def test_a_record_of_another_case_put_in_is_refused(bundle: Path, installation: Installation, tmp_path: Path) -> None:
    other = tmp_path / "HS-C.zip"
    prove(installation.database, installation.ledger, "HS-C", other)
    with zipfile.ZipFile(other) as packed:
        foreign = json.loads(packed.read("proofs.json"))["logs"][0]["records"]
        bodies = packed.read("records.jsonl").splitlines(keepends=True)
    told = json.loads((bundle / "proofs.json").read_text(encoding="utf-8"))
    own = list(zip(told["logs"][0]["records"], (bundle / "records.jsonl").read_bytes().splitlines(True), strict=True))
    known = {proof["index"] for proof, _ in own}
    added = next((proof, body) for proof, body in zip(foreign, bodies, strict=True) if proof["index"] not in known)
    mixed = sorted([*own, added], key=lambda pair: int(pair[0]["index"]))
    told["logs"][0]["records"] = [proof for proof, _ in mixed]
    (bundle / "proofs.json").write_text(json.dumps(told), encoding="utf-8")
    (bundle / "records.jsonl").write_bytes(b"".join(body for _, body in mixed))
    packed_again(bundle)

    with pytest.raises(BundleRefused, match="of another case"):
        check_bundle(bundle)


def test_any_changed_byte_is_refused(bundle: Path) -> None:
    dice = random.Random(11)
    for file in sorted(file for file in bundle.rglob("*") if file.is_file() and file.stat().st_size):
        whole = file.read_bytes()
        for _ in range(3):
            changed = bytearray(whole)
            changed[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
            file.write_bytes(changed)
            with pytest.raises(BundleRefused):
                check_bundle(bundle)
        file.write_bytes(whole)
    check_bundle(bundle)


def test_a_file_more_or_less_is_refused(bundle: Path) -> None:
    (bundle / "note.txt").write_text("added", encoding="utf-8")
    with pytest.raises(BundleRefused, match="was added"):
        check_bundle(bundle)
    (bundle / "note.txt").unlink()
    (bundle / "README.md").unlink()
    with pytest.raises(BundleRefused, match="is not there"):
        check_bundle(bundle)


def test_a_case_that_went_on_in_a_new_epoch_is_proved_from_both_logs(
    installation: Installation, tmp_path: Path
) -> None:
    stream = recorded("six_cases_full")
    installation.receives(stream[:300])
    installation.ledger.seal()
    opens_epoch(installation)
    installation.receives(stream[300:])
    installation.starts_again()
    installation.ledger.seal()

    spanning = 0
    for case in ("HS-A", "HS-B", "HS-C", "HS-D", "HS-E", "HS-F"):
        prove(installation.database, installation.ledger, case, tmp_path / f"{case}.zip")
        with zipfile.ZipFile(tmp_path / f"{case}.zip") as packed:
            packed.extractall(tmp_path / case)
        spanning += len(check_bundle(tmp_path / case).parts) == 2
    assert spanning


def test_the_published_key_is_held_against_the_bundle(bundle: Path, installation: Installation) -> None:
    published = VerifierKey.parse(installation.ledger.key.verifier_key("pena.example"))
    assert check_bundle(bundle, published).key == published

    with pytest.raises(BundleRefused):
        check_bundle(bundle, published._replace(public=bytes(32)))


def test_the_command_writes_a_bundle_and_says_how_to_check_it(
    installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.receives(records(600))
    installation.ledger.seal()
    for suffix in ("", "-wal"):
        shutil.copy(f"{installation.database.file}{suffix}", installation.folder / f"history.sqlite{suffix}")
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    given = ["prove", "--data", str(installation.folder), "--output", str(tmp_path / "case.zip")]

    assert command.run(parser.parse_args([*given, "HS-1"])) == 0
    assert "python3 verify.py" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(Problem, match="no case HS-NONE"):
        command.run(parser.parse_args([*given, "HS-NONE"]))
