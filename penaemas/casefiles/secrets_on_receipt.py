"""The two codes on a receipt: one shows the status, the other opens drafts, corrections, withdrawal and permit.

They are derived from the case under a key of the office, so that a submission whose answer was lost gives the same
receipt again, and only their digests are stored. Without the office's key nobody can derive or test one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from penaemas.casefiles.person_vault import PersonVault

_TRACKING_CHARACTERS, _SECRET_CHARACTERS = 16, 24  # 80 and 120 bits
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Codes:
    """What the applicant is handed, once on paper; never logged."""

    tracking_code: str = field(repr=False)
    secret: str = field(repr=False)


def codes_of(vault: PersonVault, case_id: str) -> Codes:
    """The codes of a case."""
    return Codes(
        _code(vault.blind("tracking code", case_id), _TRACKING_CHARACTERS),
        _code(vault.blind("receipt secret", case_id), _SECRET_CHARACTERS),
    )


def code_of(vault: PersonVault, purpose: str, subject: str) -> str:
    """A code of its own for one purpose, e.g. the survey of a case; 80 bits, derived as the others are."""
    return _code(vault.blind(purpose, subject), _TRACKING_CHARACTERS)


def digest_of_code(code: str) -> bytes:
    """What is stored of a code. Blanks, hyphens and small letters do not matter."""
    # Plain SHA-256 is enough: with 80 random bits or more there is nothing to guess.
    return hashlib.sha256(code.upper().replace("-", "").replace(" ", "").encode()).digest()


def matches(code: str, digest: bytes) -> bool:
    """Whether the code is the one of the digest, in constant time."""
    return hmac.compare_digest(digest_of_code(code), digest)


def _code(derived: bytes, characters: int) -> str:
    letters = base64.b32encode(derived).decode()[:characters]
    return "-".join(letters[start : start + _GROUP] for start in range(0, characters, _GROUP))
