"""WhatsApp by HTTP, as `openapi.yaml` describes the carrier: no provider's name stands in this program."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import httpx

from penaemas.connectors.message_outcomes import Accepted, ChannelAway, NotNow, Outcome, OutcomeUnknown, RefusedForGood
from penaemas.connectors.whatsapp.port import ShortMessage

ANSWER_WITHIN_S: Final = 20.0
_NOT_ACCEPTED: Final = (401, 403)
_NEVER: Final = (400, 404, 422)


class HttpWhatsApp:
    """See `WhatsApp`. The carrier takes one message for each key: sent again by an officer, it is the same."""

    def __init__(self, address: str, token: str | None, *, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.AsyncClient(base_url=address, headers=headers, timeout=answer_within_s)

    async def send(self, message: ShortMessage, handing_over: Callable[[], Awaitable[None]]) -> Outcome:
        """See the port."""
        await handing_over()
        body = {"to": message.receiver, "text": message.text}
        try:
            answer = await self._http.post("/messages", json=body, headers={"Idempotency-Key": message.reference})
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as away:
            raise ChannelAway(type(away).__name__) from away
        except httpx.TransportError:
            return OutcomeUnknown("no answer")
        return _outcome(answer.status_code)

    async def close(self) -> None:
        """See the port."""
        await self._http.aclose()


def _outcome(status: int) -> Outcome:
    code = str(status)
    if status < 300:
        return Accepted(code)
    if status in _NOT_ACCEPTED:
        raise ChannelAway(code)
    return RefusedForGood(code) if status in _NEVER else NotNow(code)
