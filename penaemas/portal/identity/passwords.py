"""Passwords: hashed with argon2id, a few at a time, and as slow for an account that does not exist."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from penaemas.portal.languages import indonesian

SHORTEST: Final = 12
LONGEST: Final = 256
AT_ONCE: Final = 2  # each takes 64 MiB and most of a core


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password is right, and its hash anew if the stored one was made with weaker settings."""

    is_right: bool
    better_hash: str | None = None


class Passwords:
    """Hashes and compares passwords."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Args: hasher: argon2-cffi's defaults (RFC 9106, low memory) unless given."""
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash("nobody's password")
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """What is stored of a password."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, password: str, stored: str | None) -> Verdict:
        """Compare. Takes as long where nothing is stored, so that nobody learns which accounts there are."""
        async with self._slots:
            return await asyncio.to_thread(self._check, password, stored)

    def _check(self, password: str, stored: str | None) -> Verdict:
        try:
            self._hasher.verify(stored or self._nobodys, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return Verdict(is_right=False)
        if stored is None:
            return Verdict(is_right=False)
        return Verdict(
            is_right=True,
            better_hash=self._hasher.hash(password) if self._hasher.check_needs_rehash(stored) else None,
        )


def fault_of(password: str, repeated: str, account: str) -> str | None:
    """What is wrong with a new password, to be translated, or None. Length is what counts; no rule of characters."""
    if len(password) < SHORTEST:
        return indonesian("Kata sandi paling sedikit 12 karakter. Beberapa kata lebih mudah diingat daripada simbol.")
    if len(password) > LONGEST:
        return indonesian("Kata sandi paling banyak 256 karakter.")
    if account.lower() in password.lower():
        return indonesian("Kata sandi tidak boleh memuat nama akun.")
    if len(set(password)) < 5:
        return indonesian("Kata sandi terlalu mudah ditebak: pakai lebih banyak huruf yang berbeda.")
    if password != repeated:
        return indonesian("Kedua isian kata sandi tidak sama.")
    return None
