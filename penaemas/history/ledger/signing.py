"""Checkpoints as signed notes: C2SP signed-note and tlog-checkpoint, Ed25519."""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ED25519: Final = b"\x01"
_SIGNATURE_LINE: Final = "— "
_KEY_ID_BYTES: Final = 4
_SEED_BYTES: Final = 32
_SIZE: Final = re.compile(r"0|[1-9][0-9]*")


class KeyMissing(Exception):
    """The key that has signed what is there is gone; a new one would be a stranger's."""


class NotACheckpoint(ValueError):
    """Not a note of three lines with a signature of our own."""


class Checkpoint(NamedTuple):
    """How far a log has come: its size, and the root of the tree of so many entries."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class LogKey:
    """The installation's signing key. Each log's key name is its origin, as witnesses expect."""

    private: Ed25519PrivateKey

    @classmethod
    def of(cls, secrets: Path, *, may_make: bool) -> LogKey:
        """Read `ledger_key` in the folder of secrets.

        Args:
            may_make: nothing has been signed yet, so a new key may be made.

        Raises:
            KeyMissing: it is not there and may not be made.
        """
        file = secrets / "ledger_key"
        if not file.exists():
            if not may_make:
                raise KeyMissing(f"{file} is missing, and what it has signed is there: restore it from the backup")
            _make(file)
        return cls.from_seed(urlsafe_b64decode(file.read_text(encoding="ascii").strip()))

    @classmethod
    def from_seed(cls, seed: bytes) -> LogKey:
        """From its 32 secret bytes."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self.private.public_key().public_bytes_raw()

    def verifier_key(self, name: str) -> str:
        """As others are given it, e.g. `pena.example/partition/1/1+1a2b3c4d+…`."""
        return f"{name}+{self._key_id(name).hex()}+{b64encode(_ED25519 + self.public).decode()}"

    def sign(self, checkpoint: Checkpoint) -> str:
        """The signed note."""
        signature = self._key_id(checkpoint.origin) + self.private.sign(checkpoint.body.encode())
        line = f"{_SIGNATURE_LINE}{checkpoint.origin} {b64encode(signature).decode()}\n"
        return f"{checkpoint.body}\n{line}"

    def opened(self, note: str) -> Checkpoint:
        """The checkpoint in a note that this key has signed.

        Raises:
            NotACheckpoint: it has not, or it is none.
        """
        body, _, lines = note.partition("\n\n")
        try:
            origin, size, root = body.split("\n")
            if not _SIZE.fullmatch(size):
                raise NotACheckpoint("its second line is not a size")
            checkpoint = Checkpoint(origin, int(size), b64decode(root, validate=True))
            ours = f"{_SIGNATURE_LINE}{origin} "
            tokens = (line.removeprefix(ours) for line in lines.splitlines() if line.startswith(ours))
            signature = b64decode(next(tokens), validate=True)
            self.private.public_key().verify(signature[_KEY_ID_BYTES:], checkpoint.body.encode())
        except (ValueError, StopIteration, InvalidSignature) as error:
            raise NotACheckpoint("not a checkpoint that this installation's key has signed") from error
        return checkpoint

    def _key_id(self, name: str) -> bytes:
        return sha256(name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_BYTES]


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as made:
        made.write(urlsafe_b64encode(os.urandom(_SEED_BYTES)))
        made.flush()
        os.fsync(made.fileno())
    temporary.replace(file)
