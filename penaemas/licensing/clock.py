"""Where "now" comes from.

Everything that needs the present is handed a clock, so that a test moves engine and workers together.
"""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The present instant."""

    def now(self) -> datetime:
        """The present as an aware instant in UTC."""
        ...
