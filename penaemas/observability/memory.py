"""Garbage collection of processes that run for weeks: what they are made of is looked through once, not every second."""

from __future__ import annotations

import gc
from typing import Final

# Each statement to a database makes hundreds of objects that die at once; Python's 700 would look for cycles per step.
_YOUNG_OBJECTS: Final = 20_000


def settle() -> None:
    """To be called once everything is loaded and wired: collections then pass over it in a moment."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 20)
