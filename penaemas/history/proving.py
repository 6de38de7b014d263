"""`./pena history prove`: everything of one case in a zip that a bare Python can check.

Layout: `checkpoint`, `records.jsonl`, `entries/` of the case's log (`more/1/…` where a second log is needed),
`proofs.json`, `diagrams/`, `keys.txt`, `verify.py` with what it imports, `README.md`, `SHA256SUMS`.
"""

from __future__ import annotations

import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

import penaemas
from penaemas.history import record_store, tables
from penaemas.history.ledger import logs
from penaemas.history.ledger.logs import Log
from penaemas.history.ledger.proofs import Prover
from penaemas.history.ledger.sealing import Ledger
from penaemas.history.ledger.sources import PORTAL
from penaemas.history.ledger.tiles import ENTRIES, TILE_WIDTH, bundle_of, entries_in
from penaemas.history.record import Place
from penaemas.storage.database import Database

_VERIFIER: Final = ("ed25519", "notes", "entries", "merkle", "bundle")
_PACKAGES: Final = ("penaemas", "penaemas/history", "penaemas/history/verification")
_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the same case at the same checkpoint gives the same bytes
_VERIFY: Final = '''"""Checks this bundle: python3 verify.py. Needs Python 3.11 or newer, and nothing else."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True  # the folder stays as it was packed
sys.path.insert(0, str(Path(__file__).parent))

from penaemas.history.verification.bundle import main  # noqa: E402

sys.exit(main(sys.argv[1:], Path(__file__).parent))
'''
_README: Final = """# {case}

Bukti riwayat satu perkara. Periksa di komputer mana pun dengan Python 3.11 atau lebih baru: `python3 verify.py`.
Bandingkan keys.txt dengan kunci yang diumumkan kantor. Isi: catatan mesin proses (records.jsonl), bukti tempatnya
dalam pohon (proofs.json), semua baris buku riwayat sampai titik periksa (entries/), diagram yang berlaku (diagrams/).

Proof of one case's history. Check it on any machine with Python 3.11 or newer: `python3 verify.py`. Compare keys.txt
with the key that the office has published. Inside: the engine's records (records.jsonl), proofs of their places in the
tree (proofs.json), every line of the ledger up to the checkpoint (entries/), the diagrams in force (diagrams/).

It proves that these are all records of the named process instances and of every process they have called, unchanged
since the checkpoint was signed. It does not prove that what was typed is true, nor that no further instance bears this
number.
"""


class CannotProve(Exception):
    """There is no such case, or not all of it can be put into a bundle. The text says why."""


@dataclass(frozen=True)
class Bundled:
    """What was put in."""

    instances: int
    records: int
    diagrams: int
    bytes: int


def prove(database: Database, ledger: Ledger, case: str, target: Path, *, witness_keys: Sequence[str] = ()) -> Bundled:
    """Write the bundle of a case.

    Args:
        case: its case id, or the key of a process instance.

    Raises:
        CannotProve: see there; nothing was written.
        StorageError: the database does not answer.
        TilesMissing: files of the ledger are gone.
        OSError: the target cannot be written.
    """
    with database.reading() as connection:
        case_id, instances, definitions = _instances(connection, case)
        deployments = _deployments(connection, definitions)
        known = [log for log in logs.all_logs(connection) if log.partition != PORTAL]
        parts = [_Part(connection, ledger, log, instances, deployments.values()) for log in known]
    parts = [part for part in parts if part.indexes]
    parts.sort(key=lambda part: not part.has_case)
    if not parts or not parts[0].has_case:
        raise CannotProve(f"nothing of {case} stands under a checkpoint yet; wait a minute")
    content: dict[str, bytes] = {}
    told = []
    for number, part in enumerate(parts):
        folder = "." if number == 0 else f"more/{number}"
        told.append({"folder": folder, "records": part.proofs()})
        prefix = "" if number == 0 else f"{folder}/"
        content |= {f"{prefix}{name}": body for name, body in part.files().items()}
    diagrams = {name: body for part in parts for name, body in part.diagrams().items()}
    proofs = {"case": case_id, "instances": sorted(instances), "logs": told}
    content |= {
        **diagrams,
        "proofs.json": json.dumps(proofs, indent=1).encode(),
        "keys.txt": "\n".join([ledger.key.verifier_key(ledger.installation), *witness_keys, ""]).encode(),
        "README.md": _README.format(case=case_id).encode(),
        "verify.py": _VERIFY.encode(),
        **_verifier(),
    }
    _write(target, content)
    return Bundled(len(instances), sum(len(part.indexes) for part in parts), len(diagrams), target.stat().st_size)


