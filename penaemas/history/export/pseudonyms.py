"""Officers under other names: the same officer has the same name within one key, and none that tells who."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_SHOWN_HEX_DIGITS = 16


class Pseudonyms:
    """Keyed, so that nobody can try all officers of an office without the key.

    Args:
        key: None draws one that is forgotten with this object: two exports can then not be joined by officer.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)

    def of(self, officer: str | None) -> str | None:
        """`officer-` and 16 hex digits; None stays None."""
        if officer is None:
            return None
        digest = hmac.new(self._key, officer.encode(), hashlib.sha256).hexdigest()
        return f"officer-{digest[:_SHOWN_HEX_DIGITS]}"


class OfficersByName:
    """Officers as they are, for an office that has a reason to hand their names out."""

    def of(self, officer: str | None) -> str | None:
        """The officer."""
        return officer
