"""One life of the broker's process: spawned with its own session, its output read line by line, its end awaited.

`subprocess` and one thread instead of asyncio's own: a start that is cancelled half-way hangs there (CPython 3.11).
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence

from penaemas.zeebe import die_with_parent

# A stack trace in JSON is one long line; what is longer still is taken in pieces.
LONGEST_LINE_BYTES = 1024 * 1024


class BrokerProcess:
    """Runs from construction, which must happen on the event loop's thread: on Linux the process dies with that thread.

    Attributes:
        exited: the exit code, once the process has ended and all it said was read.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        lock: int,
        take_line: Callable[[bytes], None],
    ) -> None:
        """
        Args:
            lock: descriptor of the data's lock; the process inherits it and so holds the lock while it lives.
            take_line: called from the reading thread.
        """
        self._loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[int] = self._loop.create_future()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", die_with_parent.__file__, str(os.getpid()), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal reaches us alone, and we stop the broker when its turn comes.
            start_new_session=True,
            pass_fds=(lock,),
        )
        self.pid = self._process.pid
        reader = threading.Thread(target=self._read, args=(take_line,), name="broker-log", daemon=True)
        reader.start()

    def terminate(self) -> None:
        """Asks it to end in order. Does nothing if it has ended."""
        self._process.terminate()

    def kill(self) -> None:
        """Ends it at once. Does nothing if it has ended."""
        self._process.kill()

    def _read(self, take_line: Callable[[bytes], None]) -> None:
        with self._process as process:
            if process.stdout is not None:
                while line := process.stdout.readline(LONGEST_LINE_BYTES):
                    take_line(line)
            exit_code = process.wait()
        # The loop may be gone when a program ends without having stopped its broker.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._tell, exit_code)

    def _tell(self, exit_code: int) -> None:
        if not self.exited.done():
            self.exited.set_result(exit_code)
