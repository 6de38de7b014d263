"""Everything that works on PBG MBR case files, wired once per process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from penaemas.casefiles.letter_typesetting import LetterTypesetter
from penaemas.casefiles.message_templates import MessageTemplates
from penaemas.casefiles.outgoing_messages import MessageBell
from penaemas.casefiles.pbg.acceptances import ReceivedCorrections
from penaemas.casefiles.pbg.asked_correction import AskedCorrections
from penaemas.casefiles.pbg.case_view import CaseViews
from penaemas.casefiles.pbg.checks import Checks
from penaemas.casefiles.pbg.closing import Closing
from penaemas.casefiles.pbg.corrections import Corrections
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg.documents import Documents
from penaemas.casefiles.pbg.letter_data import LetterData
from penaemas.casefiles.pbg.notices import ApplicantNotices
from penaemas.casefiles.pbg.opening import Opening
from penaemas.casefiles.pbg.papers import Papers
from penaemas.casefiles.pbg.register import Register
from penaemas.casefiles.pbg.retribution_sheets import RetributionSheets
from penaemas.casefiles.pbg.steps import Steps
from penaemas.casefiles.pbg.submission import Submission
from penaemas.casefiles.surveys import Surveys


@dataclass(frozen=True, slots=True)
class PbgCaseFiles:
    """The repositories of PBG MBR, one for each part of a case."""

    desk: Desk
    submission: Submission
    documents: Documents
    opening: Opening
    checks: Checks
    steps: Steps
    corrections: Corrections
    asked_corrections: AskedCorrections
    received_corrections: ReceivedCorrections
    register: Register
    retribution: RetributionSheets
    papers: Papers
    notices: ApplicantNotices
    closing: Closing
    views: CaseViews

    def collaborators(self) -> dict[str, object]:
        """What the job handlers ask for, by name."""
        return {
            "pbg_cases": self.desk,
            "pbg_opening": self.opening,
            "pbg_checks": self.checks,
            "pbg_corrections": self.corrections,
            "pbg_received_corrections": self.received_corrections,
            "pbg_register": self.register,
            "pbg_retribution": self.retribution,
            "pbg_papers": self.papers,
            "pbg_notices": self.notices,
            "pbg_closing": self.closing,
        }

    @classmethod
    def at(
        cls, desk: Desk, letters: Path, templates: MessageTemplates, surveys: Surveys, bell: MessageBell
    ) -> PbgCaseFiles:
        """The repositories on a desk. Args: letters: folder of the templates."""
        documents, checks, register = Documents(desk), Checks(desk), Register(desk)
        corrections = Corrections(desk, documents)
        steps, sheets = Steps(desk, documents, corrections), RetributionSheets(desk, register)
        data = LetterData(desk, steps, sheets)
        return cls(
            desk=desk,
            submission=Submission(desk, documents),
            documents=documents,
            opening=Opening(desk, documents),
            checks=checks,
            steps=steps,
            corrections=corrections,
            asked_corrections=AskedCorrections(desk, corrections),
            received_corrections=ReceivedCorrections(desk, checks, corrections),
            register=register,
            retribution=sheets,
            papers=Papers(desk, documents, data, LetterTypesetter(letters)),
            notices=ApplicantNotices(desk, templates, surveys, bell),
            closing=Closing(desk),
            views=CaseViews(desk),
        )
