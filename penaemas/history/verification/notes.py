"""Checkpoints, verifier keys and cosignatures, read and checked: C2SP signed-note, tlog-checkpoint, tlog-cosignature.

Standard library alone: goes into every bundle of a case.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from penaemas.history.verification import ed25519

LOG_KEY, WITNESS_KEY = 1, 4


class NoteRefused(ValueError):
    """Not a checkpoint, or not one that the key has signed. The text says why."""


class VerifierKey(NamedTuple):
    """A key that others publish: `name+key id+base64(kind ‖ public key)`."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes before each of its signatures."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Raises NoteRefused: not a verifier key of ours."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        material = _base64(encoded)
        key = cls(name, material[0] if material else 0, material[1:])
        if len(material) != 33 or key.kind not in (LOG_KEY, WITNESS_KEY) or key.key_id.hex() != key_id:
            raise NoteRefused("not a verifier key")
        return key

    def named(self, name: str) -> "VerifierKey":
        """The same key under another name: an installation signs each of its logs by the log's own name."""
        return self._replace(name=name)


class Note(NamedTuple):
    """A checkpoint as it was signed. `lines` are the signatures, not checked yet."""

    origin: str
    size: int
    root: bytes
    body: str
    lines: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Note":
        """Raises NoteRefused: not a checkpoint."""
        body, gap, signatures = text.partition("\n\n")
        body += "\n"
        parts = body.split("\n")
        if not gap or len(parts) != 4 or not parts[0] or not signatures.endswith("\n"):
            raise NoteRefused("a checkpoint has three lines, an empty one and signatures")
        origin, size, root = parts[:3]
        if not (size.isascii() and size.isdigit()) or (size != "0" and size.startswith("0")):
            raise NoteRefused("the size of a checkpoint is not a number")
        return cls(origin, int(size), _hash(root), body, tuple(signatures.removesuffix("\n").split("\n")))

    def is_signed_by(self, key: VerifierKey) -> bool:
        """By a log's key, whose name is the log's origin, or by a witness."""
        start = f"— {key.name} "
        for line in self.lines:
            if line.startswith(start):
                try:
                    signature = _base64(line.removeprefix(start))
                except NoteRefused:
                    continue
                if signature[:4] == key.key_id and _verified(key, self.body, signature[4:]):
                    return True
        return False


def open_note(text: str, key: VerifierKey) -> Note:
    """A checkpoint that this key has signed under the log's own name.

    Raises:
        NoteRefused: it has not, or it is none.
    """
    note = Note.parse(text)
    if not note.is_signed_by(key.named(note.origin)):
        raise NoteRefused(f"the checkpoint of {note.origin} is not signed by the key of {key.name}")
    return note


def _verified(key: VerifierKey, body: str, signature: bytes) -> bool:
    if key.kind == WITNESS_KEY:
        time = int.from_bytes(signature[:8], "big")
        return _verify(key.public, f"cosignature/v1\ntime {time}\n{body}".encode(), signature[8:])
    return _verify(key.public, body.encode(), signature)


# The same checkpoint is looked at again and again while its log is checked.
_verify = lru_cache(maxsize=1024)(ed25519.verify)


def _hash(text: str) -> bytes:
    value = _base64(text)
    if len(value) != 32:
        raise NoteRefused("the root of a checkpoint is not a hash")
    return value


def _base64(text: str) -> bytes:
    try:
        value = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise NoteRefused("not base64") from error
    if b64encode(value).decode() != text:
        raise NoteRefused("not base64 as it is written")  # another spelling of the same bytes
    return value
