"""Who is told at which level. Expectations are the product's conventions, written out for each step."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from penaemas.licensing.escalation_ladder import (
    STEPS,
    Act,
    Duty,
    Rung,
    RungDue,
    SignerAct,
    Step,
    next_act,
    notices_of_service,
    notices_of_step,
    rungs_of_service,
    rungs_of_step,
    signer_is_away,
)
from penaemas.licensing.office_calendar import OfficeCalendar
from penaemas.licensing.posts import Holding, Post, Roster, StandIn, StandInKind
from penaemas.licensing.service_clock import ClockEntry, EntryKind, ServiceClock
from tests.unit.licensing.calendars import rules, wib

COUNTER = OfficeCalendar(rules())
DAY = date(2026, 11, 23)
ABOVE = {
    "OPERATOR": "KABID",
    "KABID": "KADIS",
    "KABID_TARU": "KADIS_TEKNIS",
    "KETUA_TPT": "KABID_TEKNIS",
    "KABID_TEKNIS": "KADIS_TEKNIS",
    "KADIS_TEKNIS": "KADIS",
    "KADIS": None,
    "INSPEKTORAT": "SEKDA",
    "BAGIAN_HUKUM": "SEKDA",
    "SEKDA": "BUPATI",
    "BUPATI": None,
}
STEP = {step.id: step for step in STEPS}
DECREE = StandIn("plh-1", StandInKind.PLH, "800/1/2026", date(2026, 11, 23), date(2026, 11, 25))


def roster(**changes: Holding) -> Roster:
    """Every post filled by an officer of the post's name, but for the changed ones."""
    return Roster(changes.get(post, Holding(post, post.lower(), above)) for post, above in ABOVE.items())


def vacant(post: str, *stand_ins: StandIn) -> Holding:
    return Holding(post, None, ABOVE[post], stand_ins=stand_ins)


def told(rung: Rung, step: Step, holders: Roster | None = None, day: date = DAY) -> list[str | None]:
    notices = notices_of_step(rung, step, "petugas-1", holders or roster(), day)
    return [notice.officer_id for notice in notices.told]


@pytest.mark.parametrize(
    ("step", "at_80_percent", "at_100_percent"),
    [
        ("pre_check", ["petugas-1", "kabid"], ["kabid", "kadis"]),
        ("registration", ["petugas-1", "kabid"], ["kabid", "kadis"]),
        ("completeness", ["petugas-1", "kabid"], ["kabid", "kadis"]),
        ("automatic_checks", ["petugas-1", "kabid"], ["kabid", "kadis", "operator"]),
        ("spatial_review", ["petugas-1", "kabid_taru"], ["kabid_taru", "kadis", "kadis_teknis"]),
        ("technical_review", ["petugas-1", "kabid_teknis"], ["kabid_teknis", "kadis", "kadis_teknis", "ketua_tpt"]),
        ("joint_decision", ["petugas-1", "kabid_teknis"], ["kabid_teknis", "kadis", "kadis_teknis"]),
        ("statement_of_compliance", ["petugas-1", "kabid_teknis"], ["kabid_teknis", "kadis", "kadis_teknis", "sekda"]),
        ("retribution", ["petugas-1", "kabid"], ["kabid", "kadis"]),
        ("draft_verification", ["petugas-1", "kabid"], ["kabid", "kadis"]),
        ("signing", ["petugas-1", "kabid"], ["kabid", "kadis", "sekda"]),
        ("issue", ["petugas-1", "kabid"], ["kabid", "kadis"]),
    ],
)
def test_each_step_tells_its_own_people(step: str, at_80_percent: list[str], at_100_percent: list[str]) -> None:
    assert told(Rung.STEP_WARNING, STEP[step]) == at_80_percent
    assert told(Rung.STEP_OVERDUE, STEP[step]) == at_100_percent


def test_the_steps_of_the_service_take_the_minutes_that_were_promised() -> None:
    assert {step.id: step.minutes for step in STEPS} == {
        "pre_check": 30,
        "registration": 20,
        "completeness": 20,
        "automatic_checks": 5,
        "spatial_review": 25,
        "technical_review": 40,
        "joint_decision": 15,
        "statement_of_compliance": 15,
        "retribution": 10,
        "draft_verification": 15,
        "signing": 15,
        "issue": 10,
    }


def test_half_way_only_the_assignee_is_reminded() -> None:
    assert told(Rung.STEP_REMINDER, STEP["technical_review"]) == ["petugas-1"]


def test_a_task_that_nobody_took_reminds_the_head_of_the_division() -> None:
    notices = notices_of_step(Rung.STEP_WARNING, STEP["registration"], None, roster(), DAY)
    assert [notice.officer_id for notice in notices.told] == ["kabid"]


