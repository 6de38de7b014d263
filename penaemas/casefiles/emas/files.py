"""Everything that works on PENA EMAS case files, wired once per process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from penaemas.casefiles.emas.audit import AuditSample
from penaemas.casefiles.emas.case_view import EmasCaseViews
from penaemas.casefiles.emas.corrections import Corrections
from penaemas.casefiles.emas.desk import EmasDesk
from penaemas.casefiles.emas.documents import Documents
from penaemas.casefiles.emas.fees import Fees
from penaemas.casefiles.emas.lifecycle import Lifecycle
from penaemas.casefiles.emas.mandates import Mandates
from penaemas.casefiles.emas.notices import ApplicantNotices
from penaemas.casefiles.emas.papers import Papers
from penaemas.casefiles.emas.recommendations import Recommendations
from penaemas.casefiles.emas.steps import Steps
from penaemas.casefiles.emas.submission import Submission
from penaemas.casefiles.ladders import Ladders
from penaemas.casefiles.letter_typesetting import LetterTypesetter
from penaemas.casefiles.message_templates import MessageTemplates
from penaemas.casefiles.outgoing_messages import MessageBell
from penaemas.casefiles.posts import Posts
from penaemas.casefiles.surveys import Surveys


@dataclass(frozen=True, slots=True)
class EmasCaseFiles:
    """The repositories of PENA EMAS, one for each part of a case."""

    desk: EmasDesk
    submission: Submission
    documents: Documents
    lifecycle: Lifecycle
    mandates: Mandates
    steps: Steps
    corrections: Corrections
    recommendations: Recommendations
    fees: Fees
    papers: Papers
    notices: ApplicantNotices
    audit: AuditSample
    views: EmasCaseViews

    def collaborators(self) -> dict[str, object]:
        """What the job handlers ask for, by name."""
        return {
            "emas_cases": self.desk,
            "emas_lifecycle": self.lifecycle,
            "emas_corrections": self.corrections,
            "emas_recommendations": self.recommendations,
            "emas_fees": self.fees,
            "emas_papers": self.papers,
            "emas_notices": self.notices,
            "emas_audit": self.audit,
        }

    @classmethod
    def at(
        cls,
        desk: EmasDesk,
        letters: Path,
        ladders: Ladders,
        posts: Posts,
        templates: MessageTemplates,
        surveys: Surveys,
        bell: MessageBell,
    ) -> EmasCaseFiles:
        """The repositories on a desk. Args: letters: folder of the templates."""
        documents, recommendations = Documents(desk), Recommendations(desk)
        corrections = Corrections(desk, documents)
        mandates = Mandates(desk.database, desk.acts, posts, desk.catalogue, desk.clock)
        steps = Steps(desk, documents, corrections, mandates)
        return cls(
            desk=desk,
            submission=Submission(desk, documents),
            documents=documents,
            lifecycle=Lifecycle(desk, documents, recommendations, ladders),
            mandates=mandates,
            steps=steps,
            corrections=corrections,
            recommendations=recommendations,
            fees=Fees(desk),
            papers=Papers(desk, steps, LetterTypesetter(letters)),
            notices=ApplicantNotices(desk, templates, surveys, bell),
            audit=AuditSample(desk),
            views=EmasCaseViews(desk, documents),
        )
