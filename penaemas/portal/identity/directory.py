"""Who works here, for names on pages and for choosing a colleague: read seldom, since every name has to be unsealed.

Nothing is decided by it: what an officer may is asked anew with each request.
"""

from __future__ import annotations

import time
from typing import Final

from penaemas.casefiles.officers import Officer, Officers

REMEMBERED_S: Final = 5.0  # a new colleague's name appears after so long at most


class Directory:
    """The accounts of the office, a few seconds old at most."""

    def __init__(self, officers: Officers) -> None:
        self._officers = officers
        self._known: tuple[Officer, ...] = ()
        self._read_at = float("-inf")

    async def all(self) -> tuple[Officer, ...]:
        """Every account, by its name."""
        if time.monotonic() - self._read_at > REMEMBERED_S:
            self._known = await self._officers.all()
            self._read_at = time.monotonic()
        return self._known
