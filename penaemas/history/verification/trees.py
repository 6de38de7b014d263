"""The tree above the tiles of one log: its root at any size, and the tiles of the higher levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from penaemas.history.verification.entries import WIDTH, path_of
from penaemas.history.verification.merkle import Root
from penaemas.history.verification.stored import Stored


def roots_at(
    sizes: Iterable[int], tiles: Sequence[bytes], leaves: Sequence[bytes], stored: Stored, origin: str
) -> dict[int, bytes]:
    """The root of the tree at each of these sizes.

    Args:
        tiles: roots of the full tiles of level 0, in order.
        leaves: hashes after them.
    """
    found = {}
    root, added = Root(), 0
    for size in sorted(set(sizes)):
        for tile in tiles[added : size // WIDTH]:
            root.add_whole(tile, WIDTH)
        added = max(added, size // WIDTH)
        at_size = root.copy()
        rest = size % WIDTH
        for leaf in _leaves(size // WIDTH, len(tiles), leaves, stored, origin)[:rest] if rest else ():
            at_size.add_whole(leaf, 1)
        found[size] = at_size.digest() if at_size.size == size else b""
    return found


def _leaves(number: int, full: int, leaves: Sequence[bytes], stored: Stored, origin: str) -> Sequence[bytes]:
    if number == full:
        return leaves
    tile = stored.file(origin, path_of("0", number)) or b""  # compared with its entries before
    return [tile[at : at + 32] for at in range(0, len(tile), 32)]


def wrong_tiles(stored: Stored, origin: str, tiles: Sequence[bytes]) -> Iterator[tuple[str, int]]:
    """Path, and first entry below it, of the tiles from level 1 on that are not made of those beneath."""
    level, below = 1, list(tiles)
    while below:
        above: list[bytes] = []
        for start in range(0, len(below), WIDTH):
            hashes = below[start : start + WIDTH]
            number = start // WIDTH
            path = path_of(str(level), number, len(hashes))
            tile = stored.file(origin, path)
            if tile is None and len(hashes) < WIDTH:
                tile = (stored.file(origin, path_of(str(level), number)) or b"")[: 32 * len(hashes)]
            if tile != b"".join(hashes):
                yield path, start * WIDTH**level
            if len(hashes) == WIDTH:
                root = Root()
                for hashed in hashes:
                    root.add_whole(hashed, 1)
                above.append(root.digest())
        level, below = level + 1, above
