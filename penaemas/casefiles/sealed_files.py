"""Files below the data folder, encrypted with their person's key and named by the SHA-256 of what is on disk.

The name proves that a file is whole without any key. Erasing the person leaves noise behind. A file whose transaction
failed stays unreferenced and unreadable.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from sqlalchemy import Connection

from penaemas.casefiles.person_vault import PersonVault


class FileDamaged(Exception):
    """What is on disk is not what was stored, or is gone."""


class SealedFiles:
    """The one folder of sealed files."""

    def __init__(self, folder: Path, vault: PersonVault) -> None:
        self._folder = folder
        self._vault = vault

    def store(self, connection: Connection, person_id: str, place: str, content: bytes) -> str:
        """Write a file, durably, before the caller's transaction is committed; its digest in hex.

        Args:
            place: what the file is of the person's, e.g. the document's id; the same is needed to read it.

        Raises:
            PersonErased: there is no key any more.
            OSError: the folder takes no file.
        """
        sealed = self._vault.seal(connection, person_id, place, content)
        digest = hashlib.sha256(sealed).hexdigest()
        target = self._path(digest)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(sealed)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, target)
        return digest

    def read(self, connection: Connection, person_id: str, place: str, digest: str) -> bytes:
        """The content of a file.

        Raises:
            PersonErased: there is no key any more.
            FileDamaged: it is gone or was changed.
        """
        try:
            sealed = self._path(digest).read_bytes()
        except FileNotFoundError as gone:
            raise FileDamaged(f"file {digest} is gone") from gone
        if hashlib.sha256(sealed).hexdigest() != digest:
            raise FileDamaged(f"file {digest} was changed")
        return self._vault.unseal(connection, person_id, place, sealed)

    def forget(self, digest: str) -> None:
        """Remove a file that nothing refers to any more; one that is gone already is as good."""
        self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
