"""Lists page by page: the next page begins behind the last row of the one before, however many rows there are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

Item = TypeVar("Item")

MOST_ON_A_PAGE = 200
"""Rows of one page at most; a larger wish is cut to this."""


class CursorUnreadable(ValueError):
    """The cursor is not one that this list has given out."""


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some rows of a list, in its order.

    Args:
        next_cursor: hand it back to get the rows behind these; None: there were none when the page was read.
    """

    items: tuple[Item, ...]
    next_cursor: str | None


def page_size(wanted: int) -> int:
    """At least one row, and not more than `MOST_ON_A_PAGE`."""
    return max(1, min(wanted, MOST_ON_A_PAGE))


def write_cursor(place: Sequence[int | None]) -> str:
    """Where a page has ended, as text for a URL. It holds instants and keys, nothing personal."""
    return base64.urlsafe_b64encode(msgspec.json.encode(list(place))).decode().rstrip("=")


def read_cursor(cursor: str, length: int) -> list[int | None]:
    """The reverse of `write_cursor`.

    Raises:
        CursorUnreadable: not a cursor, or one of another kind of list.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=list[int | None])
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError) as error:
        raise CursorUnreadable("not a cursor of this list") from error
    if len(place) != length or any(number is not None and abs(number) >> 63 for number in place):
        raise CursorUnreadable("not a cursor of this list")
    return place
