"""Job `licences.publish`: the signed licence comes into force.

Used by:  pena_emas, Task_PublishLicence
Asks:     the register
Effects:  register entry, once; safe to run twice
"""

from __future__ import annotations

from penaemas.casefiles.emas.papers import Papers
from penaemas.zeebe.job_contract import JobInput
from workers.case_file_failures import case_file_failures


class PublishInput(JobInput):
    """Which case."""

    case_id: str


async def publish(job: PublishInput, *, emas_papers: Papers) -> None:
    """Publish it; one that was never signed is refused."""
    with case_file_failures():
        await emas_papers.publish(job.case_id)
