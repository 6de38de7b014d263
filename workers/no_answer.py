"""What happens when another system gives no usable answer: the outage is recorded, and the case goes on by hand."""

from __future__ import annotations

from penaemas.casefiles.watched_outages import WatchedOutages
from penaemas.connectors.faults import ConnectorFault


async def basis_without_answer(outages: WatchedOutages, region_code: str, fault: ConnectorFault) -> str:
    """Record the outage, or find the one that lasts; what the case file says in the place of a source."""
    reference = await outages.begin(region_code, fault.system, fault.cause.value)
    return f"sistem tidak menjawab, gangguan {reference} · the system gave no answer, outage {reference}"
