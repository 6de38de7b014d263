"""One stretch of a log against its records: can be checked in a process of its own."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, islice
from typing import Annotated, Final

import msgspec

from penaemas.history.verification.entries import WIDTH, Entry, EntryUnreadable, digest_of, entries_in, path_of
from penaemas.history.verification.report import Finding, Kind
from penaemas.history.verification.stored import PORTAL, Record, Stored

ENTRIES_OF_A_SEGMENT: Final = 64 * WIDTH
_MOST_FINDINGS: Final = 5


@dataclass(frozen=True)
class Segment:
    """Entries `start` to before `end` of a log whose tree has `size` of them.

    Args:
        shift: position of the record of entry 0, were it one: position = index + shift.
        first_index: 1 if entry 0 is the statement of an epoch, else 0.
        until: records up to this position must be there; later ones were declared lost.
    """

    origin: str
    partition: int
    size: int
    start: int
    end: int
    shift: int
    first_index: int
    until: int


@dataclass
class Checked:
    """What a stretch came to: `tiles` are the roots of its full tiles, `leaves` the hashes after the last full one."""

    start: int
    records: int = 0
    without_bytes: int = 0
    tiles: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class _Value(msgspec.Struct, rename="camel", gc=False):
    process_instance_key: Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)] = 0


class _Document(msgspec.Struct, gc=False):
    value: _Value


_decode = msgspec.json.Decoder(_Document).decode


def check(stored: Stored, segment: Segment) -> Checked:
    """Compare every entry with its record, and every tile with its entries."""
    checked = Checked(segment.start)
    first = max(segment.start, segment.first_index) + segment.shift
    last = min(segment.end - 1 + segment.shift, segment.until)
    records = stored.records(segment.partition, first, last) if last >= first else iter(())
    comparison = _Comparison(segment, records, checked)
    for start in range(segment.start, segment.end, WIDTH):
        number, width = start // WIDTH, min(segment.end - start, WIDTH)
        bundle = _at_least(stored, segment, "entries", number, width) or b""
        leaves = comparison.leaves_of(start, width, bundle)
        if leaves is None:
            text = f"entries from {start} on are gone"
            checked.findings.append(Finding(Kind.INTEGRITY, segment.origin, start + segment.shift, text))
            return checked
        tile = _at_least(stored, segment, "0", number, width)
        is_whole = tile is not None and len(tile) in (width * 32, WIDTH * 32)
        if tile is None or not is_whole or tile[: width * 32] != b"".join(leaves):
            text = f"the tile of entries {start} to {start + width - 1} is not made of them"
            checked.findings.append(Finding(Kind.INTEGRITY, segment.origin, start + segment.shift, text))
        if width == WIDTH:
            checked.tiles.append(_root(leaves))
        else:
            checked.leaves = leaves
        if len(checked.findings) >= _MOST_FINDINGS:
            return checked
    comparison.end()
    return checked


class _Comparison:
    """Entries and records, side by side in order of position."""

    def __init__(self, segment: Segment, records: Iterator[Record], checked: Checked) -> None:
        self._segment = segment
        self._records = records
        self._checked = checked

    def leaves_of(self, start: int, width: int, bundle: bytes) -> list[bytes] | None:
        """The leaf hashes of the entries in a bundle, compared with their records; None if they are not all there."""
        segment = self._segment
        last = start + width - 1
        block: list[Record] = []
        if start >= segment.first_index and last + segment.shift <= segment.until:
            block = list(islice(self._records, width))
            made = _entries_of(segment.partition, start + segment.shift, block)
            if len(made) == width:
                written = b"".join([len(entry).to_bytes(2, "big") + entry for entry in made])
                if bundle == written:
                    self._checked.records += width
                    return [sha256(b"\x00" + entry).digest() for entry in made]
        # Something is otherwise than in an ordinary block: entry by entry, to say what.
        self._records = chain(block, self._records)
        return self._one_by_one(start, width, bundle)

    def _one_by_one(self, start: int, width: int, bundle: bytes) -> list[bytes] | None:
        try:
            entries = entries_in(bundle)
        except EntryUnreadable:
            return None
        if len(entries) not in (width, WIDTH):
            return None
        del entries[width:]
        self._compare(start, entries)
        return [sha256(b"\x00" + entry).digest() for entry in entries]

    def _compare(self, start: int, entries: list[bytes]) -> None:
        segment, checked = self._segment, self._checked
        record = next(self._records, None)
        for index, content in enumerate(entries, start):
            position = index + segment.shift
            if index < segment.first_index or position > segment.until:
                self._require_entry(content, index)
                continue
            if record is None or record.position != position:
                self._found(Kind.COMPLETENESS, position, "the record is not there")
                continue
            document = record.document
            record = next(self._records, None)
            if document is None:
                self._require_entry(content, index)
                checked.without_bytes += 1
                checked.records += 1
                continue
            key = _key_in(document) if segment.partition != PORTAL else 0
            if content == _entry(segment.partition, position, key, document):
                checked.records += 1
            else:
                self._explain(content, position, key, document)
        if record is not None:
            self._records = chain((record,), self._records)

    def end(self) -> None:
        """Nothing may be left over."""
        left = next(self._records, None)
        if left is not None and not self._checked.findings:
            self._found(Kind.COMPLETENESS, left.position, "a record stands there that was never sealed")

    def _require_entry(self, content: bytes, index: int) -> None:
        """An entry whose record's bytes are not there: it must at least stand at its place."""
        position = 0 if index < self._segment.first_index else index + self._segment.shift
        try:
            entry = Entry.parse(content)
        except EntryUnreadable as error:
            self._found(Kind.INTEGRITY, position, f"the entry is unreadable: {error}")
            return
        if (entry.partition, entry.position) != (self._segment.partition, position):
            self._found(Kind.ORDER, position, f"the entry is that of {entry.partition}-{entry.position}")

    def _explain(self, content: bytes, position: int, key: int, document: bytes) -> None:
        try:
            entry = Entry.parse(content)
        except EntryUnreadable as error:
            self._found(Kind.INTEGRITY, position, f"the entry is unreadable: {error}")
            return
        if (entry.partition, entry.position) != (self._segment.partition, position):
            self._found(Kind.ORDER, position, f"the entry is that of {entry.partition}-{entry.position}")
        elif entry.digest != digest_of(document):
            self._found(Kind.INTEGRITY, position, "the record is not the one that was sealed")
        else:
            self._found(Kind.INTEGRITY, position, f"the entry names another case than the record's, {key}")

    def _found(self, kind: Kind, position: int, text: str) -> None:
        if len(self._checked.findings) < _MOST_FINDINGS:
            self._checked.findings.append(Finding(kind, self._segment.origin, position, text))


