"""Entries of a log and the files they stand in, read by the published format alone.

Standard library alone: goes into every bundle of a case.
"""

from base64 import b64encode
from hashlib import sha256
from typing import NamedTuple

WIDTH = 256
"""Entries in a full bundle, hashes in a full tile."""


class EntryUnreadable(ValueError):
    """Not an entry, or not a bundle of entries."""


class Entry(NamedTuple):
    """What an entry says: where a record stands, which case it belongs to (0: none), and the digest of its bytes."""

    partition: int
    position: int
    process_instance_key: int
    digest: str

    @classmethod
    def parse(cls, content: bytes) -> "Entry":
        """Raises EntryUnreadable: not four fields, or not written as the format says."""
        try:
            partition, position, key, digest = content.decode("ascii").split(" ")
            entry = cls(int(partition), int(position), int(key), digest)
        except ValueError as error:
            raise EntryUnreadable("not four fields") from error
        if entry.written() != content:
            raise EntryUnreadable("written otherwise than the format says")
        return entry

    def written(self) -> bytes:
        """The entry's bytes."""
        return f"{self.partition} {self.position} {self.process_instance_key} {self.digest}".encode()


def digest_of(document: bytes) -> str:
    """The digest of a record as entries carry it."""
    return b64encode(sha256(document).digest()).decode()


def entries_in(bundle: bytes) -> list[bytes]:
    """The entries of a bundle, each after its length of two bytes.

    Raises:
        EntryUnreadable: it ends in the middle of one.
    """
    entries = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or at + 2 > len(bundle):
            raise EntryUnreadable("a bundle ends in the middle of an entry")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries


def path_of(level: str, number: int, width: int = WIDTH) -> str:
    """Where a tile (level `0`, `1`, …) or a bundle (level `entries`) stands below its log."""
    text = f"{number:03d}"
    groups = [text[max(end - 3, 0) : end].rjust(3, "0") for end in range(len(text), 0, -3)][::-1]
    place = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{place}" + ("" if width == WIDTH else f".p/{width}")
