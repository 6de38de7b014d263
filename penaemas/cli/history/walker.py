"""Walking a case in a terminal: one key, one step."""

import os
import select
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from penaemas.cli.history.replay_view import moment_line, moment_panel, state_panel
from penaemas.history.queries import Case
from penaemas.history.replay import Moment, Replay

KEYS: Final = (
    "→ berikut · next   ← mundur · back   g awal · first   G akhir · last   s keadaan · state   q selesai · quit"
)

_ARROW_BYTES: Final = 3
# An arrow comes as one burst; the escape key alone is followed by nothing.
_ESCAPE_WAIT_S: Final = 0.1

_FORWARD: Final = frozenset({"\x1b[C", "\x1bOC", "l", "n", " ", "\r", "\n"})
_BACK: Final = frozenset({"\x1b[D", "\x1bOD", "h", "p"})
_QUIT: Final = frozenset({"q", "\x03", "\x04", ""})


class Walk:
    """Where the walker stands. Knows no terminal.

    Args:
        number_of_moments: at least one.
    """

    def __init__(self, number_of_moments: int) -> None:
        self._last = number_of_moments - 1
        self.index = 0
        self.shows_state = False

    def press(self, key: str) -> bool:
        """Take a key; False ends the walk. An unknown key changes nothing."""
        if key in _QUIT:
            return False
        if key in _FORWARD:
            self.index = min(self.index + 1, self._last)
        elif key in _BACK:
            self.index = max(self.index - 1, 0)
        elif key == "g":
            self.index = 0
        elif key == "G":
            self.index = self._last
        elif key == "s":
            self.shows_state = not self.shows_state
        return True


def walk(replay: Replay, case: Case, moments: Sequence[Moment], console: Console) -> None:
    """Until a key ends it. Asks the terminal for keys; the screen that was there comes back."""
    with console.screen(hide_cursor=True), _keys() as next_key:
        steps = Walk(len(moments))
        while True:
            _show(replay, case, moments, steps, console)
            if not steps.press(next_key()):
                return


def _show(replay: Replay, case: Case, moments: Sequence[Moment], steps: Walk, console: Console) -> None:
    moment = moments[steps.index]
    console.clear()
    if steps.shows_state:
        state = replay.state(case.process_instance_key, moment.position)
        shown = state_panel(state) if state is not None else Text("")
    else:
        title = Text(
            f"{case.case_number or case.case_id or case.process_instance_key} · {moment.number}/{len(moments)}"
        )
        shown = Panel(Group(moment_line(moment), moment_panel(moment)), title=title)
    console.print(shown)
    console.print(Text(KEYS, style="dim"))


@contextmanager
def _keys() -> Iterator[Callable[[], str]]:
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    try:
        yield lambda: _read_key(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _read_key(terminal: int) -> str:
    key = os.read(terminal, 1)
    while key.startswith(b"\x1b") and len(key) < _ARROW_BYTES and select.select([terminal], [], [], _ESCAPE_WAIT_S)[0]:
        key += os.read(terminal, 1)
    return key.decode(errors="replace")
