"""Job `licences.weigh_recommendations`: what the agencies' answers together mean.

Used by:  pena_emas, Task_WeighRecommendations
Asks:     the case file
Effects:  none
"""

from __future__ import annotations

from penaemas.casefiles.emas.recommendations import Outcome, Recommendations
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class WeighRecommendationsInput(JobInput):
    """Which case."""

    case_id: str


class WeighRecommendationsOutput(JobOutput):
    """One refusal refuses; one open point goes to the applicant."""

    recommendation_outcome: Outcome


async def weigh_recommendations(
    job: WeighRecommendationsInput, *, emas_recommendations: Recommendations
) -> WeighRecommendationsOutput:
    """Weigh them; an agency that is silent has not agreed."""
    with case_file_failures():
        return WeighRecommendationsOutput(recommendation_outcome=await emas_recommendations.weigh(job.case_id))
