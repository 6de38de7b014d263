"""How often codes may be tried, and drafts begun. Only failures cost something, so whoever has a code is never slowed.

Token buckets in memory: one per sender's address and one for all codes together. They are generous, because a village
may share one address; a browser that has once shown a right code has a bucket of its own.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_SENDERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and one more every so many seconds."""

    at_once: int
    every_s: float


OF_A_SENDER: Final = Allowance(40, 3.0)
OF_ALL: Final = Allowance(2_000, 0.1)


class Attempts:
    """The buckets of one kind of attempt."""

    def __init__(
        self,
        of_a_sender: Allowance = OF_A_SENDER,
        of_all: Allowance = OF_ALL,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._of_a_sender = of_a_sender
        self._of_all = of_all
        self._now_s = now_s
        self._all = _Bucket(of_all.at_once, now_s())
        self._senders: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, sender: str) -> float:
        """How long the sender has to wait before the next attempt; 0 if it may be made."""
        now_s = self._now_s()
        return max(
            self._all.wait_s(self._of_all, now_s),
            self._bucket(sender, now_s).wait_s(self._of_a_sender, now_s),
        )

    def failed(self, sender: str) -> None:
        """An attempt has failed."""
        now_s = self._now_s()
        self._all.take(self._of_all, now_s)
        self._bucket(sender, now_s).take(self._of_a_sender, now_s)

    def _bucket(self, sender: str, now_s: float) -> _Bucket:
        bucket = self._senders.get(sender)
        if bucket is None:
            bucket = self._senders[sender] = _Bucket(self._of_a_sender.at_once, now_s)
        self._senders.move_to_end(sender)
        while len(self._senders) > MOST_SENDERS:
            self._senders.popitem(last=False)
        return bucket


class _Bucket:
    """Tokens that come back with time."""

    __slots__ = ("_left", "_seen_s")

    def __init__(self, left: float, now_s: float) -> None:
        self._left = float(left)
        self._seen_s = now_s

    def wait_s(self, allowance: Allowance, now_s: float) -> float:
        self._fill(allowance, now_s)
        return 0.0 if self._left >= 1 else (1 - self._left) * allowance.every_s

    def take(self, allowance: Allowance, now_s: float) -> None:
        self._fill(allowance, now_s)
        self._left = max(0.0, self._left - 1)

    def _fill(self, allowance: Allowance, now_s: float) -> None:
        self._left = min(float(allowance.at_once), self._left + (now_s - self._seen_s) / allowance.every_s)
        self._seen_s = now_s