class _Part:
    """What one log contributes."""

    def __init__(
        self, connection: Connection, ledger: Ledger, log: Log, instances: Iterable[int], deployments: Iterable[int]
    ) -> None:
        self._files = ledger.files(log)
        self._note = self._files.checkpoint() or ""
        self._size = ledger.key.opened(self._note).size if self._note else 0
        self.has_case = False
        self.indexes: list[int] = []
        self._bundles: list[bytes] = []
        places: list[int] = []
        wanted = {b"%d" % key for key in instances}
        deployed = {Place.of(record_id) for record_id in deployments}
        for number in range((self._size + TILE_WIDTH - 1) // TILE_WIDTH):
            width = min(self._size - number * TILE_WIDTH, TILE_WIDTH)
            entries = list(entries_in(self._files.tile(ENTRIES, number, width) or b""))[:width]
            self._bundles.append(bundle_of(entries))
            for index, entry in enumerate(entries, number * TILE_WIDTH):
                _, position, key, _ = entry.split(b" ")
                if key in wanted or (log.partition, int(position)) in deployed:
                    self.indexes.append(index)
                    places.append(Place(log.partition, int(position)).record_id)
                    self.has_case = self.has_case or key in wanted
        found = record_store.documents(connection, places)
        missing = [record_id for record_id in places if not found.get(record_id)]
        if missing and self.has_case:
            gone = Place.of(missing[0]).position
            raise CannotProve(f"the bytes of position {gone} are gone: their time was over, or they are missing")
        self.documents = [found[record_id] for record_id in places]

    def proofs(self) -> list[dict[str, Any]]:
        prover = Prover(self._files, self._size)
        paths = ([b64encode(node).decode() for node in prover.inclusion(index)] for index in self.indexes)
        return [{"index": index, "path": path} for index, path in zip(self.indexes, paths, strict=True)]

    def files(self) -> dict[str, bytes]:
        return {
            "checkpoint": self._note.encode(),
            "records.jsonl": b"".join(document + b"\n" for document in self.documents),
            **{f"entries/{number}": bundle for number, bundle in enumerate(self._bundles)},
        }

    def diagrams(self) -> dict[str, bytes]:
        found = {}
        for document in self.documents:
            told = json.loads(document)
            if told["valueType"] == "PROCESS":
                value = told["value"]
                name = f"diagrams/{value['bpmnProcessId']}-v{value['version']}-{value['processDefinitionKey']}.bpmn"
                found[name] = b64decode(value["resource"])
        return found


def _instances(connection: Connection, case: str) -> tuple[str, set[int], set[int]]:
    """The case's id, its process instances with those they have called, and the definitions they ran through."""
    cases = tables.cases.c
    matches = cases.process_instance_key == int(case) if case.isdecimal() else cases.case_id == case
    rows = connection.execute(select(cases.process_instance_key, cases.case_id).where(matches)).all()
    if not rows or rows[0].case_id is None:
        raise CannotProve(f"no case {case} is known")
    case_id = rows[0].case_id
    instances: set[int] = set()
    waiting = set(connection.execute(select(cases.process_instance_key).where(cases.case_id == case_id)).scalars())
    while waiting:
        instances |= waiting
        children = select(cases.process_instance_key).where(cases.parent_process_instance_key.in_(sorted(waiting)))
        waiting = set(connection.execute(children).scalars()) - instances
    definitions = select(cases.process_definition_key).where(cases.process_instance_key.in_(sorted(instances)))
    return case_id, instances, set(connection.execute(definitions).scalars())


def _deployments(connection: Connection, definitions: set[int]) -> dict[int, int]:
    """The record that holds the diagram, by definition."""
    column = tables.definitions.c
    chosen = select(column.process_definition_key, column.record_id)
    rows = connection.execute(chosen.where(column.process_definition_key.in_(sorted(definitions))))
    return {key: record_id for key, record_id in rows}


def _verifier() -> dict[str, bytes]:
    """The code that checks the bundle, as it is tested here."""
    folder = Path(penaemas.__file__).parent.parent
    modules = {f"{_PACKAGES[-1]}/{name}.py" for name in _VERIFIER}
    content = {module: (folder / module).read_bytes() for module in sorted(modules)}
    return content | {f"{package}/__init__.py": b"" for package in _PACKAGES}


def _write(target: Path, content: dict[str, bytes]) -> None:
    sums = "".join(f"{sha256(body).hexdigest()}  {name}\n" for name, body in sorted(content.items()))
    temporary = target.with_name(f"{target.name}.new")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, body in sorted({**content, "SHA256SUMS": sums.encode()}.items()):
            bundle.writestr(zipfile.ZipInfo(name, _TIME), body, zipfile.ZIP_DEFLATED)
    temporary.replace(target)
