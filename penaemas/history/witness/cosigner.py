"""What a witness signs, and what it refuses. It uses the code that verifies, nothing of the code that writes logs."""

from __future__ import annotations

import os
import re
import threading
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from penaemas.history.verification.merkle import is_consistent
from penaemas.history.verification.notes import WITNESS_KEY, Note, NoteRefused, VerifierKey

MOST_PROOF_LINES: Final = 63
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


class Refusal(Exception):
    """A request that is not signed, with the status that the protocol gives it."""

    def __init__(self, status: HTTPStatus, reason: str, size: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.size = size  # of the checkpoint signed last, where that is the answer


class Request(NamedTuple):
    """One `add-checkpoint`."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @classmethod
    def parse(cls, body: str) -> Request:
        """Raises Refusal: not as the protocol says."""
        head, gap, note = body.partition("\n\n")
        first, *lines = head.split("\n")
        old = _OLD.fullmatch(first)
        if not gap or old is None or len(lines) > MOST_PROOF_LINES:
            raise Refusal(HTTPStatus.BAD_REQUEST, "not an old size, a proof and a checkpoint")
        try:
            proof = tuple(b64decode(line, validate=True) for line in lines)
            parsed = Note.parse(note)
        except (Base64Error, NoteRefused, ValueError) as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, "a line of the proof or the checkpoint cannot be read") from error
        if any(len(node) != 32 for node in proof):
            raise Refusal(HTTPStatus.BAD_REQUEST, "a line of the proof is not a hash")
        return cls(int(old[1]), proof, parsed)


class Cosigner:
    """Signs checkpoints of the logs it follows.

    Args:
        folder: its own; holds its key and, of each log, the checkpoint it has signed last.
        name: how it signs, e.g. `inspektorat.example/witness`.
        followed: keys of installations. A key follows the log of its name and every log below it
            (`pena.example` → `pena.example/partition/1/1`).
        now: seconds since 1970.
    """

    def __init__(self, folder: Path, name: str, followed: Sequence[VerifierKey], now: Callable[[], float]) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._private = _key(folder / "witness_key")
        self._followed = followed
        self._now = now
        self._one_at_a_time = threading.Lock()
        self.key = VerifierKey(name, WITNESS_KEY, self._private.public_key().public_bytes_raw())

    @property
    def verifier_key(self) -> str:
        """To be given to the office and to whoever checks."""
        material = b64encode(bytes([WITNESS_KEY]) + self.key.public).decode()
        return f"{self.key.name}+{self.key.key_id.hex()}+{material}"

    def sign(self, body: str) -> str:
        """Answer one request with a signature line; what was signed is durable by then.

        Raises:
            Refusal: see the protocol.
            OSError: it cannot be made durable; nothing is signed.
        """
        request = Request.parse(body)
        note = request.note
        keys = [key for key in self._followed if note.origin == key.name or note.origin.startswith(f"{key.name}/")]
        if not keys:
            raise Refusal(HTTPStatus.NOT_FOUND, "this witness does not follow that log")
        if not any(note.is_signed_by(key.named(note.origin)) for key in keys):
            raise Refusal(HTTPStatus.FORBIDDEN, "not signed by the log's key")
        if request.old > note.size:
            raise Refusal(HTTPStatus.BAD_REQUEST, "the old size is above the checkpoint's")
        with self._one_at_a_time:
            self._require_continues(request)
            line = self._cosignature(note)
            self._keep(note, line)
        return line

    def latest(self, origin: str) -> str | None:
        """The checkpoint of a log that it has signed last, with the signatures; None if it never has."""
        try:
            return self._file(origin).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def _require_continues(self, request: Request) -> None:
        note, latest = request.note, self.latest(request.note.origin)
        known = Note.parse(latest) if latest is not None else None
        size = known.size if known else 0
        if request.old != size:
            raise Refusal(HTTPStatus.CONFLICT, "another size was signed last", size)
        if known is None:
            if request.proof:
                raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "nothing to prove for a first checkpoint")
        elif note.size == size:
            if note.root != known.root:
                raise Refusal(HTTPStatus.CONFLICT, "another tree of this size was signed", size)
        elif not is_consistent(size, known.root, note.size, note.root, request.proof):
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "the checkpoint does not continue the one signed last")

    def _cosignature(self, note: Note) -> str:
        time = int(self._now())
        signature = self._private.sign(f"cosignature/v1\ntime {time}\n{note.body}".encode())
        return f"— {self.key.name} {b64encode(self.key.key_id + time.to_bytes(8) + signature).decode()}\n"

    def _keep(self, note: Note, line: str) -> None:
        file = self._file(note.origin)
        file.parent.mkdir(exist_ok=True)
        log_lines = "".join(f"{signature}\n" for signature in note.lines)
        temporary = file.with_name(f"{file.name}.new")
        with temporary.open("w", encoding="utf-8") as written:
            written.write(f"{note.body}\n{log_lines}{line}")
            written.flush()
            os.fsync(written.fileno())
        temporary.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _file(self, origin: str) -> Path:
        return self._folder / "checkpoints" / sha256(origin.encode()).hexdigest()


def _key(file: Path) -> Ed25519PrivateKey:
    if not file.exists():
        temporary = file.with_name(f".{file.name}.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as made:
            made.write(Ed25519PrivateKey.generate().private_bytes_raw())
            made.flush()
            os.fsync(made.fileno())
        temporary.replace(file)
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())
