"""What a process prints, kept in a file that does not grow for ever."""

from pathlib import Path

FILE_BYTES = 20 * 1024 * 1024
OLD_FILES_KEPT = 4
LONGEST_WORDS = 300


class RotatingOutput:
    """Appends to `path`; when it is full, it becomes `path.1`, that one `path.2`, and so on."""

    def __init__(self, path: Path, file_bytes: int = FILE_BYTES) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file_bytes = file_bytes
        self._file = path.open("ab", buffering=0)
        self._last = b""

    @property
    def last_words(self) -> str:
        """The last line, cut to what fits into a sentence."""
        return self._last.decode(errors="replace").strip()[:LONGEST_WORDS]

    def write(self, line: bytes) -> None:
        """Append one line, whole in one file."""
        if line.strip():
            self._last = line
        if self._file.tell() + len(line) > self._file_bytes:
            self._rotate()
        self._file.write(line)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(OLD_FILES_KEPT, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            newer = self.path.with_name(f"{self.path.name}.{number - 1}") if number > 1 else self.path
            if newer.exists():
                newer.replace(older)
        self._file = self.path.open("ab", buffering=0)
