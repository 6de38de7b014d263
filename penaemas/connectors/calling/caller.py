"""One system behind HTTP. A question may be repeated because it changes nothing; an order, because it has a key.

There is no third kind of call: what has an effect cannot be sent without an idempotency key. Personal values stand in
bodies alone, never in an address, and no body is ever logged.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import Any, Final, TypeVar

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from penaemas.connectors.calling.circuit import Circuit
from penaemas.connectors.faults import Cause, ConnectorFault, KeyUsedForAnother, SystemRefuses, SystemUnavailable
from penaemas.licensing.outside_systems import OutsideSystem
from penaemas.observability.metrics import CONNECTOR_CALL_SECONDS, CONNECTOR_CIRCUIT_STATE

log = structlog.get_logger(__name__)

CONFLICT: Final = 409
TOO_MANY: Final = 429
UNAVAILABLE: Final = 503


class ReadAnswer(BaseModel):
    """What a system answers, read strictly: a number in quotes is no number. Fields we do not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


Answer = TypeVar("Answer", bound=ReadAnswer)


@dataclass(frozen=True, slots=True)
class CallLimits:
    """How long and how often. All times in seconds.

    Attributes:
        answer_s: one attempt, from the connection to the last byte; a server that drips cannot stretch it.
        whole_s: all attempts and the waits between them; no attempt begins later.
        most_bytes: of one answer.
    """

    answer_s: float = 5.0
    attempts: int = 3
    first_wait_s: float = 0.3
    longest_wait_s: float = 3.0
    whole_s: float = 15.0
    most_bytes: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SystemAddress:
    """Where a system answers, and the bearer token that we show it, if any."""

    url: str
    token: SecretStr | None = None


class Caller:
    """Calls one system at one address."""

    def __init__(
        self,
        system: OutsideSystem,
        address: SystemAddress,
        *,
        limits: CallLimits | None = None,
        circuit: Circuit | None = None,
        chance: random.Random | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.system = system
        self._address = address
        self._limits = limits or CallLimits()
        gauge = CONNECTOR_CIRCUIT_STATE.labels(system=system.value)
        self._circuit = circuit or Circuit(tells=gauge.set)
        self._chance = chance or random.SystemRandom()
        self._sleep = sleep
        self._client: httpx.AsyncClient | None = None

    async def ask(
        self, path: str, answer: type[Answer], *, about: Mapping[str, Any] | None = None, **query: str
    ) -> Answer:
        """A question, in a body unless nothing of it is personal; asked again when the answer does not come.

        Raises:
            SystemUnavailable, SystemRefuses: see there.
        """
        return await self._call("GET" if about is None else "POST", path, answer, body=about, query=query)

    async def order(self, path: str, answer: type[Answer], *, content: Mapping[str, Any], key: str) -> Answer:
        """Something that the system shall do once for this key; given again when the answer does not come.

        Raises:
            SystemUnavailable: nobody knows yet whether it was done; give it again with the same key.
            KeyUsedForAnother: the key belongs to an order with another content.
            SystemRefuses: see there.
        """
        return await self._call("POST", path, answer, body=content, headers={"Idempotency-Key": key})

    async def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _call(
        self,
        method: str,
        path: str,
        answer: type[Answer],
        *,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        request = self._opened().build_request(method, path, json=body, headers=headers, params=query or None)
        began, attempt = perf_counter(), 0
        while True:
            attempt += 1
            try:
                return await self._attempt(request, answer)
            except SystemUnavailable as fault:
                wait_s = self._wait_after(attempt, fault.retry_after)
                late = perf_counter() - began + wait_s > self._limits.whole_s
                if fault.cause is Cause.CIRCUIT_OPEN or attempt >= self._limits.attempts or late:
                    raise
            await self._sleep(wait_s)

    async def _attempt(self, request: httpx.Request, answer: type[Answer]) -> Answer:
        began = perf_counter()
        outcome = "abandoned"
        try:
            if not self._circuit.admits():
                raise SystemUnavailable(self.system, Cause.CIRCUIT_OPEN)
            found = await self._exchange(request, answer)
            outcome = "answered"
            self._circuit.succeeded()
            return found
        except ConnectorFault as fault:
            outcome = fault.cause.value
            if isinstance(fault, SystemRefuses):
                self._circuit.succeeded()
                log.error("connector_refused", system=self.system.value, status=fault.status)
            elif fault.cause is not Cause.CIRCUIT_OPEN:
                self._circuit.failed()
                log.info("connector_gave_no_answer", system=self.system.value, cause=outcome)
            raise
        finally:
            CONNECTOR_CALL_SECONDS.labels(system=self.system.value, outcome=outcome).observe(perf_counter() - began)

    async def _exchange(self, request: httpx.Request, answer: type[Answer]) -> Answer:
        try:
            async with asyncio.timeout(self._limits.answer_s):
                response = await self._opened().send(request, stream=True)
                try:
                    self._require_success(response)
                    content = await self._content(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException) as late:
            raise SystemUnavailable(self.system, Cause.TIMED_OUT) from late
        except httpx.HTTPError as broken:
            raise SystemUnavailable(self.system, Cause.CUT_OFF) from broken
        try:
            return answer.model_validate_json(content)
        except ValidationError:
            # Without the cause: what it could not read may be about a person.
            raise SystemUnavailable(self.system, Cause.UNREADABLE) from None

    def _require_success(self, response: httpx.Response) -> None:
        status = response.status_code
        if response.is_success:
            return
        if status == TOO_MANY or (status == UNAVAILABLE and "retry-after" in response.headers):
            raise SystemUnavailable(self.system, Cause.OVERLOADED, retry_after=_retry_after(response))
        if response.is_server_error:
            raise SystemUnavailable(self.system, Cause.SERVER_ERROR)
        if status == CONFLICT:
            raise KeyUsedForAnother(self.system)
        raise SystemRefuses(self.system, status)

    async def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for part in response.aiter_bytes():
            content += part
            if len(content) > self._limits.most_bytes:
                raise SystemUnavailable(self.system, Cause.UNREADABLE)
        return bytes(content)

    def _wait_after(self, attempt: int, retry_after: timedelta | None) -> float:
        if retry_after is not None:
            # With a little more, so that all who were sent away do not return in the same moment.
            return retry_after.total_seconds() + self._chance.uniform(0, self._limits.first_wait_s)
        limits = self._limits
        steady = min(limits.longest_wait_s, limits.first_wait_s * float(2 ** (attempt - 1)))
        return self._chance.uniform(0.5, 1) * steady

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            token = self._address.token
            self._client = httpx.AsyncClient(
                base_url=self._address.url,
                headers={"Authorization": f"Bearer {token.get_secret_value()}"} if token else {},
                timeout=self._limits.answer_s,
                # No proxy and no credentials of the surroundings: who is asked is what the office has written down.
                trust_env=False,
            )
        return self._client


def _retry_after(response: httpx.Response) -> timedelta | None:
    """In seconds; a date, or what is none, says nothing."""
    text = response.headers.get("retry-after", "").strip()
    return (
        timedelta(seconds=min(int(text), 24 * 3600)) if text.isascii() and text.isdigit() and len(text) < 10 else None
    )
