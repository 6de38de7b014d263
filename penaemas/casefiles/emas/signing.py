"""A licence of the catalogue at its signer. See `SignableSteps`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping

from penaemas.casefiles.case_records import InSameTransaction
from penaemas.casefiles.emas.desk import PROCESS_ID, EmasDesk
from penaemas.casefiles.emas.papers import Papers
from penaemas.casefiles.emas.steps import SIGN, Steps
from penaemas.casefiles.permit_signing import Letter


class EmasSigning:
    """See `SignableSteps`."""

    process_id = PROCESS_ID
    element_id = SIGN

    def __init__(self, desk: EmasDesk, steps: Steps, papers: Papers) -> None:
        self._desk = desk
        self._steps = steps
        self._papers = papers

    def letter(self, connection: Connection, case_id: str) -> tuple[RowMapping, Letter]:
        case = self._desk.seen(connection, case_id)
        data = self._papers.licence(connection, case, "licence")
        return case, Letter("emas_licence", data["title"], data["number"], data)

    def keep(self, connection: Connection, case: RowMapping, content: bytes) -> int:
        return self._papers.keep_in(connection, case, "licence", content).version

    async def complete(
        self, case_id: str, user_task_key: int, entry: Mapping[str, Any], officer: str, also: InSameTransaction
    ) -> str:
        return await self._steps.complete_step(case_id, user_task_key, SIGN, entry, officer=officer, also=also)
