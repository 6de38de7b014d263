"""Job `population_registry.verify_identity`: are applicant and owner who they say they are?

Used by:  pbg_mbr_3_jam, Task_VerifyIdentity
Asks:     the case file, the population registry (connectors/population_registry)
Effects:  the answer in the case file, an outage if the registry gave none; safe to run twice
"""

from __future__ import annotations

from typing import Literal

from penaemas.casefiles.pbg.checks import Checks
from penaemas.casefiles.watched_outages import WatchedOutages
from penaemas.connectors.faults import ConnectorFault
from penaemas.connectors.population_registry.port import IdentityAnswer, PopulationRegistry
from penaemas.connectors.serving import Serving
from penaemas.licensing.identifiers import Nik
from penaemas.zeebe.job_contract import JobInput, JobOutput
from workers.case_file_failures import case_file_failures
from workers.no_answer import basis_without_answer


class VerifyIdentityInput(JobInput):
    """Which case of which region."""

    case_id: str
    region_code: str


class VerifyIdentityOutput(JobOutput):
    """`unknown` is never a pass: an officer looks it up by hand."""

    identity_check: Literal["verified", "mismatch", "unknown"]


async def verify_identity(
    job: VerifyIdentityInput,
    *,
    pbg_checks: Checks,
    population_registry: Serving[PopulationRegistry],
    watched_outages: WatchedOutages,
) -> VerifyIdentityOutput:
    """Ask about each of them, unless a good answer still stands."""
    with case_file_failures():
        answer = await pbg_checks.standing_answer(job.case_id, "identity_check")
        if answer is None:
            registry = population_registry.of(job.region_code)
            found, basis = [], registry.source
            for person in await pbg_checks.people_to_verify(job.case_id):
                try:
                    found.append(await registry.compare(Nik.parse(person.nik, field="nik"), person.full_name))
                except ConnectorFault as fault:
                    found.append(IdentityAnswer.UNKNOWN)
                    basis = await basis_without_answer(watched_outages, job.region_code, fault)
            worst = next((bad for bad in (IdentityAnswer.MISMATCH, IdentityAnswer.UNKNOWN) if bad in found), None)
            answer = await pbg_checks.keep_answer(
                job.case_id, "identity_check", worst or IdentityAnswer.VERIFIED, basis
            )
    return VerifyIdentityOutput(identity_check=IdentityAnswer(answer).value)
