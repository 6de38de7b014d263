"""A ledger in memory, and ways to falsify it."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from penaemas.history.ledger.files import LogFiles
from penaemas.history.ledger.signing import Checkpoint, LogKey
from penaemas.history.ledger.tiles import bundle_of, entries_in, entry_of, hashes_in, tile_path
from penaemas.history.ledger.tree import GrowingTree
from penaemas.history.verification.stored import Record

ORIGIN = "pena.example/partition/1/1"
KEY = LogKey.from_seed(bytes(range(32)))


@dataclass
class MemoryLedger:
    """One log with its records: what somebody who rules the machine can change at will."""

    documents: dict[int, bytes]
    files: dict[str, bytes] = field(default_factory=dict)

    def origins(self) -> list[str]:
        return [ORIGIN] if "checkpoint" in self.files else []

    def file(self, origin: str, path: str) -> bytes | None:
        return self.files.get(path) if origin == ORIGIN else None

    def partitions(self) -> list[int]:
        return [1] if self.documents else []

    def records(self, partition: int, first: int, last: int) -> Iterator[Record]:
        del partition
        return (
            Record(position, self.documents[position])
            for position in sorted(self.documents)
            if first <= position <= last
        )

    def span(self, partition: int) -> tuple[int, int]:
        del partition
        return (min(self.documents), max(self.documents)) if self.documents else (0, 0)

    def copy(self) -> MemoryLedger:
        return MemoryLedger(dict(self.documents), dict(self.files))


class MemoryFiles(LogFiles):
    """Files that are kept in a dictionary."""

    def __init__(self) -> None:
        super().__init__(Path(tempfile.gettempdir()))
        self.written: dict[str, bytes] = {}

    def write_tile(self, level: int | str, number: int, content: bytes, width: int = 256) -> None:
        self.written[tile_path(level, number, width)] = content


def sealed(bodies: Sequence[bytes]) -> MemoryLedger:
    """A ledger of records at positions 1, 2, 3 …, signed by the key of the installation."""
    import json

    keys = [max(int(json.loads(body)["value"].get("processInstanceKey", 0)), 0) for body in bodies]
    return _sealed(dict(enumerate(bodies, start=1)), keys)


def _sealed(documents: dict[int, bytes], keys: Sequence[int]) -> MemoryLedger:
    files = MemoryFiles()
    tree = GrowingTree(files)
    tree.append(
        entry_of(1, position, key, body) for (position, body), key in zip(sorted(documents.items()), keys, strict=True)
    )
    tree.flush()
    note = KEY.sign(Checkpoint(ORIGIN, tree.size, tree.root))
    return MemoryLedger(documents, {**files.written, "checkpoint": note.encode()})


def flip(ledger: MemoryLedger, dice: random.Random) -> MemoryLedger:
    """One bit of a record, an entry, a tile or the checkpoint."""
    changed = ledger.copy()
    place: dict[int, bytes] | dict[str, bytes] = dice.choice((changed.documents, changed.files))
    name = dice.choice(sorted(place))
    content = bytearray(place[name])  # type: ignore[index]
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    place[name] = bytes(content)  # type: ignore[index]
    return changed


def delete(ledger: MemoryLedger, dice: random.Random) -> MemoryLedger:
    """A record, an entry, a hash or a file."""
    changed = ledger.copy()
    what = dice.randrange(4)
    if what == 0:
        del changed.documents[dice.choice(list(changed.documents))]
    elif what == 1:
        _entries(changed, dice, lambda entries: entries.pop(dice.randrange(len(entries))))
    elif what == 2:
        _hashes(changed, dice, lambda hashes: hashes.pop(dice.randrange(len(hashes))))
    else:
        del changed.files[dice.choice(sorted(changed.files))]
    return changed


def insert(ledger: MemoryLedger, dice: random.Random) -> MemoryLedger:
    """A record between two others (those behind it move up), an entry or a hash."""
    changed = ledger.copy()
    what = dice.randrange(3)
    if what == 0:
        at = dice.randrange(1, len(changed.documents) + 1)
        bodies = [changed.documents[position] for position in sorted(changed.documents)]
        bodies.insert(at - 1, dice.choice(bodies))
        changed.documents = dict(enumerate(bodies, start=1))
        if changed.documents == {**ledger.documents, len(bodies): bodies[-1]}:
            return insert(ledger, dice)  # one more at the end is a record that waits to be sealed
    elif what == 1:
        _entries(changed, dice, lambda entries: entries.insert(dice.randrange(len(entries)), dice.choice(entries)))
    else:
        _hashes(changed, dice, lambda hashes: hashes.insert(dice.randrange(len(hashes)), dice.randbytes(32)))
    return changed


def swap(ledger: MemoryLedger, dice: random.Random) -> MemoryLedger:
    """Two records, two entries or two hashes."""
    changed = ledger.copy()
    what = dice.randrange(3)
    if what == 0:
        one, other = dice.sample(sorted(changed.documents), 2)
        documents = changed.documents
        documents[one], documents[other] = documents[other], documents[one]
    elif what == 1:
        _entries(changed, dice, lambda entries: _swap(entries, dice))
    else:
        _hashes(changed, dice, lambda hashes: _swap(hashes, dice))
    return changed if changed != ledger else swap(ledger, dice)


def truncate(ledger: MemoryLedger, dice: random.Random) -> MemoryLedger:
    """The last records are gone as if they had never been; whoever did it has the key, and has signed again."""
    bodies = [ledger.documents[position] for position in sorted(ledger.documents)]
    return sealed(bodies[: dice.randrange(1, len(bodies))])


def replace_suffix(ledger: MemoryLedger, dice: random.Random) -> MemoryLedger:
    """From some record on another story, consistent in itself and signed again."""
    bodies = [ledger.documents[position] for position in sorted(ledger.documents)]
    start = dice.randrange(len(bodies))
    later = [body.replace(b'"timestamp":1', b'"timestamp":2', 1) for body in bodies[start:]]
    return sealed([*bodies[:start], *later])


def _entries(ledger: MemoryLedger, dice: random.Random, change: Callable[[list[bytes]], object]) -> None:
    path = dice.choice([path for path in sorted(ledger.files) if path.startswith("tile/entries/")])
    entries = list(entries_in(ledger.files[path]))
    change(entries)
    ledger.files[path] = bundle_of(entries)


def _hashes(ledger: MemoryLedger, dice: random.Random, change: Callable[[list[bytes]], object]) -> None:
    path = dice.choice([path for path in sorted(ledger.files) if path.startswith(("tile/0/", "tile/1/"))])
    hashes = hashes_in(ledger.files[path])
    change(hashes)
    ledger.files[path] = b"".join(hashes)


def _swap(items: list[bytes], dice: random.Random) -> None:
    if len(items) > 1:
        one, other = dice.sample(range(len(items)), 2)
        items[one], items[other] = items[other], items[one]
