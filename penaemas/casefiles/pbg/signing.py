"""The building approval at its signer. See `SignableSteps`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping

from penaemas.casefiles.case_records import InSameTransaction, StepMissing
from penaemas.casefiles.pbg.desk import PROCESS_ID, Desk
from penaemas.casefiles.pbg.letter_data import LetterData
from penaemas.casefiles.pbg.papers import Papers
from penaemas.casefiles.pbg.register import PERMIT, latest_paper
from penaemas.casefiles.pbg.steps import Steps
from penaemas.casefiles.permit_signing import Letter, NotSigned

SIGN = "Task_SignPermit"
_CONCEPT = (
    "konsep tidak ditandatangani sebagai izin: nomor SIMBG belum ada"
    " · a concept is not signed as a permit: SIMBG has given no number"
)


class PbgSigning:
    """See `SignableSteps`."""

    process_id = PROCESS_ID
    element_id = SIGN

    def __init__(self, desk: Desk, steps: Steps, data: LetterData, papers: Papers) -> None:
        self._desk = desk
        self._steps = steps
        self._data = data
        self._papers = papers

    def letter(self, connection: Connection, case_id: str) -> tuple[RowMapping, Letter]:
        case = self._desk.seen(connection, case_id)
        made = latest_paper(connection, case_id, PERMIT)
        if made is None:
            raise StepMissing
        if made["is_concept"]:
            raise NotSigned(_CONCEPT)
        data = self._data.permit(connection, case, is_concept=False, is_draft=False)
        return case, Letter("pbg_mbr_permit", data["title"], data["number"], data)

    def keep(self, connection: Connection, case: RowMapping, content: bytes) -> int:
        return self._papers.keep_in(connection, case, PERMIT, content).version

    async def complete(
        self, case_id: str, user_task_key: int, entry: Mapping[str, Any], officer: str, also: InSameTransaction
    ) -> str:
        return await self._steps.complete_step(case_id, user_task_key, SIGN, entry, officer=officer, also=also)
