"""One stretch of a log against its records: can be checked in a process of its own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
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
        bundle = _at_least(stored, segment, "entries", number, width)
        try:
            entries = entries_in(bundle or b"")
        except EntryUnreadable:
            entries = []
        if len(entries) not in (width, WIDTH):
            checked.findings.append(
                Finding(Kind.INTEGRITY, segment.origin, start + segment.shift, f"entries from {start} on are gone")
            )
            return checked
        del entries[width:]
        comparison.compare(start, entries)
        leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
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
        self._next = next(records, None)

    def compare(self, start: int, entries: list[bytes]) -> None:
        segment, checked = self._segment, self._checked
        record, records = self._next, self._records
        is_portal = segment.partition == PORTAL
        for index, content in enumerate(entries, start):
            position = index + segment.shift
            if index < segment.first_index or position > segment.until:
                self._require_entry(content, index)
                continue
            if record is None or record.position != position:
                self._found(Kind.COMPLETENESS, position, "the record is not there")
                continue
            document = record.document
            record = next(records, None)
            if document is None:
                self._require_entry(content, index)
                checked.without_bytes += 1
                checked.records += 1
                continue
            key = 0 if is_portal else _key_in(document)
            digest = b64encode(sha256(document).digest())
            if content == b"%d %d %d %b" % (segment.partition, position, key, digest):
                checked.records += 1
            else:
                self._explain(content, position, key, document)
        self._next = record

    def end(self) -> None:
        """Nothing may be left over."""
        if self._next is not None and not self._checked.findings:
            self._found(Kind.COMPLETENESS, self._next.position, "a record stands there that was never sealed")

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


def _at_least(stored: Stored, segment: Segment, level: str, number: int, width: int) -> bytes | None:
    """A file of this width, or the full one that has taken its place."""
    found = None if width == WIDTH else stored.file(segment.origin, path_of(level, number, width))
    return found if found is not None else stored.file(segment.origin, path_of(level, number))


def _key_in(document: bytes) -> int:
    try:
        return max(_decode(document).value.process_instance_key, 0)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0


def _root(leaves: list[bytes]) -> bytes:
    while len(leaves) > 1:
        leaves = [sha256(b"\x01" + leaves[at] + leaves[at + 1]).digest() for at in range(0, len(leaves), 2)]
    return leaves[0]
