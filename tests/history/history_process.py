"""The history as a process of its own, to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from penaemas.cli.throwaway_ports import free_row
from tests.history.warm_history import ForkedHistory, WarmHistory
from tests.waiting import wait_until

PASSWORD = "not-a-real-password"


class HistoryProcess:
    """`python -m penaemas.history` with its data in a folder.

    Args:
        is_warm: it is started so often that loading the program each time would be most of the work.
    """

    def __init__(self, folder: Path, database_url: str | None = None, *, is_warm: bool = False) -> None:
        (self._port,) = free_row(1)
        self.address = f"http://127.0.0.1:{self._port}"
        self._log = folder / "history.log"
        self._environment = {
            **os.environ,
            "PENA_DATA_FOLDER": str(folder),
            "PENA_HISTORY_PORT": str(self._port),
            "PENA_INTAKE_PASSWORD": PASSWORD,
            **({"PENA_HISTORY_DATABASE_URL": database_url} if database_url else {}),
        }
        self._process: subprocess.Popen[bytes] | ForkedHistory | None = None
        self._warm: WarmHistory | None = None
        if is_warm:
            with self._log.open("ab") as log:
                self._warm = WarmHistory(self._environment, log)

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def start(self, module: str = "penaemas.history", *arguments: str) -> None:
        """Start; wait until it answers, unless another module than its own may end it before."""
        self._process = self._warm.start() if self._warm is not None else self._loaded_anew(module, *arguments)
        if module == "penaemas.history":
            wait_until(self._is_ready, "the history process is ready")

    def ended(self) -> int:
        """Wait until it has ended by itself; the exit code, negative if it was a signal."""
        assert self._process
        return self._process.wait(timeout=90)

    def kill(self) -> None:
        """SIGKILL: nothing of the process runs any more."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=60)
        if self._warm is not None:
            self._warm.close()
        return code

    def _loaded_anew(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments], env=self._environment, stdout=log, stderr=log
            )

    def _is_ready(self) -> bool:
        assert self._process
        assert self._process.poll() is None, self._log.read_text()[-2000:]
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False
