"""Proofs from the tiles: that an entry is in a tree, and that a tree has only grown. RFC 6962, section 2.1."""

from __future__ import annotations

from functools import lru_cache

from penaemas.history.ledger.files import LogFiles
from penaemas.history.ledger.hashing import node_hash, root_of
from penaemas.history.ledger.tiles import TILE_WIDTH, hashes_in
from penaemas.history.ledger.tree import TilesMissing


class Prover:
    """Proofs in the tree of one size, which a checkpoint promises."""

    def __init__(self, files: LogFiles, size: int) -> None:
        self.size = size
        self._files = files
        self._tile = lru_cache(maxsize=256)(self._read_tile)

    def inclusion(self, index: int) -> list[bytes]:
        """The hashes that lead from an entry to the root, from the leaf up.

        Raises:
            IndexError: the tree has no such entry.
            TilesMissing: its files are gone.
        """
        if not 0 <= index < self.size:
            raise IndexError(f"the tree of {self.size} entries has none at {index}")
        path = []
        low, high = 0, self.size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int) -> list[bytes]:
        """The hashes that show that the tree of `old` entries is the beginning of this one; none for 0 and for itself.

        Raises:
            IndexError: there was no such tree.
            TilesMissing: its files are gone.
        """
        if not 0 <= old <= self.size:
            raise IndexError(f"the tree of {self.size} entries was never one of {old}")
        path = []
        low, high, is_whole = 0, self.size, True
        while 0 < old < high:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low, is_whole = middle, False
            if old == high:
                break
        if path and not is_whole:
            path.append(self._range(low, high))
        return path[::-1]

    def _range(self, low: int, high: int) -> bytes:
        """The root of the entries from `low` to before `high`."""
        count = high - low
        middle = _split(count)
        if count > 1 and count != middle * 2:
            return node_hash(self._range(low, low + middle), self._range(low + middle, high))
        level = (count.bit_length() - 1) // 8  # a whole subtree: so many hashes of one tile
        first, hashes = low >> 8 * level, count >> 8 * level
        number, start = divmod(first, TILE_WIDTH)
        return root_of(self._tile(level, number)[start : start + hashes])

    def _read_tile(self, level: int, number: int) -> list[bytes]:
        width = min((self.size >> 8 * level) - number * TILE_WIDTH, TILE_WIDTH)
        hashes = hashes_in(self._files.tile(level, number, width) or b"")
        if len(hashes) < width:
            raise TilesMissing(f"tile {number} of level {level} is gone")
        return hashes


def _split(count: int) -> int:
    """The largest power of two below the count; 0 for 1."""
    return 1 << (count - 1).bit_length() - 1 if count > 1 else 0
