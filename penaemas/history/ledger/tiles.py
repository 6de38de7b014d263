"""Where tiles and entry bundles stand, as C2SP tlog-tiles says, and what an entry is."""

from __future__ import annotations

import struct
from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

TILE_WIDTH: Final = 256
"""Hashes in a full tile, entries in a full bundle: height 8."""

HASH_BYTES: Final = 32
ENTRIES: Final = "entries"

_length = struct.Struct(">H")


def entry_of(partition: int, position: int, process_instance_key: int, document: bytes) -> bytes:
    """The entry of one record; the portal's log has partition 0."""
    digest = b2a_base64(sha256(document).digest(), newline=False)
    return b"%d %d %d %b" % (partition, position, process_instance_key, digest)


def tile_path(level: int | str, number: int, width: int = TILE_WIDTH) -> str:
    """Path of a tile below its log, e.g. `tile/0/x001/234.p/17`.

    Args:
        level: 0 and up, or `ENTRIES`.
        width: how many of the 256 it holds.
    """
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        parts.append(f"x{number % 1000:03d}")
    suffix = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(parts))}{suffix}"


def bundle_of(entries: Iterable[bytes]) -> bytes:
    """Entries, each after its length."""
    return b"".join(_length.pack(len(entry)) + entry for entry in entries)


def entries_in(bundle: bytes) -> Iterator[bytes]:
    """The reverse of `bundle_of`."""
    at = 0
    while at < len(bundle):
        (length,) = _length.unpack_from(bundle, at)
        yield bundle[at + 2 : at + 2 + length]
        at += 2 + length


def hashes_in(tile: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
