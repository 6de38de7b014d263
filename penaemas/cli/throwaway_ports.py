"""Ports on this machine for what lives only for a while: a bench, a case that is played, a test.

Asking the system for any free port and giving it back is a race: until a broker listens there, seconds later, the port
may have gone to anybody's outgoing connection. These come from below what the system hands out by itself (Linux begins
at 32768, macOS at 49152), and every process has a block of its own, so that two of them never name the same port.
"""

import atexit
import os
import socket
import threading
from functools import cache
from itertools import cycle

LOOPBACK = "127.0.0.1"
_BLOCK_PORTS = 200
_BLOCKS = range(12_000, 32_000, _BLOCK_PORTS)


class NoPortsLeft(RuntimeError):
    """Every block is held by some process, or everything in ours is taken."""


class _Block:
    """The ports of this process. The first is listened on while the process lives, which tells all others."""

    def __init__(self) -> None:
        self._sign, first = _hold_a_block()
        atexit.register(self._sign.close)
        self._lock = threading.Lock()
        # In turn, so that what was just given back is not named again while its last connections fade.
        self._ports = cycle(range(first + 1, first + _BLOCK_PORTS))

    def take(self, count: int) -> list[int]:
        """The next free ports that are neighbours."""
        with self._lock:
            found: list[int] = []
            for _ in range(2 * _BLOCK_PORTS):
                port = next(self._ports)
                if found and port != found[-1] + 1:
                    found = []
                found = [*found, port] if is_free(port) else []
                if len(found) == count:
                    return found
        raise NoPortsLeft(f"no {count} free ports in a row near {port}")


def free_row(count: int) -> list[int]:
    """So many neighbouring ports that nobody listens on, and that no other process is given.

    Raises:
        NoPortsLeft: there are none.
    """
    return _block_of(os.getpid()).take(count)


def is_free(port: int) -> bool:
    """Whether nobody is bound to a port of this machine."""
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


@cache
def _block_of(_process_id: int) -> _Block:
    """One for each process: a forked one does not go on in its parent's."""
    return _Block()


def _hold_a_block() -> tuple[socket.socket, int]:
    for first in _BLOCKS:
        sign = socket.socket()
        try:
            sign.bind((LOOPBACK, first))
            sign.listen()
        except OSError:
            sign.close()
        else:
            return sign, first
    raise NoPortsLeft(f"all {len(_BLOCKS)} blocks of ports are held")
