"""Telling a person what is being waited for: one live line on a terminal, plain lines in a file."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

SLOW_AFTER_S = 1.0
REMIND_EVERY_S = 10.0
REFRESH_EVERY_S = 0.1


class Progress:
    """The steps of one command. Steps may overlap; a step that takes under a second is mentioned only when it is
    done.
    """

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out = out
        self._live = out.isatty()
        self._lock = threading.Lock()
        self._running: dict[str, _Step] = {}

    @contextmanager
    def step(self, name: str) -> Iterator["_Step"]:
        """Show that `name` is going on, and how long it took. A failed step is said to have failed."""
        step = _Step(name)
        with self._lock:
            if not self._running:
                threading.Thread(target=self._watch, daemon=True, name="progress").start()
            self._running[name] = step
        try:
            yield step
        except BaseException:
            step.failed = True
            raise
        finally:
            with self._lock:
                del self._running[name]
                mark, ending = ("✗", " gagal · failed") if step.failed else ("✓", "")
                self._line(f"{mark} {name}{step.detail_text()} ({step.seconds():.1f} s){ending}")

    def say(self, text: str) -> None:
        """A line that stays."""
        with self._lock:
            self._line(text)

    def _line(self, text: str) -> None:
        self._out.write(f"\r\033[K{text}\n" if self._live else f"{text}\n")
        self._out.flush()

    def _watch(self) -> None:
        while True:
            time.sleep(REFRESH_EVERY_S)
            with self._lock:
                if not self._running:
                    return
                slow = [step for step in self._running.values() if step.seconds() > SLOW_AFTER_S]
                if self._live and slow:
                    waiting = ", ".join(f"{step.name}{step.detail_text()}" for step in slow)
                    self._out.write(f"\r\033[K… {waiting} ({max(step.seconds() for step in slow):.0f} s)"[:200])
                    self._out.flush()
                elif not self._live:
                    self._remind(slow)

    def _remind(self, slow: list["_Step"]) -> None:
        for step in slow:
            if step.seconds() > step.remind_at:
                step.remind_at += REMIND_EVERY_S
                self._line(f"… {step.name}{step.detail_text()} ({step.seconds():.0f} s)")


class _Step:
    """One thing that is waited for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.detail = ""
        self.failed = False  # set by who goes on although the step has failed
        self.remind_at = SLOW_AFTER_S
        self._started = time.monotonic()

    def seconds(self) -> float:
        """Since the step began."""
        return time.monotonic() - self._started

    def detail_text(self) -> str:
        """What the step itself reports: megabytes fetched, what is still missing."""
        return f": {self.detail}" if self.detail else ""
