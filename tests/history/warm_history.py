"""`python -m tests.history.warm_history`: histories that start in a moment, forked from a loaded program.

Each line on its input starts one, with the environment and the log (standard error) of this process. It prints the
process id and, when that process has ended, its exit code as `subprocess` counts it.
"""

import os
import select
import subprocess
import sys
from collections.abc import Mapping
from typing import BinaryIO

from penaemas.history.bootstrap import main


class WarmHistory:
    """The process that has loaded the program, seen from a test."""

    def __init__(self, environment: Mapping[str, str], log: BinaryIO) -> None:
        command = [sys.executable, "-m", "tests.history.warm_history"]
        self._loaded = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, bufsize=0
        )

    def start(self) -> "ForkedHistory":
        """Start one; those before must have been waited for."""
        assert self._loaded.stdin is not None
        assert self._loaded.stdout is not None
        self._loaded.stdin.write(b"start\n")
        return ForkedHistory(int(self._loaded.stdout.readline()), self._loaded)

    def close(self) -> None:
        """End the loaded process; its last history must have ended."""
        with self._loaded:
            assert self._loaded.stdin is not None
            self._loaded.stdin.close()


class ForkedHistory:
    """One history; what `subprocess.Popen` offers of a process, as far as tests use it."""

    def __init__(self, pid: int, loaded: "subprocess.Popen[bytes]") -> None:
        self.pid = pid
        self._loaded = loaded
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self.wait() if self._code is not None or self._has_said_more(within_s=0) else None

    def wait(self, timeout: float = 60) -> int:
        """Its exit code once it has ended."""
        if self._code is None:
            assert self._has_said_more(within_s=timeout), "it does not end"
            assert self._loaded.stdout is not None
            self._code = int(self._loaded.stdout.readline())
        return self._code

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def _has_said_more(self, within_s: float) -> bool:
        assert self._loaded.stdout is not None
        return bool(select.select([self._loaded.stdout], [], [], within_s)[0])


def _serve() -> None:
    for _ in sys.stdin:
        forked = os.fork()
        if not forked:
            os.dup2(2, 1)  # what it prints belongs into the log
            sys.exit(main([]))
        print(forked, flush=True)  # noqa: T201 - the test reads it
        _, status = os.waitpid(forked, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    _serve()
