"""Job `permits.publish`: the signed permit comes into force and its holder may have it.

Used by:  pbg_mbr_3_jam, Task_PublishPermit
Asks:     the register
Effects:  register entry and paper, once; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.pbg.register import Register
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class PublishInput(JobInput):
    """Which case."""

    case_id: str


async def publish(job: PublishInput, *, pbg_register: Register) -> None:
    """Publish it; one that was never signed is refused."""
    with case_file_failures():
        await pbg_register.publish_permit(job.case_id)
