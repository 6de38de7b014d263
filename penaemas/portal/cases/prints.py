"""What an officer prints by one press: receipt with its due time, correction letter, minutes, retribution assessment.

These are made of what is on file at the moment of printing, in Indonesian as every letter of the office; permits and
rejections are papers of their own, kept by version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.overview import CaseOverview
from penaemas.casefiles.pbg.case_view import CaseView, RetributionLine, RoundLine, StepLine
from penaemas.casefiles.service_window import ClockReading
from penaemas.licensing.region import Letterhead
from penaemas.portal.cases.case_facts import AskedFor, CasePlace, CaseReader
from penaemas.portal.cases.pbg_reader import DECIDING_STEP
from penaemas.portal.cases.words import CLOCKS, said
from penaemas.portal.forms.sentences import Words

RECEIPT, CORRECTION, MINUTES, ASSESSMENT = "receipt", "correction", "minutes", "assessment"
PRINTS: Final[Mapping[str, Words]] = {
    RECEIPT: Words("Tanda terima", "Receipt"),
    CORRECTION: Words("Surat permintaan perbaikan", "Correction letter"),
    MINUTES: Words("Berita acara", "Minutes"),
    ASSESSMENT: Words("Surat ketetapan retribusi (SKRD)", "Retribution assessment"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, ready to be typeset by its template. What a kind does not need is empty.

    Attributes:
        dues: clock → when it runs out, as promised to the applicant.
        documents: what was handed in, in words.
        asked: of the latest round, with its last day in `round`.
        minutes: the wording of the joint decision; `deciders` completed a review or the decision.
    """

    kind: str
    case: CaseOverview
    letterhead: Letterhead
    applicant: str
    dues: tuple[tuple[Words, ClockReading], ...]
    documents: tuple[Words, ...]
    round: RoundLine | None
    asked: tuple[AskedFor, ...]
    minutes: str
    deciders: tuple[StepLine, ...]
    retribution: RetributionLine | None
    number: str


def kinds_for(view: CaseView | None) -> tuple[str, ...]:
    """What can be printed of the case now."""
    if view is None:
        return ()
    there = {
        RECEIPT: True,
        CORRECTION: bool(view.rounds),
        MINUTES: any(step.element_id == DECIDING_STEP for step in view.steps),
        ASSESSMENT: view.retribution is not None and any(number.kind == ASSESSMENT for number in view.numbers),
    }
    return tuple(kind for kind, is_there in there.items() if is_there)


async def letter_of(
    office: Office, of_process: CaseReader, case: CaseOverview, view: CaseView, kind: str, applicant: str
) -> Letter:
    """The letter.

    Raises:
        LookupError: there is nothing to print of this kind.
        PersonErased: nobody can read it any more.
    """
    if kind not in kinds_for(view):
        raise LookupError(kind)
    place, subjects = CasePlace(case.case_id, case.region_code), of_process.subjects(office, view)
    latest, handed_in = view.rounds[-1] if view.rounds else None, {line.document for line in view.documents}
    return Letter(
        kind=kind,
        case=case,
        letterhead=office.regions[case.region_code].letterhead,
        applicant=applicant,
        dues=tuple(
            (said(CLOCKS, one.which), one) for one in await of_process.clocks(office, place) if one.stopped_at is None
        ),
        documents=tuple(words for name, words in subjects.items() if name in handed_in),
        round=latest,
        asked=await of_process.asked_for(office, place, latest.round) if kind == CORRECTION and latest else (),
        minutes=await of_process.minutes(office, place) if kind == MINUTES else "",
        deciders=tuple(step for step in view.steps if "Review" in step.element_id or step.element_id == DECIDING_STEP),
        retribution=view.retribution,
        number=next((number.number for number in view.numbers if number.kind == kind), ""),
    )
