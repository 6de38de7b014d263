"""Job `population_registry.verify_identity`: are applicant and owner who they say they are?

Used by:  pbg_mbr_3_jam, Task_VerifyIdentity
Asks:     the case file, the population registry (connectors/population_registry)
Effects:  the answer in the case file; safe to run twice
"""

from __future__ import annotations

from typing import Literal

from penaemas.casefiles.pbg.checks import Checks
from penaemas.connectors.population_registry.port import IdentityAnswer, PopulationRegistry, RegistryUnavailable
from penaemas.licensing.identifiers import Nik
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures


class VerifyIdentityInput(JobInput):
    """Which case."""

    case_id: str


class VerifyIdentityOutput(JobOutput):
    """`unknown` is never a pass: an officer looks it up by hand."""

    identity_check: Literal["verified", "mismatch", "unknown"]


async def verify_identity(
    job: VerifyIdentityInput, *, pbg_checks: Checks, population_registry: PopulationRegistry
) -> VerifyIdentityOutput:
    """Ask about each of them, unless a good answer still stands."""
    with case_file_failures():
        answer = await pbg_checks.standing_answer(job.case_id, "identity_check")
        if answer is None:
            people = await pbg_checks.people_to_verify(job.case_id)
            found = [
                await _compared(population_registry, Nik.parse(person.nik, field="nik"), person.full_name)
                for person in people
            ]
            worst = next((bad for bad in (IdentityAnswer.MISMATCH, IdentityAnswer.UNKNOWN) if bad in found), None)
            answer = await pbg_checks.keep_answer(
                job.case_id, "identity_check", worst or IdentityAnswer.VERIFIED, population_registry.source
            )
    return VerifyIdentityOutput(identity_check=IdentityAnswer(answer).value)


async def _compared(registry: PopulationRegistry, nik: Nik, full_name: str) -> IdentityAnswer:
    try:
        return await registry.compare(nik, full_name)
    except RegistryUnavailable:
        return IdentityAnswer.UNKNOWN
