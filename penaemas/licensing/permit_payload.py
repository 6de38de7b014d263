"""What stands in a permit's QR code, after the `#` of our address: number, digest of what was granted, checkpoint.

    base64url( 1 | length of number | number | digest, 32 bytes | tree size, 8 | tree root, 32 | seal, 64 )

The digest is SHA-256 of the permit's data as it lies in the paper itself as `izin.json`: it cannot be of the paper's
bytes, since they contain the code. Size and root are those of the newest checkpoint of the ledger when it was signed,
zeros where there was none. A browser reads the same format: `portal/frontend/src/verification`.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

VERSION: Final = 1
DIGEST_BYTES: Final = 32
SEAL_BYTES: Final = 64
ATTACHMENT: Final = "izin.json"
_SIZE_BYTES: Final = 8


class PayloadInvalid(ValueError):
    """Not what stands in our QR codes."""


@dataclass(frozen=True, slots=True)
class PermitPayload:
    """What is sealed. `checkpoint_size` 0: no checkpoint was there yet."""

    number: str
    digest: bytes
    checkpoint_size: int = 0
    checkpoint_root: bytes = bytes(DIGEST_BYTES)

    def to_bytes(self) -> bytes:
        """The one spelling."""
        number = self.number.encode()
        size = self.checkpoint_size.to_bytes(_SIZE_BYTES, "big")
        return bytes([VERSION, len(number)]) + number + self.digest + size + self.checkpoint_root


@dataclass(frozen=True, slots=True)
class SealedPayload:
    """A payload with the seal over its bytes; whether the seal is ours is another's to check."""

    payload: PermitPayload
    seal: bytes

    @property
    def fragment(self) -> str:
        """As it stands after the `#`."""
        return urlsafe_b64encode(self.payload.to_bytes() + self.seal).decode().rstrip("=")

    @classmethod
    def of_fragment(cls, fragment: str) -> SealedPayload:
        """Read it.

        Raises:
            PayloadInvalid: it is none of ours.
        """
        try:
            content = urlsafe_b64decode(fragment + "=" * (-len(fragment) % 4))
            length = content[1]
            number, rest = content[2 : 2 + length].decode(), content[2 + length :]
        except (binascii.Error, ValueError, IndexError):
            raise PayloadInvalid("not what stands in a QR code of ours") from None
        root_at = DIGEST_BYTES + _SIZE_BYTES
        seal_at = root_at + DIGEST_BYTES
        if content[0] != VERSION or len(rest) != seal_at + SEAL_BYTES or not number:
            raise PayloadInvalid("not what stands in a QR code of ours")
        size = int.from_bytes(rest[DIGEST_BYTES:root_at], "big")
        return cls(PermitPayload(number, rest[:DIGEST_BYTES], size, rest[root_at:seal_at]), rest[seal_at:])
