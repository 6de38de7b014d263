"""Ends the outages that the workers have recorded, as soon as the system answers again.

Without it an outage would last until the next case asks, and where it holds the clocks, no clock would run till then.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Final

import structlog

from penaemas.casefiles.watched_outages import WatchedOutages
from penaemas.connectors.bootstrap import Connectors
from penaemas.connectors.faults import ConnectorFault
from penaemas.licensing.outside_systems import OutsideSystem
from penaemas.observability.metrics import CONNECTOR_OUTAGES_OPEN

log = structlog.get_logger(__name__)

_LOOKS_EVERY_S: Final = 15.0


class OutageWatch:
    """Asks every system that is out of order whether it is well again."""

    def __init__(self, outages: WatchedOutages, connectors: Connectors) -> None:
        self._outages = outages
        self._connectors = connectors

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOKS_EVERY_S)

    async def look(self) -> None:
        """One round over the open outages."""
        still: Counter[OutsideSystem] = Counter()
        for outage in await self._outages.open():
            try:
                await self._connectors.require_answer(outage.region_code, outage.system)
            except ConnectorFault:
                still[outage.system] += 1
                continue
            await self._outages.end(outage.region_code, outage.system)
            log.info("outage_over", system=outage.system.value, reference=outage.reference)
        for system in OutsideSystem:
            CONNECTOR_OUTAGES_OPEN.labels(system=system.value).set(still[system])
