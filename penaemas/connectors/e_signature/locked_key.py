"""A signer's private key, locked with their passphrase: Argon2id makes the key of AES-256-GCM.

Each try costs a quarter of a second and 64 MiB, here as for whoever steals the file. Account and serial are bound in,
so that one signer's locked key cannot be laid under another's name.
"""

from __future__ import annotations

import os
import secrets
from base64 import b64decode, b64encode
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from penaemas.connectors.e_signature.port import SigningRefused

_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32
_TIME_COST, _MEMORY_KIB, _LANES = 3, 64 * 1024, 1
LEAST_LETTERS: Final = 10
_WORDS: Final = 4


class PassphraseTooWeak(ValueError):
    """The passphrase is too short; says the rule."""


def require_strong(passphrase: SecretStr) -> None:
    """A passphrase has at least ten letters, of at least five kinds.

    Raises:
        PassphraseTooWeak: it has not.
    """
    text = passphrase.get_secret_value()
    if len(text) < LEAST_LETTERS or len(set(text)) < LEAST_LETTERS // 2:
        raise PassphraseTooWeak(f"a passphrase has at least {LEAST_LETTERS} letters, of several kinds")


def new_passphrase() -> SecretStr:
    """A passphrase that nobody has chosen, for scripted officers; 100 bits."""
    return SecretStr("-".join(secrets.token_hex(4)[:7] for _ in range(_WORDS)))


def lock(key: EllipticCurvePrivateKey, passphrase: SecretStr, bound_to: bytes) -> str:
    """The key, locked, in base64."""
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return b64encode(salt + nonce + AESGCM(_derived(passphrase, salt)).encrypt(nonce, plain, bound_to)).decode()


def unlock(locked: str, passphrase: SecretStr, bound_to: bytes) -> bytes:
    """The key as PKCS#8, DER.

    Raises:
        SigningRefused: not with this passphrase, or the file was changed.
    """
    content = b64decode(locked)
    salt, rest = content[:_SALT_BYTES], content[_SALT_BYTES:]
    cipher = AESGCM(_derived(passphrase, salt))
    try:
        return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], bound_to)
    except InvalidTag:
        raise SigningRefused from None


def _derived(passphrase: SecretStr, salt: bytes) -> bytes:
    return hash_secret_raw(
        passphrase.get_secret_value().encode(), salt, _TIME_COST, _MEMORY_KIB, _LANES, _KEY_BYTES, Type.ID
    )
