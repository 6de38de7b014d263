"""A Merkle tree that only grows: the right edge is in memory, everything else in tiles that never change again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from penaemas.history.ledger.files import LogFiles
from penaemas.history.ledger.hashing import leaf_hash, root_of
from penaemas.history.ledger.tiles import ENTRIES, TILE_WIDTH, bundle_of, entries_in, hashes_in


class TilesMissing(Exception):
    """Tiles below a checkpoint are gone or cut short."""


class GrowingTree:
    """The tree of one log. `flush` before its checkpoint is published."""

    def __init__(self, files: LogFiles) -> None:
        self.size = 0
        self._files = files
        self._bundle: list[bytes] = []
        self._edge: list[list[bytes]] = [[]]  # by level: the hashes of the tile that is not full yet

    @classmethod
    def load(cls, files: LogFiles, size: int) -> GrowingTree:
        """The tree as it was when it had so many entries.

        Raises:
            TilesMissing: its files do not hold so many.
        """
        tree = cls(files)
        tree.size = size
        tree._edge = []
        level, rest = 0, size
        while rest or level == 0:
            number, width = divmod(rest, TILE_WIDTH)
            tree._edge.append(_hashes(files, level, number, width))
            level, rest = level + 1, number
        number, width = divmod(size, TILE_WIDTH)
        bundle = files.tile(ENTRIES, number, width) if width else b""
        tree._bundle = list(entries_in(bundle or b""))[:width]
        if len(tree._bundle) != width:
            raise TilesMissing(f"the entries from {number * TILE_WIDTH} on are gone")
        return tree

    @property
    def root(self) -> bytes:
        """Of the tree as it is now."""
        incomplete: list[bytes] = []
        for hashes in self._edge:
            items = [*hashes, *incomplete]
            incomplete = [root_of(items)] if items else []
        return incomplete[0] if incomplete else root_of([])

    def append(self, entries: Iterable[bytes]) -> None:
        """Add entries; tiles that are full now are written. Raises OSError: no space, no permission."""
        bundle, leaves = self._bundle, self._edge[0]
        for entry in entries:
            bundle.append(entry)
            leaves.append(leaf_hash(entry))
            self.size += 1
            if len(leaves) == TILE_WIDTH:
                self._files.write_tile(ENTRIES, self.size // TILE_WIDTH - 1, bundle_of(bundle))
                self._close_tile(0)
                bundle.clear()

    def flush(self) -> None:
        """Write the tiles that are not full. Raises OSError: no space, no permission."""
        for level, hashes in enumerate(self._edge):
            if hashes:
                self._files.write_tile(level, self.size >> 8 * (level + 1), b"".join(hashes), len(hashes))
        if self._bundle:
            self._files.write_tile(ENTRIES, self.size // TILE_WIDTH, bundle_of(self._bundle), len(self._bundle))

    def first_entries(self, count: int) -> list[bytes]:
        """Up to so many of the oldest entries; at most a bundle.

        Raises:
            TilesMissing: the file that holds them is gone.
        """
        if self.size < TILE_WIDTH:
            return self._bundle[:count]
        bundle = self._files.tile(ENTRIES, 0, TILE_WIDTH)
        if not bundle:
            raise TilesMissing("the first bundle of entries is gone")
        return list(entries_in(bundle))[:count]

    def last_entry(self) -> bytes | None:
        """The newest entry, None of an empty tree.

        Raises:
            TilesMissing: the file that holds it is gone.
        """
        if self._bundle or not self.size:
            return self._bundle[-1] if self._bundle else None
        bundle = self._files.tile(ENTRIES, self.size // TILE_WIDTH - 1, TILE_WIDTH)
        if not bundle:
            raise TilesMissing("the last full bundle of entries is gone")
        return list(entries_in(bundle))[-1]

    def _close_tile(self, level: int) -> None:
        hashes = self._edge[level]
        self._files.write_tile(level, (self.size >> 8 * (level + 1)) - 1, b"".join(hashes))
        if level + 1 == len(self._edge):
            self._edge.append([])
        self._edge[level + 1].append(root_of(hashes))
        hashes.clear()
        if len(self._edge[level + 1]) == TILE_WIDTH:
            self._close_tile(level + 1)


def _hashes(files: LogFiles, level: int, number: int, width: int) -> list[bytes]:
    if not width:
        return []
    hashes: Sequence[bytes] = hashes_in(files.tile(level, number, width) or b"")[:width]
    if len(hashes) != width:
        raise TilesMissing(f"tile {number} of level {level} is gone")
    return list(hashes)
