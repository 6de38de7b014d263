"""The work of a night: compress what is old, forget what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from penaemas.history.retention.deflating import deflate_old
from penaemas.history.retention.forgetting import Forgotten, forget_due
from penaemas.history.retention.rules import RetentionRules
from penaemas.storage.database import Database


@dataclass(frozen=True)
class Kept:
    """What it came to. Args: deflated: records compressed."""

    deflated: int
    forgotten: Forgotten


def keep(database: Database, now: datetime, rules: RetentionRules) -> Kept:
    """Do both, while the office works; what is done stays done, so it may be ended at any line.

    Raises:
        StorageError: what was done so far stays done.
    """
    deflated = deflate_old(database, now, timedelta(days=rules.deflate_after_days))
    return Kept(deflated, forget_due(database, now, rules))
