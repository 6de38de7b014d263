"""Merkle trees, checked: the root of entries, inclusion and consistency proofs. RFC 6962, section 2.1.

Standard library alone: goes into every bundle of a case.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256


class Root:
    """The root of entries that are added one by one; keeps one hash for each bit of their number."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []  # roots of whole subtrees, largest first

    def add(self, entry: bytes) -> None:
        """Add an entry."""
        self.add_whole(sha256(b"\x00" + entry).digest(), 1)

    def add_whole(self, root: bytes, count: int) -> None:
        """Add a whole subtree of `count` entries, a power of two that divides the present size."""
        carried = self.size // count
        while carried & 1:
            root = _node(self._whole.pop(), root)
            carried >>= 1
        self._whole.append(root)
        self.size += count

    def copy(self) -> "Root":
        """The same tree, to be grown by itself."""
        copied = Root()
        copied.size, copied._whole = self.size, list(self._whole)
        return copied

    def digest(self) -> bytes:
        """The root of what has been added."""
        if not self._whole:
            return sha256().digest()
        root = self._whole[-1]
        for left in reversed(self._whole[:-1]):
            root = _node(left, root)
        return root


def root_of(entries: Iterable[bytes]) -> bytes:
    """The root of these entries."""
    root = Root()
    for entry in entries:
        root.add(entry)
    return root.digest()


def is_included(entry: bytes, index: int, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Does the path show that the tree has this entry at this place?"""
    if not 0 <= index < size:
        return False
    hashed, last = sha256(b"\x00" + entry).digest(), size - 1
    for neighbour in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            hashed = _node(neighbour, hashed)
            while index and not index & 1:  # no neighbour to the right on these levels
                index, last = index >> 1, last >> 1
        else:
            hashed = _node(hashed, neighbour)
        index, last = index >> 1, last >> 1
    return last == 0 and hashed == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Does the proof show that the tree of `old` entries is the beginning of that of `new` ones?"""
    if old == 0:
        return not proof
    if old == new:
        return not proof and old_root == new_root
    if old > new:
        return False
    steps = [old_root, *proof] if old & old - 1 == 0 else list(proof)
    if not steps:
        return False
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    one = other = steps[0]
    for neighbour in steps[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            one, other = _node(neighbour, one), _node(neighbour, other)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            other = _node(other, neighbour)
        index, last = index >> 1, last >> 1
    return last == 0 and one == old_root and other == new_root


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
