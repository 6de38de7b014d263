"""How far the broker's exporters have come: what it has been told is stored."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import structlog

log = structlog.get_logger(__name__)

ANSWER_TIMEOUT_S = 5.0


async def exported_positions(management_url: str | None) -> Mapping[int, int]:
    """The last position that every exporter has confirmed, by partition.

    Empty where the broker cannot be asked; a broker of a cluster knows its own partitions only.
    """
    if management_url is None:
        return {}
    try:
        async with httpx.AsyncClient(base_url=management_url, trust_env=False, timeout=ANSWER_TIMEOUT_S) as client:
            answer = await client.get("/actuator/partitions")
            answer.raise_for_status()
            told = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        log.info("exported_positions_unknown", kind=type(error).__name__)
        return {}
    return {
        int(partition): state["exportedPosition"]
        for partition, state in told.items()
        if isinstance(state.get("exportedPosition"), int) and state["exportedPosition"] > 0
    }
