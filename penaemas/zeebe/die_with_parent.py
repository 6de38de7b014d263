"""Runs a command that dies when the process that started it dies, however it dies.

    python -I die_with_parent.py <pid of the parent> <command> [arguments …]

On Linux the kernel sees to it, and this process becomes the command. Elsewhere this process stays, watches its parent
and ends the command. Started as a script, so it imports nothing of ours.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
WATCH_INTERVAL_S = 0.5


def become(parent: int, command: list[str]) -> None:
    """Linux: ask for SIGKILL on the parent's death, then become the command; the request survives exec.

    The broker is built to survive SIGKILL, and a gentler signal would leave it holding its ports and its data for
    seconds, in the way of the next start.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() == parent:  # else it died before we asked
        os.execv(command[0], command)  # noqa: S606 - a fixed list of arguments


def watch(parent: int, command: list[str]) -> int:
    """Elsewhere: run the command as a child, pass SIGTERM on, kill it when the parent is gone; its exit code."""
    child = subprocess.Popen(command, close_fds=False)
    signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
    while child.poll() is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(WATCH_INTERVAL_S)
    return child.returncode


def main() -> int:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        become(parent, command)
        return 1
    return watch(parent, command)


if __name__ == "__main__":
    sys.exit(main())
