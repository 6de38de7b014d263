"""Which cases are audited: about one in twenty, drawn so that nobody can foresee, steer or dispute it.

A case is drawn if HMAC-SHA256(key of the period, case id), read as a fraction of its range, is below 5 %. The key's
hash is published when the period begins, the key itself when it ends: until then nobody outside knows the draw,
afterwards everybody can repeat it.
"""

import hashlib
import hmac

_SHARE_PER_HUNDRED = 5
_RANGE = 1 << 256
LEAST_KEY_BYTES = 32


def commitment(period_key: bytes) -> str:
    """What is published at the beginning: the key's SHA-256 in hexadecimal.

    Raises:
        ValueError: a key of fewer than 32 bytes could be guessed from its hash.
    """
    _refuse_short(period_key)
    return hashlib.sha256(period_key).hexdigest()


def is_drawn(period_key: bytes, case_id: str) -> bool:
    """Whether the case is in the sample of the period.

    Raises:
        ValueError: a key of fewer than 32 bytes.
    """
    _refuse_short(period_key)
    digest = hmac.digest(period_key, case_id.encode(), "sha256")
    return int.from_bytes(digest, "big") * 100 < _SHARE_PER_HUNDRED * _RANGE


def _refuse_short(period_key: bytes) -> None:
    if len(period_key) < LEAST_KEY_BYTES:
        raise ValueError(f"a period key has at least {LEAST_KEY_BYTES} bytes")
