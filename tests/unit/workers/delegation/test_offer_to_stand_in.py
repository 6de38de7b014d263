"""A signature that waits goes to the stand-in only with a decree in force today."""

from __future__ import annotations

from datetime import date

import pytest

from penaemas.casefiles.bootstrap import Office
from penaemas.licensing.posts import Post, StandInKind
from penaemas.zeebe.job_contract import ContractViolation, TransientFailure
from tests.deadlines import CASE_INSTANCE, FakeHistory, fill_posts
from tests.offices import MONDAY_NINE, SUMEDANG, OfficeClock
from tests.pbg import opened
from workers.delegation.offer_to_stand_in import OfferToStandInInput, offer_to_stand_in
from workers.escalations.notify_level import NotifyLevelInput, notify_level

SIGN = "Task_SignPermit"


@pytest.fixture
def history() -> FakeHistory:
    return FakeHistory()


@pytest.fixture
async def case_id(office: Office) -> str:
    await fill_posts(office)
    return await opened(office)


async def offer(office: Office, history: FakeHistory, clock: OfficeClock, case_id: str, step_id: str = SIGN) -> str:
    output = await offer_to_stand_in(
        OfferToStandInInput(case_id=case_id, region_code=SUMEDANG, step_id=step_id),
        context=history.job(CASE_INSTANCE, case_id),
        history=history.as_history,
        user_tasks=history.as_user_tasks,
        posts=office.deadlines.posts,
        escalations=office.deadlines.escalations,
        clock=clock,
    )
    return output.stand_in_result


async def decree(office: Office, first_day: date, last_day: date) -> None:
    await office.deadlines.posts.record_decree(
        SUMEDANG, Post.KADIS, "plh.1", StandInKind.PLH, "800/1/2026", first_day, last_day, by="admin.1"
    )


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [(date(2026, 2, 2), date(2026, 2, 5)), (date(2026, 1, 30), date(2026, 2, 2))],
    ids=["first day", "last day"],
)
async def test_with_a_decree_the_stand_in_may_sign_and_is_told(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str, first_day: date, last_day: date
) -> None:
    await decree(office, first_day, last_day)
    task = history.opens(SIGN, MONDAY_NINE, group="32.11/KADIS")

    assert await offer(office, history, clock, case_id) == "offered"

    assert history.groups == {task: ("32.11/KADIS", "32.11/KADIS_PLH")}
    (notice,) = await office.deadlines.escalations.notices_of(case_id)
    assert (notice["officer"], notice["decree_number"]) == ("plh.1", "800/1/2026")


@pytest.mark.parametrize("term", [None, (date(2026, 2, 3), date(2026, 2, 5)), (date(2026, 1, 5), date(2026, 2, 1))])
async def test_without_a_decree_in_force_today_nobody_is_let_in(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str, term: tuple[date, date] | None
) -> None:
    if term:
        await decree(office, *term)
    history.opens(SIGN, MONDAY_NINE, group="32.11/KADIS")

    assert await offer(office, history, clock, case_id) == "no_decree"
    assert history.groups == {}


@pytest.mark.parametrize("why", ["taken", "done", "done in this moment"])
async def test_a_signer_who_has_the_task_keeps_it(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str, why: str
) -> None:
    await decree(office, date(2026, 2, 2), date(2026, 2, 2))
    task = history.opens(SIGN, MONDAY_NINE, assignee="kadis" if why == "taken" else None)
    if why == "done":
        history.ends(task, MONDAY_NINE)
    if why == "done in this moment":
        history.gone.add(task)

    assert await offer(office, history, clock, case_id) == "not_needed"
    assert (history.groups, await office.deadlines.escalations.notices_of(case_id)) == ({}, ())


async def test_a_repeated_offer_tells_the_stand_in_once(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str
) -> None:
    await decree(office, date(2026, 2, 2), date(2026, 2, 2))
    history.opens(SIGN, MONDAY_NINE)

    assert [await offer(office, history, clock, case_id) for _ in range(2)] == ["offered", "offered"]
    assert len(await office.deadlines.escalations.notices_of(case_id)) == 1


async def test_a_later_escalation_does_not_take_the_stand_in_away(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str
) -> None:
    """The history still shows the groups as they were before the offer."""
    task = history.opens("Task_VerifyDraftPermit", MONDAY_NINE, group="32.11/PENGAWAS")
    await office.deadlines.escalations.let_in(case_id, task, "32.11/KADIS_PLH", "stand_in_offered")

    await notify_level(
        NotifyLevelInput(
            case_id=case_id, region_code=SUMEDANG, step_id="Task_VerifyDraftPermit", escalation_level="step_100"
        ),
        context=history.job(history.ladder(), case_id),
        history=history.as_history,
        user_tasks=history.as_user_tasks,
        escalations=office.deadlines.escalations,
    )

    assert history.groups == {task: ("32.11/PENGAWAS", "32.11/KADIS", "32.11/KADIS_PLH")}


async def test_a_step_without_a_signer_cannot_be_offered(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str
) -> None:
    history.opens("Task_CheckCompleteness", MONDAY_NINE)

    with pytest.raises(ContractViolation):
        await offer(office, history, clock, case_id, "Task_CheckCompleteness")


async def test_a_task_that_the_history_does_not_know_yet_is_tried_again(
    office: Office, history: FakeHistory, clock: OfficeClock, case_id: str
) -> None:
    with pytest.raises(TransientFailure):
        await offer(office, history, clock, case_id)
