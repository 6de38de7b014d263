"""`python -m tests.resilience.dying_history STEP CALL`: the history process, which gets SIGKILL at a step of its work.

Rounds of the ledger follow each other without a pause, so that all steps come soon; everything else is as it is.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from penaemas.history import bootstrap, record_store
from penaemas.history.intake import elasticsearch
from penaemas.history.ledger import logs
from penaemas.history.ledger.files import LogFiles
from penaemas.history.ledger.keeping import LedgerKeeper
from penaemas.history.ledger.portal_log import PortalLog

Place = tuple[Any, str, bool]
"""Whose function, its name, and whether the process dies after it rather than before."""

STEPS: Final[dict[str, Place]] = {
    "records_written_not_committed": (record_store, "insert", True),
    "records_committed_not_answered": (elasticsearch, "answer", False),
    "tile_written": (LogFiles, "write_tile", True),
    "checkpoint_not_published": (LogFiles, "publish", False),
    "checkpoint_published": (LogFiles, "publish", True),
    "checkpoint_not_noted": (logs, "save", False),
    "note_not_committed": (logs, "save", True),
    "moment_written": (PortalLog, "write_moment", True),
}


def dying(function: Callable[..., Any], call: int, *, after: bool) -> Callable[..., Any]:
    """The same function; the call of this number is the last thing that the process does."""
    calls = 0

    def replaced(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = function(*args, **named)
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return replaced


if __name__ == "__main__":
    owner, name, after = STEPS[sys.argv[1]]
    setattr(owner, name, dying(getattr(owner, name), int(sys.argv[2]), after=after))
    setattr(bootstrap, LedgerKeeper.__name__, partial(LedgerKeeper, every_s=0.0))
    sys.exit(bootstrap.main())
