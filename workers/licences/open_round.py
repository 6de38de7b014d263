"""Job `licences.open_round`: everything that officers and agencies ask for becomes one request.

Used by:  pena_emas, Task_OpenCorrectionRound
Asks:     the case file, the office calendar
Effects:  one round; the clocks stand; safe to run twice
"""

from __future__ import annotations

from pydantic import AwareDatetime

from penaemas.casefiles.emas.corrections import Corrections
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class OpenRoundInput(JobInput):
    """Which case."""

    case_id: str


class OpenRoundOutput(JobOutput):
    """`correction_allowed` is false when three rounds are used; `correction_due_at`: closing of the 5th working day."""

    correction_round: int
    correction_allowed: bool
    correction_due_at: AwareDatetime
    clock_commitments: tuple[str, ...]


async def open_round(job: OpenRoundInput, *, emas_corrections: Corrections) -> OpenRoundOutput:
    """Open the round; one that waits for the applicant stays the same."""
    with case_file_failures():
        opened = await emas_corrections.open_round(job.case_id)
    return OpenRoundOutput(
        correction_round=opened.number,
        correction_allowed=opened.allowed,
        correction_due_at=opened.due_at,
        clock_commitments=opened.clock_commitments,
    )