@pytest.mark.parametrize(
    ("rung", "expected"),
    [
        (Rung.SERVICE_WARNING, ["kadis"]),
        (Rung.SERVICE_BREACHED, ["kadis", "inspektorat", None]),
        (Rung.NEXT_WORKING_DAY, ["sekda"]),
        (Rung.DEEMED_APPROVAL_WATCH, ["kadis", "bagian_hukum"]),
        (Rung.SKB_LIMIT, ["bupati"]),
    ],
)
def test_each_rung_of_the_service_tells_its_people(rung: Rung, expected: list[str | None]) -> None:
    notices = notices_of_service(rung, applicant_told=False, roster=roster(), day=DAY)
    assert [notice.officer_id for notice in notices.told] == expected


def test_a_breach_is_apologised_for_compensated_and_explained() -> None:
    notices = notices_of_service(Rung.SERVICE_BREACHED, applicant_told=False, roster=roster(), day=DAY)
    assert notices.told[-1].post == "APPLICANT"
    assert {Duty.APOLOGISE_WITH_NEW_TIME, Duty.RECORD_COMPENSATION, Duty.ASK_OFFICER_FOR_REASON} <= set(notices.duties)


def test_the_limit_of_deemed_approval_puts_the_case_before_a_person() -> None:
    notices = notices_of_service(Rung.DEEMED_APPROVAL_WATCH, applicant_told=True, roster=roster(), day=DAY)
    assert notices.duties == (Duty.ASK_A_PERSON_TO_DECIDE,)


def test_a_vacant_post_passes_its_notice_up_to_the_next_filled_one() -> None:
    holders = roster(KABID_TARU=vacant("KABID_TARU"))
    assert holders.told(Post.KABID_TARU, DAY).post == "KADIS_TEKNIS"
    both = roster(KABID_TARU=vacant("KABID_TARU"), KADIS_TEKNIS=vacant("KADIS_TEKNIS"))
    assert both.told(Post.KABID_TARU, DAY).officer_id == "kadis"


def test_above_everybody_the_notice_ends_at_kepala_dpmptsp() -> None:
    holders = roster(SEKDA=vacant("SEKDA"), BUPATI=vacant("BUPATI"))
    assert holders.told(Post.SEKDA, DAY).officer_id == "kadis"


def test_a_notice_that_reaches_nobody_says_so() -> None:
    holders = roster(KABID=vacant("KABID"), KADIS=vacant("KADIS"))
    notice = holders.told(Post.KABID, DAY)
    assert (notice.meant_for, notice.post, notice.officer_id) == ("KABID", "KADIS", None)


@pytest.mark.parametrize(
    ("day", "officer"),
    [
        (date(2026, 11, 22), "kadis"),
        (date(2026, 11, 23), "plh-1"),
        (date(2026, 11, 25), "plh-1"),
        (date(2026, 11, 26), "kadis"),
    ],
)
def test_the_term_of_a_stand_in_includes_both_days(day: date, officer: str) -> None:
    assert roster(KABID=vacant("KABID", DECREE)).told(Post.KABID, day).officer_id == officer


def test_a_stand_in_without_a_decree_is_none() -> None:
    without = replace(DECREE, decree_number=" ")
    assert roster(KABID=vacant("KABID", without)).told(Post.KABID, DAY).officer_id == "kadis"


def test_a_stand_in_acts_only_while_the_holder_is_away() -> None:
    present = Holding("KABID", "kabid", "KADIS", stand_ins=(DECREE,))
    assert roster(KABID=present).told(Post.KABID, DAY).officer_id == "kabid"
    assert roster(KABID=replace(present, holder_is_away=True)).told(Post.KABID, DAY).decree_number == "800/1/2026"


def test_an_officer_with_two_posts_is_told_once() -> None:
    same = Holding("KETUA_TPT", "kabid_teknis", "KABID_TEKNIS")
    assert told(Rung.STEP_OVERDUE, STEP["technical_review"], roster(KETUA_TPT=same)) == [
        "kabid_teknis",
        "kadis",
        "kadis_teknis",
    ]


def started(at: str, *more: tuple[EntryKind, str]) -> ServiceClock:
    entries = [(EntryKind.START, at), *more]
    return ServiceClock(
        (ClockEntry(kind, wib(when), "contoh", "petugas-1", "dasar") for kind, when in entries), COUNTER
    )


def instants(rungs: tuple[RungDue, ...]) -> dict[Rung, datetime | None]:
    return {rung.rung: rung.at for rung in rungs}


def test_the_service_climbs_from_150_minutes_to_the_limit_of_the_skb() -> None:
    promise = started("2026-11-23 09:00")
    rungs = rungs_of_service(promise, promise, COUNTER, wib("2026-11-23 09:00"))
    assert instants(rungs) == {
        Rung.SERVICE_WARNING: wib("2026-11-23 11:30"),
        Rung.SERVICE_BREACHED: wib("2026-11-23 12:00"),
        Rung.NEXT_WORKING_DAY: wib("2026-11-24 15:00"),
        Rung.DEEMED_APPROVAL_WATCH: wib("2026-11-30 15:00"),
        Rung.SKB_LIMIT: wib("2026-12-07 15:00"),
    }


