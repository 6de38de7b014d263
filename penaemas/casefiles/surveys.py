"""The satisfaction survey at the end of a case: one invitation, one answer, results by service and period.

How a page uses it:

    questions = office.surveys.questions                       # nine questions in two languages
    invitation = await office.surveys.invitation(code)         # the code is in the link: /survei/<code>
    await office.surveys.answer(code, {Element.TIME: 4, …}, suggestion="…")

`SurveyUnknown` is the page "no such code", `SurveyAnswered` the page "thank you, it was answered on …". A score that is
left out or None does not count; at least one is needed. The survey's last page offers `public_reports`, with the same
code, so that a complaint finds its case without anybody being named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, insert, select

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.message_tables import survey_answer, survey_invitation
from penaemas.casefiles.person_vault import PersonErased, PersonVault
from penaemas.casefiles.secrets_on_receipt import code_of, digest_of_code
from penaemas.casefiles.survey_questions import Question
from penaemas.casefiles.tables import case_file
from penaemas.licensing.clock import Clock
from penaemas.licensing.instants import wib_date
from penaemas.licensing.satisfaction import Element, Satisfaction, evaluate
from penaemas.storage.database import Database
from penaemas.storage.errors import StorageConflict

LONGEST_SUGGESTION = 2000
_PURPOSE = "survey code"


class SurveyUnknown(LookupError):
    """No case invites with this code."""


class SurveyAnswered(Exception):
    """The invitation was answered before: when."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"this survey was answered at {at:%Y-%m-%dT%H:%M:%SZ}")
        self.at = at


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a page may show to whoever has the code. `service`: a process id, or a licence type of the catalogue."""

    number: str | None
    service: str
    region_code: str
    invited_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceResult:
    """One service in a period: how many were invited in it, and what those said who answered in it."""

    service: str
    invited: int
    result: Satisfaction


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """A region's results; both days belong to the period. `overall` counts every answer once, whatever the service."""

    region_code: str
    first_day: date
    last_day: date
    services: tuple[ServiceResult, ...]
    overall: Satisfaction


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a respondent wrote."""

    service: str
    answered_on: date
    text: str


class Surveys:
    """The surveys of the office."""

    def __init__(
        self, database: Database, vault: PersonVault, acts: Acts, clock: Clock, questions: tuple[Question, ...]
    ) -> None:
        self.questions = questions
        self._database = database
        self._vault = vault
        self._acts = acts
        self._clock = clock

    def invite(self, connection: Connection, case_id: str, service: str, region_code: str, at: datetime) -> None:
        """Open the survey of a case, in the transaction that queues the invitation. Again, nothing changes."""
        known = select(survey_invitation.c.case_id).where(survey_invitation.c.case_id == case_id)
        if connection.execute(known).first() is None:
            row = {"case_id": case_id, "service": service, "region_code": region_code, "invited_at": at}
            digest = digest_of_code(self.code(case_id))
            connection.execute(insert(survey_invitation).values(**row, code_digest=digest))

    def code(self, case_id: str) -> str:
        """The code of a case's survey; it opens nothing before `invite`."""
        return code_of(self._vault, _PURPOSE, case_id)

    async def invitation(self, code: str) -> Invitation:
        """What is rated.

        Raises:
            SurveyUnknown: no case invites with this code.
        """

        def read() -> Invitation:
            with self._database.reading() as connection:
                row = self._invited(connection, code)
            shown = ("number", "service", "region_code", "invited_at", "answered_at")
            return Invitation(**{name: row[name] for name in shown})

        return await self._database.run(read)

    def case_of(self, connection: Connection, code: str) -> RowMapping:
        """The invited case: `case_id`, `region_code`. For public reports that come by the survey's link.

        Raises:
            SurveyUnknown: no case invites with this code.
        """
        return self._invited(connection, code)

    async def answer(self, code: str, scores: Mapping[Element, int | None], *, suggestion: str | None = None) -> None:
        """Keep what somebody answered, once. The suggestion is sealed with the applicant's key.

        Raises:
            SurveyUnknown: no case invites with this code, or its applicant was erased.
            SurveyAnswered: it was answered before.
            EntryFaulty: a score outside 1 to 4, none at all, or too long a suggestion; nothing was stored.
        """
        written = (suggestion or "").strip()
        faults = [
            Fault(element.value, "is none of the choices", "choose 1, 2, 3 or 4")
            for element, score in scores.items()
            if score not in (None, 1, 2, 3, 4)
        ]
        if not any(score is not None for score in scores.values()):
            faults.append(Fault("scores", "are all empty", "answer at least one question"))
        if len(written) > LONGEST_SUGGESTION:
            faults.append(Fault("suggestion", "is too long", f"write at most {LONGEST_SUGGESTION} characters"))
        if faults:
            raise EntryFaulty(*faults)
        try:
            await self._database.run(self._answer, code, scores, written)
        except StorageConflict:  # the same form sent twice in one moment
            raise SurveyAnswered(self._clock.now()) from None

    async def report(self, region_code: str, first_day: date, last_day: date) -> SurveyReport:
        """A region's results, by service in the order of their ids."""
        return await self._database.run(self._report, region_code, first_day, last_day)

    async def suggestions(
        self, region_code: str, first_day: date, last_day: date, *, by: str
    ) -> tuple[Suggestion, ...]:
        """What respondents wrote, oldest first; that the officer read it is recorded first."""
        return await self._database.run(self._suggestions, region_code, first_day, last_day, by)

    def _invited(self, connection: Connection, code: str) -> RowMapping:
        wanted = (
            select(survey_invitation, case_file.c.number, case_file.c.person_id, survey_answer.c.answered_at)
            .join(case_file, case_file.c.case_id == survey_invitation.c.case_id)
            .outerjoin(survey_answer, survey_answer.c.case_id == survey_invitation.c.case_id)
            .where(survey_invitation.c.code_digest == digest_of_code(code))
        )
        row = connection.execute(wanted).mappings().first()
        if row is None:
            raise SurveyUnknown
        return row

    def _answer(self, code: str, scores: Mapping[Element, int | None], written: str) -> None:
        with self._database.transaction() as connection:
            row, now = self._invited(connection, code), self._clock.now()
            if row["answered_at"] is not None:
                raise SurveyAnswered(row["answered_at"])
            case_id, sealed = row["case_id"], None
            if written:
                try:
                    place = f"survey/{case_id}"
                    sealed = self._vault.seal(connection, row["person_id"], place, written.encode())
                except PersonErased:
                    raise SurveyUnknown from None
            values = {element.value.lower(): scores.get(element) for element in Element}
            day = wib_date(now)
            connection.execute(
                insert(survey_answer).values(
                    case_id=case_id, answered_at=now, answered_on=day, suggestion=sealed, **values
                )
            )

    def _report(self, region_code: str, first_day: date, last_day: date) -> SurveyReport:
        columns = [survey_answer.c[element.value.lower()] for element in Element]
        of_region = survey_invitation.c.region_code == region_code
        answers: dict[str, list[dict[Element, int | None]]] = defaultdict(list)
        invited: dict[str, int] = defaultdict(int)
        with self._database.reading() as connection:
            wanted = (
                select(survey_invitation.c.service, *columns)
                .join(survey_answer, survey_answer.c.case_id == survey_invitation.c.case_id)
                .where(of_region, survey_answer.c.answered_on.between(first_day, last_day))
            )
            for service, *scores in connection.execute(wanted):
                answers[service].append(dict(zip(Element, scores, strict=True)))
            for service, at in connection.execute(
                select(survey_invitation.c.service, survey_invitation.c.invited_at).where(of_region)
            ):
                invited[service] += first_day <= wib_date(at) <= last_day
        names = sorted({name for name in (*answers, *invited) if answers.get(name) or invited.get(name)})
        services = tuple(ServiceResult(name, invited[name], evaluate(answers[name])) for name in names)
        everything = [one for of_service in answers.values() for one in of_service]
        return SurveyReport(region_code, first_day, last_day, services, evaluate(everything))

    def _suggestions(self, region_code: str, first_day: date, last_day: date, by: str) -> tuple[Suggestion, ...]:
        details = {"region_code": region_code, "first_day": str(first_day), "last_day": str(last_day)}
        with self._database.transaction() as connection:
            self._acts.record(connection, by, "read_survey_suggestions", self._clock.now(), details=details)
        wanted = (
            select(survey_invitation.c.service, survey_answer, case_file.c.person_id)
            .join(survey_answer, survey_answer.c.case_id == survey_invitation.c.case_id)
            .join(case_file, case_file.c.case_id == survey_invitation.c.case_id)
            .where(
                survey_invitation.c.region_code == region_code,
                survey_answer.c.suggestion.is_not(None),
                survey_answer.c.answered_on.between(first_day, last_day),
            )
            .order_by(survey_answer.c.answered_at)
        )
        found = []
        with self._database.reading() as connection:
            for row in connection.execute(wanted).mappings().all():
                place = f"survey/{row['case_id']}"
                try:
                    text = self._vault.unseal(connection, row["person_id"], place, bytes(row["suggestion"]))
                except PersonErased:
                    continue
                found.append(Suggestion(row["service"], row["answered_on"], text.decode()))
        return tuple(found)