def _entries_of(partition: int, first: int, records: Sequence[Record]) -> list[bytes]:
    """The entries that these records must have; ends before the first that is elsewhere or has no bytes."""
    entries: list[bytes] = []
    for position, (stands_at, document) in enumerate(records, first):
        if document is None or stands_at != position:
            return entries
        entries.append(_entry(partition, position, _key_in(document) if partition != PORTAL else 0, document))
    return entries


def _entry(partition: int, position: int, key: int, document: bytes) -> bytes:
    digest = b2a_base64(sha256(document).digest(), newline=False)
    return b"%d %d %d %b" % (partition, position, key, digest)


def _at_least(stored: Stored, segment: Segment, level: str, number: int, width: int) -> bytes | None:
    """A file of this width, or the full one that has taken its place."""
    found = None if width == WIDTH else stored.file(segment.origin, path_of(level, number, width))
    return found if found is not None else stored.file(segment.origin, path_of(level, number))


def _key_in(document: bytes) -> int:
    try:
        key = _decode(document).value.process_instance_key
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0
    return key if key > 0 else 0


def _root(leaves: list[bytes]) -> bytes:
    while len(leaves) > 1:
        leaves = [sha256(b"\x01" + leaves[at] + leaves[at + 1]).digest() for at in range(0, len(leaves), 2)]
    return leaves[0]
