"""The present: the machine's, or the engine's own where it can be moved (demo and tests)."""

from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import httpx

from penaemas.zeebe.errors import EngineUnavailable

ANSWER_TIMEOUT_S = 10.0


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present in UTC."""
        return datetime.now(UTC)


class ControlledClock:
    """The engine's movable clock; `now()` follows it by the offset last heard of.

    So whoever holds this clock agrees with the engine's timers. A process that did not move the clock itself calls
    `read` to catch up.
    """

    def __init__(self, management_url: str, *, allowed: bool) -> None:
        """
        Args:
            allowed: True only in a folder marked as demo and in tests. A production office cannot construct this clock.

        Raises:
            ValueError: not allowed.
        """
        if not allowed:
            raise ValueError("The engine's clock may be moved in a demo and in tests only.")
        self._client = httpx.AsyncClient(base_url=management_url, trust_env=False, timeout=ANSWER_TIMEOUT_S)
        self._offset = timedelta()

    async def __aenter__(self) -> Self:
        await self.read()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Gives the connection back."""
        await self._client.aclose()

    def now(self) -> datetime:
        """The engine's present in UTC."""
        return datetime.now(UTC) + self._offset

    async def advance(self, step: timedelta) -> datetime:
        """Moves the engine's clock forward; due timers fire within moments. Returns the engine's new present.

        Raises:
            ValueError: backwards; what has fired cannot be undone.
            EngineUnavailable: no answer, or the engine's clock is not controlled.
        """
        if step < timedelta():
            raise ValueError("The engine's clock only moves forward.")
        return await self._ask("POST", "/actuator/clock/add", {"offsetMilli": round(step / timedelta(milliseconds=1))})

    async def read(self) -> datetime:
        """Asks the engine for its present and follows it from then on.

        Raises:
            EngineUnavailable: no answer, or the engine's clock is not controlled.
        """
        return await self._ask("GET", "/actuator/clock", None)

    async def _ask(self, method: str, path: str, body: dict[str, int] | None) -> datetime:
        try:
            answer = await self._client.request(method, path, json=body)
        except httpx.HTTPError as failure:
            raise EngineUnavailable("engine clock", type(failure).__name__) from failure
        if not answer.is_success:
            raise EngineUnavailable("engine clock", f"status {answer.status_code}: is the engine's clock controlled?")
        told = datetime.fromtimestamp(answer.json()["epochMilli"] / 1000, UTC)
        self._offset = told - datetime.now(UTC)
        return told
