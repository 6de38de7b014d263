"""The folder that holds everything an office keeps; its layout is in docs/architecture.md."""

import base64
import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penaemas.cli.problem import Problem

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class DataFolder:
    """One office's data folder."""

    path: Path

    @property
    def engine_data(self) -> Path:
        """The broker's own data."""
        return self.path / "zeebe"

    @property
    def logs(self) -> Path:
        """One file of JSON lines per process."""
        return self.path / "logs"

    @property
    def _lock(self) -> Path:
        return self.path / "up.lock"

    def require_not_running(self) -> None:
        """Refuse a second start beside a first.

        Raises:
            Problem: another `./pena up` holds this folder.
        """
        if not self._lock.exists():
            return
        try:
            with self._lock.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise self._already_running() from None
        except OSError as error:
            raise self._not_writable(error) from error

    def require_room(self, minimum_megabytes: int) -> None:
        """Refuse a folder that cannot be written, or a disk that is about to be full.

        Raises:
            Problem: read-only, not a folder, or too little space.
        """
        try:
            existing = next(folder for folder in (self.path, *self.path.parents) if folder.exists())
            # Permissions do not tell everything (read-only mounts, quotas, root): writing does.
            with tempfile.NamedTemporaryFile(dir=existing, prefix=".pena-") as file:
                file.write(b"\0" * 4096)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._not_writable(error) from error
        free = shutil.disk_usage(existing).free // MEGABYTE
        if free < minimum_megabytes:
            raise Problem(
                f"the disk of {self.path} has {free} MB free, and an office needs {minimum_megabytes} MB to start.",
                "Free some space, or choose a folder on another disk with --data.",
            )

    @contextmanager
    def held(self, address: str, settings: Mapping[str, object]) -> Iterator[None]:
        """Make the folder if need be, and hold it for this process until the block ends.

        Args:
            address: where this office will answer; told to whoever tries to start it a second time.
            settings: where its parts listen; read by the other commands, so nothing secret.

        Raises:
            Problem: somebody else holds it, or it cannot be made.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = self._lock.open("a+", encoding="utf-8")
        except OSError as error:
            raise self._not_writable(error) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise self._already_running() from None
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), "address": address, "settings": settings}))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def running_settings(self) -> dict[str, Any] | None:
        """What the running office has told about itself; None if none runs."""
        try:
            with self._lock.open("r+", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
        except FileNotFoundError:
            return None
        except BlockingIOError:
            settings: dict[str, Any] = json.loads(self._lock.read_text(encoding="utf-8"))["settings"]
            return settings

    def secret(self, name: str) -> str:
        """A secret of this office, base64 of 32 random bytes, made when it is first asked for."""
        folder = self.path / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / name
        if not file.exists():
            temporary = folder / f".{name}.{os.getpid()}"
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as made:
                made.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"))
                made.flush()
                os.fsync(made.fileno())
            temporary.replace(file)
        return file.read_text(encoding="ascii").strip()

    def _already_running(self) -> Problem:
        try:
            holder = json.loads(self._lock.read_text(encoding="utf-8"))
            who = f"process {holder['pid']}, {holder['address']}"
        except (ValueError, KeyError, OSError):
            who = "it is just starting or stopping"
        return Problem(
            f"the office in {self.path} is running already ({who}).",
            "Use it there, stop it (Ctrl-C where it was started), or start another office with --data and --port.",
        )

    def _not_writable(self, error: OSError) -> Problem:
        return Problem(
            f"the data folder {self.path} cannot be written: {error.strerror}.",
            "Mend its permissions or its disk, or choose another folder with --data.",
        )
