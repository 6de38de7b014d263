"""How another system can fail us. Everything that httpx or a wrong answer throws becomes one of these, once.

* ConnectorFault         `system` and `cause`; neither ever holds a value of the question
  + SystemUnavailable    no usable answer: the case goes on by hand, and the outage is recorded
  + SystemRefuses        it answers, and does not take what we send: credentials or contract; a person has to look
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from penaemas.licensing.outside_systems import OutsideSystem


class Cause(StrEnum):
    """Why there is no usable answer; also the `outcome` of the metric."""

    TIMED_OUT = "timed_out"
    CUT_OFF = "cut_off"  # no connection, or one that was lost
    SERVER_ERROR = "server_error"
    OVERLOADED = "overloaded"  # 429, or 503 with Retry-After
    UNREADABLE = "unreadable"  # no JSON, or not what the description promises
    CIRCUIT_OPEN = "circuit_open"  # it failed so often lately that it was not even asked
    REFUSED = "refused"


class ConnectorFault(Exception):
    """Another system gave no usable answer."""

    def __init__(self, system: OutsideSystem, cause: Cause) -> None:
        super().__init__(f"{system.value}: {cause.value}")
        self.system = system
        self.cause = cause


class SystemUnavailable(ConnectorFault):
    """It may answer later. `retry_after`: when it said so itself.

    Of an order this also means that nobody knows yet whether it was carried out: give it again with the same key.
    """

    def __init__(self, system: OutsideSystem, cause: Cause, *, retry_after: timedelta | None = None) -> None:
        super().__init__(system, cause)
        self.retry_after = retry_after


class SystemRefuses(ConnectorFault):
    """It will not take this, however often it is sent. `status` is the HTTP status."""

    def __init__(self, system: OutsideSystem, status: int) -> None:
        super().__init__(system, Cause.REFUSED)
        self.status = status


class KeyUsedForAnother(SystemRefuses):
    """The idempotency key of an order belongs to an order with another content."""

    def __init__(self, system: OutsideSystem) -> None:
        super().__init__(system, 409)
