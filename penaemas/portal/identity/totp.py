"""The second factor: time-based one-time codes of six digits, as every authenticator app makes them (RFC 6238)."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

SECRET_BYTES: Final = 20
STEP_S: Final = 30
DIGITS: Final = 6
DRIFT_STEPS: Final = 1  # a telephone's clock may be half a minute off


def new_secret() -> bytes:
    """A secret for one officer."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a time step. Source: RFC 4226, section 5.3."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(moment: datetime) -> int:
    """The time step that holds an instant."""
    return int(moment.timestamp()) // STEP_S


def matching_step(secret: bytes, given: str, now: datetime) -> int | None:
    """The time step whose code this is, near now, or None. Blanks in the code do not matter."""
    digits = "".join(given.split()).encode()
    for step in range(step_of(now) - DRIFT_STEPS, step_of(now) + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), digits):
            return step
    return None


def shown(secret: bytes) -> str:
    """The secret as people type it into an app: base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, account: str, office: str) -> str:
    """What the QR code holds."""
    label = quote(f"{office}:{account}")
    query = urlencode({"secret": base64.b32encode(secret).decode().rstrip("="), "issuer": office})
    return f"otpauth://totp/{label}?{query}"
