"""Drafts, comments, presence, filters, and what officers do with tasks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from penaemas.casefiles.acts import Act
from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.desk_tables import case_comment, task_draft
from penaemas.casefiles.drafts import LARGEST_BYTES, DraftTooLarge
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.officers_work import FasterColleague, NotPossibleNow, StepPlace
from penaemas.casefiles.person_vault import PersonErased
from penaemas.casefiles.task_presence import TaskPresence
from tests.offices import OfficeClock
from tests.pbg import STEPS, TICKED, opened

TASK = 2251799813699001
REGISTRATION = StepPlace(TASK, "Task_RegisterApplication")
TYPED = {"minutes_of_meeting": ("Budi Rekaan hadir",), "correction_subjects": ("KTP", "KK")}


def acts(office: Office) -> list[Act]:
    with office.database.reading() as connection:
        return list(office.acts.after(connection, 0, limit=1000))


async def test_a_draft_comes_back_to_its_officer_as_it_was_typed(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)

    await office.drafts.keep(case_id, TASK, "tpt.1", {"minutes_of_meeting": ("Bu",)})
    clock.let_pass(timedelta(minutes=1))
    saved_at = await office.drafts.keep(case_id, TASK, "tpt.1", TYPED)

    draft = await office.drafts.find(TASK, "tpt.1")
    assert draft is not None
    assert draft.typed == TYPED
    assert draft.saved_at == saved_at == clock.now()
    assert await office.drafts.find(TASK, "tpt.2") is None
    assert await office.drafts.tasks_with_draft("tpt.1") == {TASK}


async def test_a_dropped_draft_is_gone(office: Office) -> None:
    case_id = await opened(office)
    await office.drafts.keep(case_id, TASK, "tpt.1", TYPED)

    await office.drafts.drop(TASK, "tpt.1")

    assert await office.drafts.find(TASK, "tpt.1") is None


async def test_drafts_and_comments_are_unreadable_without_the_persons_key(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    await office.drafts.keep(case_id, TASK, "tpt.1", TYPED)
    await office.case_comments.write(case_id, "tpt.1", "Budi Rekaan menelepon")

    with office.database.transaction() as connection:
        rows = [*connection.execute(select(task_draft.c.sealed)).scalars()]
        rows += connection.execute(select(case_comment.c.sealed)).scalars()
        person_id = connection.execute(text("SELECT person_id FROM case_file")).scalar_one()
        office.vault.erase(connection, person_id, clock.now())

    assert not any(b"Budi" in bytes(sealed) for sealed in rows)
    with pytest.raises(PersonErased):
        await office.drafts.find(TASK, "tpt.1")
    with pytest.raises(PersonErased):
        await office.case_comments.of_case(case_id)


async def test_a_draft_longer_than_any_form_is_not_kept(office: Office) -> None:
    case_id = await opened(office)

    with pytest.raises(DraftTooLarge):
        await office.drafts.keep(case_id, TASK, "tpt.1", {"note": ("x" * LARGEST_BYTES,)})


async def test_comments_stay_in_the_order_in_which_they_were_written(office: Office) -> None:
    case_id = await opened(office)

    await office.case_comments.write(case_id, "tpt.1", "  Gambar kurang jelas ")
    await office.case_comments.write(case_id, "taru.1", "Sudah saya lihat")

    found = await office.case_comments.of_case(case_id)
    assert [(each.number, each.officer, each.text) for each in found] == [
        (1, "tpt.1", "Gambar kurang jelas"),
        (2, "taru.1", "Sudah saya lihat"),
    ]
    assert [act.action for act in acts(office)][-2:] == ["comment_written"] * 2


async def test_an_empty_comment_is_refused(office: Office) -> None:
    case_id = await opened(office)

    with pytest.raises(EntryFaulty):
        await office.case_comments.write(case_id, "tpt.1", "  ")


async def test_whoever_else_has_a_task_open_is_named_until_they_leave(office: Office, clock: OfficeClock) -> None:
    presence = TaskPresence(office.database, clock.now)

    assert await presence.seen(TASK, "tpt.1") == ()
    assert await presence.seen(TASK, "tpt.2") == ("tpt.1",)
    clock.let_pass(timedelta(minutes=1))
    assert await presence.seen(TASK, "tpt.2") == ()


async def test_an_officers_filter_is_the_same_on_every_device(office: Office) -> None:
    await office.filters.keep("tpt.1", "tasks", {"whose": "groups"})
    await office.filters.keep("tpt.1", "tasks", {"whose": "mine", "region": "32.11"})

    assert await office.filters.of("tpt.1", "tasks") == {"whose": "mine", "region": "32.11"}
    assert await office.filters.of("tpt.2", "tasks") == {}


async def test_what_is_on_its_way_is_known_at_once(office: Office) -> None:
    case_id = await opened(office)

    await office.work.claim(case_id, TASK, "tpt.1")
    assert (await office.work.pending())[TASK].officer == "tpt.1"
    await office.work.hand_over(case_id, TASK, "tpt.2", by="tpt.1")
    assert (await office.work.pending())[TASK].officer == "tpt.2"
    await office.work.release(case_id, TASK, "tpt.2")
    assert (await office.work.pending())[TASK].kind == "release_task"

    assert [act.action for act in acts(office)][-3:] == ["claim_task", "hand_over_task", "release_task"]


async def test_a_draft_has_served_once_the_engine_has_the_completion(office: Office) -> None:
    case_id = await opened(office)
    await office.drafts.keep(case_id, TASK, "loket.1", TYPED)
    await office.drafts.keep(case_id, TASK, "loket.2", TYPED)
    entry = TICKED | STEPS["Task_RegisterApplication"]
    command_id = await office.work.complete("pbg_mbr_3_jam", case_id, REGISTRATION, entry, "loket.1")
    kept_while_on_its_way = await office.drafts.find(TASK, "loket.1")

    with office.database.transaction() as connection:
        office.outbox.mark_done(connection, command_id, "1-77")

    assert kept_while_on_its_way is not None
    assert await office.drafts.find(TASK, "loket.1") is None
    assert await office.drafts.find(TASK, "loket.2") is not None


async def test_a_completed_task_stays_completed_whatever_is_asked_afterwards(office: Office) -> None:
    case_id = await opened(office)
    entry = TICKED | STEPS["Task_RegisterApplication"]

    await office.work.complete("pbg_mbr_3_jam", case_id, REGISTRATION, entry, "loket.1")
    await office.work.claim(case_id, TASK, "loket.2")

    assert (await office.work.pending())[TASK].kind == "complete_task"


async def test_the_slower_of_two_officers_learns_who_was_faster(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    entry = TICKED | STEPS["Task_RegisterApplication"]
    await office.work.complete("pbg_mbr_3_jam", case_id, REGISTRATION, entry, "loket.1")

    with pytest.raises(FasterColleague) as faster:
        await office.work.complete("pbg_mbr_3_jam", case_id, REGISTRATION, entry, "loket.2")

    assert (faster.value.officer, faster.value.at) == ("loket.1", clock.now())


async def test_a_withdrawn_case_takes_no_entry_and_says_so_in_both_languages(
    office: Office, clock: OfficeClock
) -> None:
    case_id = await opened(office)
    with office.database.transaction() as connection:
        office.pbg.desk.note(connection, case_id, withdrawn_at=clock.now())

    entry = TICKED | STEPS["Task_RegisterApplication"]

    with pytest.raises(NotPossibleNow, match=r"ditarik.*withdrawn"):
        await office.work.complete("pbg_mbr_3_jam", case_id, REGISTRATION, entry, "loket.1")


async def test_an_officer_is_told_what_came_to_nothing(office: Office, clock: OfficeClock) -> None:
    case_id = await opened(office)
    command_id = await office.work.claim(case_id, TASK, "tpt.1")
    with office.database.transaction() as connection:
        office.outbox.mark_refused(connection, command_id, "sudah diambil oleh tpt.2 · taken by tpt.2")

    assert [row.id for row in await office.work.refused_of("tpt.1", clock.now() - timedelta(hours=1))] == [command_id]
    assert await office.work.refused_of("tpt.2", clock.now() - timedelta(hours=1)) == ()
    assert await office.work.pending() == {}
