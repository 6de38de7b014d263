"""How the bytes of a record are stored: as received, or deflated against a dictionary of such records.

A record as received begins with `{`. A deflated one begins with 0x01, then the dictionary's number (two bytes, highest
first), then a raw deflate stream (RFC 1951). Null: the bytes went because their time was over.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

_DEFLATED: Final = b"\x01"
_HEAD_BYTES: Final = 3
_RAW_DEFLATE: Final = -zlib.MAX_WBITS
DICTIONARY_BYTES: Final = 32 * 1024
"""What deflate can look back on."""


def is_deflated(stored: bytes) -> bool:
    """Does it need a dictionary to be read?"""
    return stored.startswith(_DEFLATED)


def deflated(document: bytes, number: int, dictionary: bytes) -> bytes:
    """The shorter form of a document."""
    stream = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE, 9, zlib.Z_DEFAULT_STRATEGY, dictionary)
    return _DEFLATED + number.to_bytes(2, "big") + stream.compress(document) + stream.flush()


def as_received(stored: bytes, dictionaries: Mapping[int, bytes]) -> bytes:
    """The very bytes that the broker sent.

    Raises:
        KeyError: the dictionary is not there.
        zlib.error: the stored bytes are damaged.
    """
    if not is_deflated(stored):
        return stored
    dictionary = dictionaries[int.from_bytes(stored[1:_HEAD_BYTES], "big")]
    stream = zlib.decompressobj(_RAW_DEFLATE, dictionary)
    return stream.decompress(stored[_HEAD_BYTES:]) + stream.flush()
