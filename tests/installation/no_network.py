"""A machine without a network: every way to the outside leads nowhere, and what is needed must be here already."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

NOBODY_LISTENS = "http://127.0.0.1:9"
DEAD_PROXIES = {
    "HTTP_PROXY": NOBODY_LISTENS,
    "HTTPS_PROXY": NOBODY_LISTENS,
    "http_proxy": NOBODY_LISTENS,
    "https_proxy": NOBODY_LISTENS,
    "PIP_NO_INDEX": "1",
    "npm_config_offline": "true",
}


@dataclass(frozen=True)
class CutOff:
    """How commands are run without a network.

    Attributes:
        inside: what goes before a command so that it runs there; empty where this user may make no network namespace.
        environment: what it gets besides.
    """

    inside: tuple[str, ...]
    environment: dict[str, str]


@contextmanager
def cut_off() -> Iterator[CutOff]:
    """A network namespace that has a loopback and nothing else, if we may make one; dead proxies in any case."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "nsenter", "ip"))):
        yield CutOff((), DEAD_PROXIES)
        return
    # The namespace lives as long as this process, which others enter it by.
    keep = ["unshare", "--net", "sh", "-c", "ip link set lo up && echo cut off && exec cat"]
    with subprocess.Popen(keep, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as keeper:
        assert keeper.stdout is not None
        made = keeper.stdout.readline() == b"cut off\n"
        inside = ("nsenter", f"--net=/proc/{keeper.pid}/ns/net") if made else ()
        yield CutOff(inside, DEAD_PROXIES)
        assert keeper.stdin is not None
        keeper.stdin.close()
