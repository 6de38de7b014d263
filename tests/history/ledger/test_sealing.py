"""The ledger as it is written: trees, tiles, checkpoints, whatever happens to the process."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from penaemas.history.ledger import logs
from penaemas.history.ledger.files import LogFiles
from penaemas.history.ledger.proofs import Prover
from penaemas.history.ledger.sealer import HaltReason
from penaemas.history.ledger.sealing import InstallationNameWrong, Ledger
from penaemas.history.ledger.signing import KeyMissing
from penaemas.history.ledger.tiles import tile_path
from penaemas.history.ledger.tree import GrowingTree
from penaemas.history.record import Place, read_envelope
from penaemas.history.verification import merkle
from penaemas.history.verification.notes import VerifierKey, open_note
from tests.history.ledger.installations import NAME, Installation, records
from tests.history.streams import recorded


def entries_of(folder: Path, size: int) -> list[bytes]:
    """Read by hand, as the format says."""
    entries: list[bytes] = []
    while len(entries) < size:
        width = min(size - len(entries), 256)
        bundle = (folder / tile_path("entries", len(entries) // 256, width)).read_bytes()
        while bundle:
            length = int.from_bytes(bundle[:2])
            entries.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]
    return entries


def everything_below(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_every_record_is_an_entry_in_order_of_position(any_installation: Installation) -> None:
    office = any_installation
    office.receives(recorded("six_cases_full"))

    office.ledger.seal()

    entries = entries_of(office.log_folder(), 607)
    for index, (record_id, body) in enumerate(recorded("six_cases_full")):
        position = Place.of(record_id).position
        partition, at, key, digest = entries[index].decode().split(" ")
        assert (partition, int(at), base64.b64decode(digest)) == ("1", position, sha256(body).digest())
        assert int(key) in (0, _key_in(body))


def _key_in(body: bytes) -> int:
    import json

    return int(json.loads(body)["value"].get("processInstanceKey", 0))


def test_the_checkpoint_is_signed_and_its_root_is_that_of_the_entries(installation: Installation) -> None:
    installation.receives(records(700))

    installation.ledger.seal()

    key = VerifierKey.parse(installation.ledger.key.verifier_key(NAME))
    note = open_note(installation.checkpoint(), key)
    assert (note.origin, note.size) == ("pena.example/partition/1/1", 700)
    assert note.root == merkle.root_of(entries_of(installation.log_folder(), 700))


def test_sealing_little_by_little_gives_the_same_files_as_at_once(installation: Installation) -> None:
    stream = records(600)
    sealed = 0
    for end in (1, 2, 200, 256, 257, 512, 600):
        installation.receives(stream[sealed:end])
        installation.ledger.seal()
        sealed = end
    stepwise = everything_below(installation.log_folder())

    shutil.rmtree(installation.log_folder())
    installation.starts_again()
    installation.ledger.seal()

    at_once = everything_below(installation.log_folder())
    assert at_once == {path: stepwise[path] for path in at_once}


def test_three_partitions_have_a_tree_each(installation: Installation) -> None:
    for partition, count in ((1, 300), (2, 120), (3, 40)):
        installation.receives(records(count, partition))

    installation.ledger.seal()

    assert [installation.size(partition) for partition in (1, 2, 3)] == [300, 120, 40]
    assert installation.ledger.waiting() == 0


def test_a_full_tile_never_changes(installation: Installation) -> None:
    stream = records(700)
    installation.receives(stream[:300])
    installation.ledger.seal()
    full = installation.log_folder() / "tile/0/000"
    before = (full.read_bytes(), full.stat().st_ino)

    installation.receives(stream[300:])
    installation.starts_again()
    installation.ledger.seal()

    assert (full.read_bytes(), full.stat().st_ino) == before


def test_the_ledger_waits_where_a_record_is_missing(installation: Installation) -> None:
    stream = records(120)
    installation.receives([*stream[:50], *stream[60:]])
    installation.ledger.seal()
    assert installation.size() == 50

    installation.receives(stream[50:60])
    installation.ledger.seal()

    assert installation.size() == 120


def test_a_ledger_that_begins_later_says_where(installation: Installation) -> None:
    installation.receives(records(90)[40:])

    installation.ledger.seal()

    assert entries_of(installation.log_folder(), 50)[0].startswith(b"1 41 ")


class Killed(BaseException):
    """The process ends here."""


def test_a_kill_at_any_step_leaves_a_ledger_that_goes_on(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = records(900)
    installation.receives(stream[:250])
    installation.ledger.seal()
    steps = 0

    def killing_at(step: int, function: Callable[..., Any]) -> Callable[..., Any]:
        def replaced(*args: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == step:
                raise Killed
            return function(*args)

        return replaced

    fatal, received, survived = 0, 250, False
    while not survived:
        fatal, steps = fatal + 1, 0
        received = min(received + 30, 900)
        installation.receives(stream[received - 30 : received])
        with monkeypatch.context() as patched:
            patched.setattr(LogFiles, "_write", killing_at(fatal, LogFiles._write))
            patched.setattr(LogFiles, "make_durable", killing_at(fatal, LogFiles.make_durable))
            patched.setattr(logs, "save", killing_at(fatal, logs.save))
            try:
                installation.ledger.seal()
                survived = True
            except Killed:
                pass
        installation.starts_again()
        assert installation.ledger.seal().halted == []
        assert installation.size() == received

    assert fatal > 5
    entries = entries_of(installation.log_folder(), received)
    key = VerifierKey.parse(installation.ledger.key.verifier_key(NAME))
    assert open_note(installation.checkpoint(), key).root == merkle.root_of(entries)


def test_an_older_backup_of_the_database_halts_the_log(installation: Installation) -> None:
    stream = records(400)
    installation.receives(stream)
    installation.ledger.seal()
    _forget(installation, after=300)
    installation.starts_again()

    halted = installation.ledger.seal().halted

    assert [halt.reason for halt in halted] == [HaltReason.DATABASE_OLDER]
    assert installation.size() == 400


def test_an_older_backup_that_went_on_with_other_records_halts_the_log(installation: Installation) -> None:
    stream = records(500)
    installation.receives(stream[:400])
    installation.ledger.seal()
    _forget(installation, after=300)
    installation.starts_again()
    installation.receives([_other(document) for document in stream[300:]])

    halted = installation.ledger.seal().halted

    assert [halt.reason for halt in halted] == [HaltReason.DATABASE_DIFFERS]


def test_an_older_backup_of_the_files_is_brought_up_to_what_was_sealed(installation: Installation) -> None:
    stream = records(600)
    installation.receives(stream[:300])
    installation.ledger.seal()
    backup = installation.folder / "backup"
    shutil.copytree(installation.log_folder(), backup)
    installation.receives(stream[300:])
    installation.ledger.seal()
    newest = installation.checkpoint()

    shutil.rmtree(installation.log_folder())
    backup.rename(installation.log_folder())
    installation.starts_again()
    installation.ledger.seal()

    assert installation.checkpoint() == newest


def test_files_of_another_history_halt_the_log(installation: Installation) -> None:
    installation.receives(records(300))
    installation.ledger.seal()
    tile = installation.log_folder() / "tile/0/000"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    shutil.rmtree(installation.log_folder() / "tile/1")
    installation.starts_again()

    assert [halt.reason for halt in installation.ledger.seal().halted] == [HaltReason.FILES_DIFFER]


def test_a_lost_key_is_not_replaced_by_a_new_one(installation: Installation) -> None:
    installation.receives(records(10))
    installation.ledger.seal()
    (installation.folder / "secrets" / "ledger_key").unlink()

    with pytest.raises(KeyMissing):
        installation.starts_again()


def test_the_name_of_an_installation_is_chosen_once(installation: Installation) -> None:
    with pytest.raises(InstallationNameWrong):
        Ledger(installation.database, installation.folder, "another.example")


def test_proofs_from_the_tiles_hold_at_every_size(tmp_path: Path) -> None:
    files = LogFiles(tmp_path)
    tree = GrowingTree(files)
    entries = [b"entry %d" % number for number in range(520)]
    roots = [tree.root]
    for entry in entries:
        tree.append([entry])
        tree.flush()
        roots.append(tree.root)

    for size in (1, 2, 3, 255, 256, 257, 511, 512, 513, 520):
        prover = Prover(files, size)
        assert merkle.root_of(entries[:size]) == roots[size]
        for index in {0, 1, size // 2, size - 1} & set(range(size)):
            path = prover.inclusion(index)
            assert merkle.is_included(entries[index], index, size, roots[size], path)
            assert not merkle.is_included(b"another", index, size, roots[size], path)
        for old in {1, 2, size // 3, size // 2, size - 1, size} & set(range(1, size + 1)):
            proof = prover.consistency(old)
            assert merkle.is_consistent(old, roots[old], size, roots[size], proof)
            assert not merkle.is_consistent(old, roots[old - 1], size, roots[size], proof)


def _forget(installation: Installation, *, after: int) -> None:
    """What an older backup of the database does not know."""
    with installation.database.transaction() as connection:
        last = Place(1, after).record_id
        connection.exec_driver_sql(f"DELETE FROM records WHERE record_id > {last}")  # noqa: S608
        connection.exec_driver_sql(f"UPDATE partitions SET last_position = {after}")  # noqa: S608


def _other(document: Any) -> Any:
    body = document.body.replace(b'"timestamp":', b'"timestamp":1')
    assert read_envelope(body)
    return document._replace(body=body)
