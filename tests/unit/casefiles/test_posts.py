"""Posts: who holds them, who is away, and by which decree somebody stands in."""

from __future__ import annotations

from datetime import date

import pytest

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.faults import EntryFaulty
from penaemas.licensing.posts import Post, StandInKind, Told
from tests.deadlines import fill_posts
from tests.offices import LAMPUNG_SELATAN, SUMEDANG

DAY = date(2026, 2, 2)


def told(office: Office, post: Post, day: date = DAY, region: str = SUMEDANG) -> Told:
    with office.database.reading() as connection:
        return office.deadlines.posts.roster(connection, region, day).told(post, day)


async def decree(office: Office, first: date, last: date, number: str = "800/12/2026") -> None:
    await office.deadlines.posts.record_decree(
        SUMEDANG, Post.KADIS, "plh.1", StandInKind.PLH, number, first, last, by="admin.1"
    )


async def test_a_post_answers_from_the_day_of_the_appointment_on(office: Office) -> None:
    posts = office.deadlines.posts
    await posts.appoint(SUMEDANG, Post.KADIS, "kadis.1", date(2026, 1, 1), by="admin.1")
    await posts.appoint(SUMEDANG, Post.KADIS, "kadis.2", date(2026, 2, 3), by="admin.1")

    assert [told(office, Post.KADIS, date(2026, 2, day)).officer_id for day in (2, 3)] == ["kadis.1", "kadis.2"]


async def test_a_vacant_post_passes_its_notice_up(office: Office) -> None:
    await fill_posts(office, Post.KABID_TEKNIS)

    assert told(office, Post.KETUA_TPT).officer_id == "ketua_tpt"
    assert told(office, Post.KABID_TEKNIS) == Told("KABID_TEKNIS", "KADIS_TEKNIS", "kadis_teknis")


async def test_a_holder_who_leaves_answers_on_the_last_day_and_not_after_it(office: Office) -> None:
    await fill_posts(office)
    await office.deadlines.posts.vacate(SUMEDANG, Post.KABID, DAY, by="admin.1")

    assert told(office, Post.KABID).officer_id == "kabid"
    assert told(office, Post.KABID, date(2026, 2, 3)).officer_id == "kadis"


@pytest.mark.parametrize(
    ("day", "officer"), [(1, None), (2, "plh.1"), (4, "plh.1"), (5, None)], ids=["before", "first", "last", "after"]
)
async def test_a_stand_in_acts_on_both_days_of_the_decree_and_no_other(
    office: Office, day: int, officer: str | None
) -> None:
    await fill_posts(office)
    await office.deadlines.posts.record_absence(SUMEDANG, Post.KADIS, date(2026, 2, 1), date(2026, 2, 6), by="admin.1")
    await decree(office, date(2026, 2, 2), date(2026, 2, 4))

    reached = told(office, Post.KADIS, date(2026, 2, day))

    assert (reached.officer_id, reached.decree_number) == (officer, "800/12/2026" if officer else "")


async def test_a_holder_who_is_there_is_told_though_a_decree_is_in_force(office: Office) -> None:
    await fill_posts(office)
    await decree(office, DAY, DAY)

    assert told(office, Post.KADIS).officer_id == "kadis"
    found = await office.deadlines.posts.stand_in(SUMEDANG, Post.KADIS, DAY)
    assert found is not None
    assert found.officer_id == "plh.1"


async def test_each_region_has_posts_of_its_own(office: Office) -> None:
    await fill_posts(office)

    assert told(office, Post.KADIS, region=LAMPUNG_SELATAN).officer_id is None


async def test_a_decree_has_a_number_and_a_term_and_is_entered_once(office: Office) -> None:
    with pytest.raises(EntryFaulty, match="decree_number"):
        await decree(office, DAY, DAY, number=" ")
    with pytest.raises(EntryFaulty, match="last_day"):
        await decree(office, DAY, date(2026, 2, 1))
    await decree(office, DAY, DAY)
    with pytest.raises(EntryFaulty, match="is known"):
        await decree(office, DAY, DAY)


async def test_an_unknown_post_or_region_is_refused(office: Office) -> None:
    with pytest.raises(EntryFaulty, match="post"):
        await office.deadlines.posts.appoint(SUMEDANG, "CAMAT", "x", DAY, by="admin.1")
    with pytest.raises(EntryFaulty, match="region_code"):
        await office.deadlines.posts.appoint("99.99", Post.KADIS, "x", DAY, by="admin.1")


async def test_a_post_is_not_given_twice_for_one_day(office: Office) -> None:
    await fill_posts(office)

    with pytest.raises(EntryFaulty, match="first_day"):
        await office.deadlines.posts.appoint(SUMEDANG, Post.KADIS, "kadis.2", date(2026, 1, 1), by="admin.1")
