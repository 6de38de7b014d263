"""A signer whose signature is a line of text, for tests that are not about it. `tests/connectors` has real ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.permit_signing import NotSigned, Seal

SEAL = Seal(lambda payload: bytes(64), "https://pena.example")


def signs(element_id: str, entry: Mapping[str, Any]) -> bool:
    """Whether this is a permit being signed."""
    return element_id in ("Task_SignPermit", "Task_SignLicence") and entry.get("signing_result") == "signed"


async def sign(
    office: Office, process_id: str, case_id: str, user_task_key: int, entry: Mapping[str, Any], officer: str
) -> str | None:
    """Sign the permit of a case and complete the step; the command's id, or None where none is to be signed."""
    try:
        paper = await office.signing.prepare(process_id, case_id, officer, SEAL)
    except (NotSigned, StepMissing):
        return None
    return await office.signing.complete(paper, user_task_key, entry, paper.content + b"% signed by a test\n", "0")
