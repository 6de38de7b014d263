"""Folds the broker's own log into ours: one event `broker_said`, with the broker's level, logger and text as fields."""

import json
from collections import deque
from typing import Any

import structlog

log = structlog.get_logger(__name__)

# What the broker calls information is about its inside: nobody has to act on it, and it writes 70 lines a start.
LEVELS = {
    "TRACE": "debug",
    "DEBUG": "debug",
    "INFO": "debug",
    "WARNING": "warning",
    "ERROR": "error",
    "CRITICAL": "error",
}
# A log line may quote a whole record: enough to understand it, not enough to copy the record.
LONGEST_TEXT = 500
LONGEST_EXCEPTION = 2_000
COMPLAINTS_KEPT = 20


class BrokerLog:
    """Takes the broker's output line by line; remembers the latest complaints, to explain why it died."""

    def __init__(self) -> None:
        self.complaints: deque[str] = deque(maxlen=COMPLAINTS_KEPT)

    def take(self, line: bytes) -> None:
        """One line as the broker wrote it: Stackdriver JSON from its logger, plain text from Java itself."""
        text = line.decode("utf-8", errors="replace").strip()
        if not text:
            return
        try:
            entry = json.loads(text)
        except ValueError:
            entry = None
        if isinstance(entry, dict) and "message" in entry:
            self._take_entry(entry)
        else:
            self.complaints.append(text)
            # Java's own words are warnings about old libraries, unless something has broken.
            level = "warning" if "rror" in text or "xception" in text else "debug"
            getattr(log, level)("broker_said", broker_logger="java", text=text[:LONGEST_TEXT])

    def _take_entry(self, entry: dict[str, Any]) -> None:
        level = LEVELS.get(str(entry.get("severity", "INFO")), "debug")
        fields: dict[str, Any] = {
            "broker_logger": entry.get("context", {}).get("loggerName", ""),
            "text": str(entry["message"])[:LONGEST_TEXT],
        }
        if exception := entry.get("exception"):
            fields["exception_text"] = str(exception)[:LONGEST_EXCEPTION]
        if level in ("warning", "error"):
            self.complaints.append(f"{entry['message']} {exception or ''}")
        getattr(log, level)("broker_said", **fields)
