"""Keeping and forgetting: old records stored compressed, gone when their time is over. Entries of the ledger stay."""

from penaemas.history.retention.deflating import deflate_old
from penaemas.history.retention.forgetting import forget_due
from penaemas.history.retention.keeping import Kept, keep
from penaemas.history.retention.rules import ProcessRule, RetentionRules, read_rules

__all__ = ["Kept", "ProcessRule", "RetentionRules", "deflate_old", "forget_due", "keep", "read_rules"]
