"""A circuit breaker: a system that failed several times in a row is left alone for a while, then tried once."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import IntEnum
from typing import Final

OPENS_AFTER: Final = 5
REST_S: Final = 30.0


class CircuitState(IntEnum):
    """The value of the metric."""

    CLOSED = 0
    TRYING = 1  # one call is let through to see
    OPEN = 2


class Circuit:
    """Counts failures in a row. `now` is a steady clock in seconds; `tells` hears of every change of state."""

    def __init__(
        self,
        *,
        opens_after: int = OPENS_AFTER,
        rest_s: float = REST_S,
        now: Callable[[], float] = time.monotonic,
        tells: Callable[[CircuitState], None] = lambda state: None,
    ) -> None:
        self._opens_after = opens_after
        self._rest_s = rest_s
        self._now = now
        self._tells = tells
        self._failures = 0
        self._opened_at = 0.0
        self._state = CircuitState.CLOSED
        tells(self._state)

    @property
    def state(self) -> CircuitState:
        """As the last call left it."""
        return self._state

    def admits(self) -> bool:
        """Whether a call may be made now. A true answer must be followed by `succeeded` or `failed`."""
        if self._state is CircuitState.CLOSED:
            return True
        # Also while another trial is under way: one that was abandoned must not keep the circuit for ever.
        if self._now() - self._opened_at < self._rest_s:
            return False
        self._opened_at = self._now()
        self._change(CircuitState.TRYING)
        return True

    def succeeded(self) -> None:
        """The system gave a usable answer, or refused in good order."""
        self._failures = 0
        self._change(CircuitState.CLOSED)

    def failed(self) -> None:
        """It gave none."""
        self._failures += 1
        if self._state is not CircuitState.CLOSED or self._failures >= self._opens_after:
            self._opened_at = self._now()
            self._change(CircuitState.OPEN)

    def _change(self, state: CircuitState) -> None:
        if state is not self._state:
            self._state = state
            self._tells(state)