def test_the_limits_of_law_wait_for_the_complete_file() -> None:
    rungs = rungs_of_service(started("2026-11-23 09:00"), None, COUNTER, wib("2026-11-23 09:00"))
    assert Rung.SKB_LIMIT not in instants(rungs)


def test_every_rung_stands_still_while_the_applicant_must_act() -> None:
    paused = started("2026-11-23 09:00", (EntryKind.PAUSE, "2026-11-23 10:00"))
    rungs = rungs_of_service(paused, paused, COUNTER, wib("2026-11-24 09:00"))
    assert set(instants(rungs).values()) == {None}
    assert next_act(rungs, (), wib("2026-11-24 09:00")) == Act()


def test_the_next_working_day_after_a_breach_waits_for_the_applicants_answer() -> None:
    late = started("2026-11-23 08:00", (EntryKind.PAUSE, "2026-11-23 14:00"), (EntryKind.RESUME, "2026-11-27 09:00"))
    rungs = rungs_of_service(late, None, COUNTER, wib("2026-11-27 09:00"))
    assert instants(rungs)[Rung.NEXT_WORKING_DAY] == wib("2026-11-27 15:00")


def test_a_step_of_25_minutes_warns_once_and_one_of_an_hour_twice() -> None:
    clock, at = started("2026-11-23 11:45"), wib("2026-11-23 11:45")
    assert instants(rungs_of_step(25 * 60, clock, at)) == {
        Rung.STEP_WARNING: wib("2026-11-23 13:05"),
        Rung.STEP_OVERDUE: wib("2026-11-23 13:10"),
    }
    assert instants(rungs_of_step(60 * 60, clock, at)) == {
        Rung.STEP_REMINDER: wib("2026-11-23 13:15"),
        Rung.STEP_WARNING: wib("2026-11-23 13:33"),
        Rung.STEP_OVERDUE: wib("2026-11-23 13:45"),
    }


def test_a_ladder_waits_for_its_next_rung_then_fires_it_then_is_done() -> None:
    clock = started("2026-11-23 09:00")

    def act(at: str, *fired: Rung) -> Act:
        return next_act(rungs_of_step(25 * 60, clock, wib(at)), fired, wib(at))

    assert act("2026-11-23 09:00") == Act(wait_until=wib("2026-11-23 09:20"))
    assert act("2026-11-23 09:20") == Act(fire=Rung.STEP_WARNING)
    assert act("2026-11-23 09:20", Rung.STEP_WARNING) == Act(wait_until=wib("2026-11-23 09:25"))
    assert act("2026-11-23 09:25", Rung.STEP_WARNING) == Act(fire=Rung.STEP_OVERDUE)
    assert act("2026-11-23 09:26", Rung.STEP_WARNING, Rung.STEP_OVERDUE) == Act(done=True)


def test_what_has_fired_once_does_not_fire_again_after_a_correction() -> None:
    corrected = started(
        "2026-11-23 09:00", (EntryKind.PAUSE, "2026-11-23 11:45"), (EntryKind.RESUME, "2026-11-24 08:00")
    )
    at = wib("2026-11-24 08:00")
    rungs = rungs_of_service(corrected, None, COUNTER, at)
    assert next_act(rungs, {Rung.SERVICE_WARNING}, at) == Act(wait_until=wib("2026-11-24 08:15"))


@pytest.mark.parametrize(
    ("minutes_away", "stand_ins", "expected"),
    [
        (4, (DECREE,), (SignerAct.WAIT, None)),
        (5, (DECREE,), (SignerAct.OFFER_TO_STAND_IN, DECREE)),
        (5, (), (SignerAct.ESCALATE, None)),
        (5, (replace(DECREE, last_day=date(2026, 11, 22), first_day=date(2026, 11, 20)),), (SignerAct.ESCALATE, None)),
    ],
)
def test_a_signers_absence_needs_a_decree_in_force(
    minutes_away: int, stand_ins: tuple[StandIn, ...], expected: tuple[SignerAct, StandIn | None]
) -> None:
    away = Holding("KADIS", "kadis", None, holder_is_away=True, stand_ins=stand_ins)
    since = wib("2026-11-23 09:00")
    at = since + timedelta(minutes=minutes_away)
    assert signer_is_away(Post.KADIS, since, at, DAY, roster(KADIS=away), COUNTER) == expected


def test_rungs_of_a_step_and_of_the_service_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="belongs to the service"):
        notices_of_step(Rung.SKB_LIMIT, STEP["signing"], None, roster(), DAY)
    with pytest.raises(ValueError, match="belongs to a step"):
        notices_of_service(Rung.STEP_WARNING, applicant_told=False, roster=roster(), day=DAY)
