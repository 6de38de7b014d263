"""Where tests keep what they throw away: in memory where the system offers it, since nothing has to outlive the run.

A run makes a thousand databases of hundreds of files each, and every record of a story is a transaction of its own: on
a disk, waiting for it and removing the files afterwards took minutes.
"""

import os
import shutil
from pathlib import Path

IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - folders of our own are made there
ROOM_NEEDED_BYTES = 6 * 2**30


def pytest_configure() -> None:
    """Every test's own folder is made there too, if there is room."""
    if IN_MEMORY is not None and shutil.disk_usage(IN_MEMORY).free > ROOM_NEEDED_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", IN_MEMORY)
