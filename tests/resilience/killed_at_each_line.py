"""Does something in forked children, each killed by SIGKILL at another line, until no line is left.

Called with the name of a story of `told_and_paid`, a database's URL, a folder, and a number: every how many lines.

Importing takes a second and forking a few milliseconds, so this process imports once and never does anything itself.
The first child runs through and writes down which lines of ours it executed; each later one is killed at the first
execution of one of them, and does first what its predecessor was at, as a process that was started again would. The
last one runs through everything again. How many were killed stands in the file `killed`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

from penaemas.casefiles.bootstrap import Office
from tests.resilience import told_and_paid

PROJECT: Final = Path(__file__).parents[2]
Place = tuple[str, int]


class Lines:
    """Watches the lines of ours that are executed, in every thread."""

    def __init__(self, files: tuple[str, ...], killed_at: Place | None = None) -> None:
        self._files = {str(PROJECT / file): file for file in files}
        self._killed_at = killed_at
        self._ours: dict[CodeType, str | None] = {}
        self.seen: dict[Place, None] = {}

    def watch(self) -> None:
        """From now on."""
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if code not in self._ours:
            self._ours[code] = self._files.get(code.co_filename)
        return self._line if self._ours[code] else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            place = (str(self._ours[frame.f_code]), frame.f_lineno)
            if place == self._killed_at:
                os.kill(os.getpid(), signal.SIGKILL)
            self.seen[place] = None
        return self._line


def in_a_child(do: Callable[[], None]) -> int:
    """How a forked child ended, as `os.waitstatus_to_exitcode` says it."""
    child = os.fork()
    if child == 0:
        ended = 1
        try:
            do()
            ended = 0
        finally:
            if ended:
                traceback.print_exc()
            os._exit(ended)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(story: str, url: str, folder: Path, every: int) -> None:
    """Kill and kill again."""
    act: Callable[[Office, Path, range], Coroutine[Any, Any, None]] = getattr(told_and_paid, story)
    files: tuple[str, ...] = told_and_paid.FILES[story]
    found, office = folder / "lines", told_and_paid.opened(url, folder)

    def once(numbers: range, killed_at: Place | None) -> None:
        lines = Lines(files, killed_at)
        lines.watch()
        asyncio.run(act(office, folder, numbers))
        sys.settrace(None)
        if killed_at is None:
            found.write_text("\n".join(f"{file}:{line}" for file, line in lines.seen), encoding="utf-8")

    assert in_a_child(lambda: once(range(1), None)) == 0
    places = [(file, int(line)) for file, _, line in (text.rpartition(":") for text in found.read_text().splitlines())]
    chosen, killed = places[::every], 0
    for number, place in enumerate(chosen, start=1):
        ended = in_a_child(lambda number=number, place=place: once(range(number - 1, number + 1), place))  # type: ignore[misc]
        assert ended in (-signal.SIGKILL, 0), ended
        killed += ended == -signal.SIGKILL
    assert in_a_child(lambda: once(range(len(chosen) + 2), None)) == 0
    (folder / "killed").write_text(f"{killed} {len(chosen)}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
