"""The office's master key: 32 random bytes, base64, in a file that only the office's account can read."""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
from pathlib import Path

from penaemas.casefiles.person_vault import KEY_BYTES


class MasterKeyUnusable(Exception):
    """What was given as the master key is not 32 bytes in base64."""


def decode_master_key(text: str, *, origin: str) -> bytes:
    """The bytes of a master key.

    Args:
        origin: where the text came from, for the message; the text itself is never shown.

    Raises:
        MasterKeyUnusable: it is no key.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise MasterKeyUnusable(f"{origin} must hold {KEY_BYTES} bytes in base64")
    return key


def load_or_make_master_key(file: Path) -> bytes:
    """The key of the file; made on the first call. Processes that make it at the same time end with the same key.

    Raises:
        MasterKeyUnusable: the file holds something else.
        OSError: it can be neither read nor made.
    """
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _publish_once(file, base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
    return decode_master_key(file.read_text(encoding="ascii"), origin=str(file))


def _publish_once(file: Path, content: bytes) -> None:
    """Make the file whole or not at all; one that is already there wins."""
    handle, draft = tempfile.mkstemp(dir=file.parent)  # readable by its owner only
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    finally:
        os.unlink(draft)
