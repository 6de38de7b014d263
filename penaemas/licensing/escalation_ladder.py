"""Who is told when, as a step or the whole service nears its limit or oversteps it.

Two ladders. A step: at 50 and 80 % of its time (under 60 minutes only at 80 %), and at 100 %, where the general ladder
and the step's own "escalate to" both apply. The service: 150 and 180 minutes of the promise, then by working days up to
the limits of law.

The timer of a rung fires at its instant. A case that is still open then cannot be in time any more, so the rung of a
limit fires at it too; whether a finished case was kept is asked of the clock (`ServiceClock.is_breached`).

Source: the product's conventions; the formal chains of the regions were not found. Titles and substitutes are data of
the region.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from penaemas.licensing.instants import wib_date
from penaemas.licensing.legal_values import STATUTORY_LIMITS, in_force
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.posts import Post, Roster, StandIn, Told
from penaemas.licensing.service_clock import ServiceClock, counting_day_closing, statutory_due_at, warning_percentages

ASSIGNEE = "ASSIGNEE"
APPLICANT = "APPLICANT"
PROMISE_SECONDS = 180 * 60
PROMISE_WARNING_SECONDS = 150 * 60
SIGNER_ABSENCE_SECONDS = 5 * 60


class Rung(StrEnum):
    """A rung fires once in the life of a case (a step's: once in the life of the step), also after a correction."""

    STEP_REMINDER = "step_50"
    STEP_WARNING = "step_80"
    STEP_OVERDUE = "step_100"
    SERVICE_WARNING = "service_150"
    SERVICE_BREACHED = "service_180"
    # Of services whose limit is a number of working days: the closing before the last day, and that of the last day.
    LIMIT_NEAR = "limit_near"
    LIMIT_BROKEN = "limit_broken"
    NEXT_WORKING_DAY = "next_working_day"
    # The two limits of law are named like their rows in `legal_values.STATUTORY_LIMITS`.
    DEEMED_APPROVAL_WATCH = "deemed_approval_watch"
    SKB_LIMIT = "skb_pbg_mbr"


BREACHES = frozenset({Rung.SERVICE_BREACHED, Rung.LIMIT_BROKEN})
"""The rungs at which what was promised is broken."""


class Duty(StrEnum):
    """What has to happen beside the notices."""

    APOLOGISE_WITH_NEW_TIME = "apologise_with_new_time"
    RECORD_COMPENSATION = "record_compensation"
    ASK_OFFICER_FOR_REASON = "ask_officer_for_reason"
    PUT_INTO_INSPECTORATE_DIGEST = "put_into_inspectorate_digest"
    RAISE_PRIORITY = "raise_priority"
    ADD_SUPERVISORS_GROUP = "add_supervisors_group"
    ASK_A_PERSON_TO_DECIDE = "ask_a_person_to_decide"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the service and who answers for it.

    `division` is the head of the division that owns it ("Kabid"); `agency_head` the head of the technical agency whose
    step it is, if any.
    """

    id: str
    minutes: int
    division: str
    escalate_to: tuple[str, ...]
    agency_head: str | None = None


STEPS = (
    Step("pre_check", 30, Post.KABID, (Post.KABID,)),
    Step("registration", 20, Post.KABID, (Post.KABID,)),
    Step("completeness", 20, Post.KABID, (Post.KABID,)),
    Step("automatic_checks", 5, Post.KABID, (Post.OPERATOR,)),
    Step("spatial_review", 25, Post.KABID_TARU, (Post.KABID_TARU,), Post.KADIS_TEKNIS),
    Step("technical_review", 40, Post.KABID_TEKNIS, (Post.KETUA_TPT,), Post.KADIS_TEKNIS),
    Step("joint_decision", 15, Post.KABID_TEKNIS, (Post.KABID_TEKNIS,), Post.KADIS_TEKNIS),
    Step("statement_of_compliance", 15, Post.KABID_TEKNIS, (Post.KADIS_TEKNIS, Post.SEKDA), Post.KADIS_TEKNIS),
    Step("retribution", 10, Post.KABID, (Post.KABID,)),
    Step("draft_verification", 15, Post.KABID, (Post.KADIS,)),
    Step("signing", 15, Post.KABID, (Post.SEKDA,)),
    Step("issue", 10, Post.KABID, (Post.KABID,)),
)

_SERVICE_POSTS = {
    Rung.SERVICE_WARNING: (Post.KADIS,),
    Rung.SERVICE_BREACHED: (Post.KADIS, Post.INSPEKTORAT),
    Rung.LIMIT_NEAR: (Post.KADIS,),
    # Past the limit that the office set itself the law may deem the licence granted, so legal affairs are told too.
    Rung.LIMIT_BROKEN: (Post.KADIS, Post.INSPEKTORAT, Post.BAGIAN_HUKUM),
    Rung.NEXT_WORKING_DAY: (Post.SEKDA,),
    Rung.DEEMED_APPROVAL_WATCH: (Post.KADIS, Post.BAGIAN_HUKUM),
    Rung.SKB_LIMIT: (Post.BUPATI,),
}
_DUTIES = {
    Rung.STEP_OVERDUE: (Duty.RAISE_PRIORITY, Duty.ADD_SUPERVISORS_GROUP),
    Rung.SERVICE_WARNING: (Duty.RAISE_PRIORITY,),
    Rung.SERVICE_BREACHED: (
        Duty.APOLOGISE_WITH_NEW_TIME,
        Duty.RECORD_COMPENSATION,
        Duty.ASK_OFFICER_FOR_REASON,
        Duty.PUT_INTO_INSPECTORATE_DIGEST,
        Duty.RAISE_PRIORITY,
    ),
    Rung.LIMIT_NEAR: (Duty.RAISE_PRIORITY,),
    Rung.LIMIT_BROKEN: (
        Duty.APOLOGISE_WITH_NEW_TIME,
        Duty.RECORD_COMPENSATION,
        Duty.ASK_OFFICER_FOR_REASON,
        Duty.PUT_INTO_INSPECTORATE_DIGEST,
        Duty.RAISE_PRIORITY,
        Duty.ASK_A_PERSON_TO_DECIDE,
    ),
    # Never a decision by a timer: the limit puts the case before a person.
    Rung.DEEMED_APPROVAL_WATCH: (Duty.ASK_A_PERSON_TO_DECIDE,),
}


@dataclass(frozen=True, slots=True)
class Notices:
    """What one rung does: whom it tells, each officer once, and the duties beside it."""

    rung: Rung
    told: tuple[Told, ...]
    duties: tuple[Duty, ...]


def notices_of_step(rung: Rung, step: Step, assignee_id: str | None, roster: Roster, day: date) -> Notices:
    """Whom a rung of a step tells on the day. Without an assignee the head of the division is told in his place.

    Raises:
        ValueError: a rung of the service.
    """
    assignee = Told(ASSIGNEE, ASSIGNEE, assignee_id) if assignee_id else roster.told(step.division, day)
    match rung:
        case Rung.STEP_REMINDER:
            told = [assignee]
        case Rung.STEP_WARNING:
            told = [assignee, roster.told(step.division, day)]
        case Rung.STEP_OVERDUE:
            agency = [step.agency_head] if step.agency_head else []
            posts = [step.division, Post.KADIS, *agency, *step.escalate_to]
            told = [roster.told(post, day) for post in posts]
        case _:
            raise ValueError(f"{rung} belongs to the service, not to a step")
    return Notices(rung, _each_once(told), _DUTIES.get(rung, ()))


def notices_of_service(rung: Rung, applicant_told: bool, roster: Roster, day: date) -> Notices:
    """Whom a rung of the service tells on the day; at the breach also the applicant, unless told already.

    Raises:
        ValueError: a rung of a step.
    """
    if rung not in _SERVICE_POSTS:
        raise ValueError(f"{rung} belongs to a step, not to the service")
    told = [roster.told(post, day) for post in _SERVICE_POSTS[rung]]
    if rung in BREACHES and not applicant_told:
        told.append(Told(APPLICANT, APPLICANT, None))
    return Notices(rung, _each_once(told), _DUTIES.get(rung, ()))


def _each_once(told: Sequence[Told]) -> tuple[Told, ...]:
    """One notice for each officer or unreachable post, the first one kept."""
    kept: dict[str, Told] = {}
    for notice in told:
        kept.setdefault(notice.officer_id or notice.post, notice)
    return tuple(kept.values())


@dataclass(frozen=True, slots=True)
class RungDue:
    """When a rung fires by what is known now; None while the clock stands."""

    rung: Rung
    at: datetime | None


def rungs_of_step(limit_seconds: int, clock: ServiceClock, at: datetime) -> tuple[RungDue, ...]:
    """The rungs of a step whose own clock began when it was entered, lowest first."""
    by_percentage = {50: Rung.STEP_REMINDER, 80: Rung.STEP_WARNING}
    warnings = [
        # Whole seconds, rounded down and at least one, so that no warning comes late.
        RungDue(by_percentage[percentage], clock.due_at(max(limit_seconds * percentage // 100, 1), at))
        for percentage in warning_percentages(limit_seconds)
    ]
    return (*warnings, RungDue(Rung.STEP_OVERDUE, clock.due_at(limit_seconds, at)))


def rungs_of_service(
    promise: ServiceClock, statutory: ServiceClock | None, calendar: OfficeCalendar, at: datetime
) -> tuple[RungDue, ...]:
    """The rungs of the whole service, lowest first.

    `promise` runs from the passed pre-check; `statutory` from the complete file, None until then. "Unfinished by the
    end of the next working day" counts from the day on which the promise was due.
    """
    breached_at = promise.due_at(PROMISE_SECONDS, at)
    next_day = counting_day_closing(promise, breached_at, 1, at, calendar) if breached_at else None
    rungs = [
        RungDue(Rung.SERVICE_WARNING, promise.due_at(PROMISE_WARNING_SECONDS, at)),
        RungDue(Rung.SERVICE_BREACHED, breached_at),
        RungDue(Rung.NEXT_WORKING_DAY, next_day),
    ]
    if statutory is not None:
        complete_on = wib_date(statutory.started_at)
        for rung in (Rung.DEEMED_APPROVAL_WATCH, Rung.SKB_LIMIT):
            for limit in in_force(STATUTORY_LIMITS, complete_on):
                if limit.id == rung:
                    rungs.append(RungDue(rung, statutory_due_at(statutory, limit.working_days, at, calendar)))
    return tuple(rungs)


def rungs_of_limit(
    clock: ServiceClock, working_days: int, calendar: OfficeCalendar, at: datetime
) -> tuple[RungDue, ...]:
    """The rungs of a service that has so many working days, lowest first. One of a single day has no warning.

    Each is the closing of a working day that counts; days that end while the applicant must act do not.
    """
    days = {Rung.LIMIT_NEAR: working_days - 1, Rung.LIMIT_BROKEN: working_days, Rung.NEXT_WORKING_DAY: working_days + 1}
    return tuple(
        RungDue(rung, statutory_due_at(clock, number, at, calendar)) for rung, number in days.items() if number
    )


@dataclass(frozen=True, slots=True)
class Act:
    """What a ladder does now: fire a rung, wait until an instant, or nothing any more.

    With neither rung nor instant and not done, the clock stands: the ladder waits for an entry.
    """

    fire: Rung | None = None
    wait_until: datetime | None = None
    done: bool = False


def next_act(rungs: Sequence[RungDue], fired: Collection[Rung], at: datetime) -> Act:
    """The next act of a ladder, given what has fired before. The lowest rung that is due fires first."""
    open_rungs = [rung for rung in rungs if rung.rung not in fired]
    if not open_rungs:
        return Act(done=True)
    due = [rung for rung in open_rungs if rung.at is not None and rung.at <= at]
    if due:
        return Act(fire=due[0].rung)
    return Act(wait_until=min((rung.at for rung in open_rungs if rung.at is not None), default=None))


class SignerAct(StrEnum):
    """What happens while the signer is away."""

    WAIT = "wait"
    OFFER_TO_STAND_IN = "offer_to_stand_in"
    ESCALATE = "escalate"


def signer_is_away(
    post: Post, away_since: datetime, at: datetime, day: date, roster: Roster, calendar: OfficeCalendar
) -> tuple[SignerAct, StandIn | None]:
    """After five office minutes: offered to a stand-in with a decree in force, else escalated."""
    if calendar.seconds_between(away_since, at) < SIGNER_ABSENCE_SECONDS:
        return SignerAct.WAIT, None
    stand_in = roster.stand_in(post, day)
    return (SignerAct.OFFER_TO_STAND_IN, stand_in) if stand_in else (SignerAct.ESCALATE, None)
