"""Telling the workers that something was queued, so that the officer does not wait for their next look."""

from __future__ import annotations

import http.client
from typing import Final
from urllib.parse import urlsplit

_ANSWER_WITHIN_S: Final = 0.5


def notify_workers(address: str) -> bool:
    """Poke the outbox sender. Whether it heard: if not, it finds the command by itself once it runs.

    Args:
        address: base address of the workers' own server, e.g. `http://127.0.0.1:8602`.
    """
    host = urlsplit(address)
    connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=_ANSWER_WITHIN_S)
    try:
        connection.request("POST", "/outbox/wake")
        return connection.getresponse().status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
