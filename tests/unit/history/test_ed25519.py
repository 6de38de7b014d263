"""Signatures verified with the standard library alone, against RFC 8032 and against another implementation."""

from __future__ import annotations

import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from penaemas.history.verification.ed25519 import verify

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_rfc_hold(public: str, message: str, signature: str) -> None:
    assert verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


def test_it_agrees_with_another_implementation_and_refuses_every_changed_byte() -> None:
    dice = random.Random(8032)
    key = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
    public = key.public_key().public_bytes_raw()
    for length in (0, 1, 63, 64, 65, 1_000):
        message = dice.randbytes(length)
        assert verify(public, message, key.sign(message))
    message = b"a checkpoint"
    signature = key.sign(message)
    for place in range(64):
        changed = bytearray(signature)
        changed[place] ^= 1 << dice.randrange(8)
        assert not verify(public, message, bytes(changed))
    for place in range(32):
        changed = bytearray(public)
        changed[place] ^= 1 << dice.randrange(8)
        assert not verify(bytes(changed), message, signature)


def test_a_scalar_beyond_the_order_is_refused() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    public, message, signature = (bytes.fromhex(part) for part in VECTORS[1])
    shifted = int.from_bytes(signature[32:], "little") + order

    assert not verify(public, message, signature[:32] + shifted.to_bytes(32, "little"))


@pytest.mark.parametrize(("public", "signature"), [(b"", bytes(64)), (bytes(32), b""), (b"\xff" * 32, bytes(64))])
def test_what_is_no_key_and_no_signature_is_refused(public: bytes, signature: bytes) -> None:
    assert not verify(public, b"", signature)
