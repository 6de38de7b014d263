"""Officers' accounts, sessions, invitations and delays, on both kinds of database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.faults import EntryFaulty
from penaemas.casefiles.officer_credentials import OfficerCredentials
from penaemas.casefiles.officer_sessions import OfficerSessions, SessionLimits
from penaemas.casefiles.officer_sign_in_delays import LONGEST_WAIT, SignInDelays, wait_after
from penaemas.casefiles.officer_tables import officer_account, officer_session
from penaemas.licensing.roles import Grant, Role
from tests.offices import LAMPUNG_SELATAN, SUMEDANG, OfficeClock

SITI = "loket.siti"
COUNTER = Grant(Role.LOKET, SUMEDANG)


@pytest.fixture
async def staffed(office: Office) -> Office:
    await office.officers.add(SITI, "Siti Rekaan", (COUNTER,), by="admin")
    await office.officers.add("admin", "Admin Rekaan", (Grant(Role.ADMINISTRATOR, "*"),), by="admin")
    return office


@pytest.fixture
def credentials(staffed: Office, clock: OfficeClock) -> OfficerCredentials:
    return OfficerCredentials(staffed.database, staffed.vault, staffed.acts, clock, clock)


@pytest.fixture
def sessions(staffed: Office, clock: OfficeClock) -> OfficerSessions:
    return OfficerSessions(staffed.database, staffed.officers, staffed.acts, clock, clock, SessionLimits())


@pytest.fixture
def delays(staffed: Office, clock: OfficeClock) -> SignInDelays:
    return SignInDelays(staffed.database, staffed.vault, staffed.acts, clock, clock)


async def test_neither_a_name_nor_a_second_factor_stands_in_clear_in_the_database(
    staffed: Office, credentials: OfficerCredentials
) -> None:
    await credentials.set_second_factor(SITI, b"secret of an app....", 1)

    with staffed.database.reading() as connection:
        rows = str(connection.execute(select(officer_account)).all()).encode()
    known = await credentials.of(SITI)

    assert b"Siti Rekaan" not in rows
    assert b"secret of an app" not in rows
    assert known is not None
    assert known.second_factor == b"secret of an app...."


async def test_a_session_is_known_by_its_token_and_the_database_does_not_hold_it(
    staffed: Office, sessions: OfficerSessions
) -> None:
    token = await sessions.begin(SITI)

    with staffed.database.reading() as connection:
        assert token not in str(connection.execute(select(officer_session)).all())
    session = await sessions.find(token)
    assert session is not None
    assert session.officer.name == "Siti Rekaan"
    assert await sessions.find(token + "x") is None


async def test_what_an_officer_may_is_read_anew_at_every_request(staffed: Office, sessions: OfficerSessions) -> None:
    token = await sessions.begin(SITI)
    await staffed.officers.set_grants(SITI, (Grant(Role.OPERATOR, LAMPUNG_SELATAN),), by="admin")

    session = await sessions.find(token)

    assert session is not None
    assert session.officer.may({Role.OPERATOR}, LAMPUNG_SELATAN)
    assert not session.officer.may({Role.LOKET})


async def test_two_who_open_one_invitation_at_once_do_not_both_set_a_password(credentials: OfficerCredentials) -> None:
    token = await credentials.invite(SITI, by="admin")

    accepted = await asyncio.gather(*(credentials.accept(token, f"hash {number}") for number in range(4)))

    assert sorted(filter(None, accepted)) == [SITI]


async def test_a_newer_invitation_voids_the_older(credentials: OfficerCredentials) -> None:
    older = await credentials.invite(SITI, by="admin")
    newer = await credentials.invite(SITI, by="admin")

    assert await credentials.invited(older) is None
    assert await credentials.invited(newer) == SITI


async def test_a_time_step_is_used_by_one_of_many_who_try_it_at_once(credentials: OfficerCredentials) -> None:
    used = await asyncio.gather(*(credentials.use_step(SITI, 1_000) for _ in range(4)))

    assert sorted(used) == [False, False, False, True]


async def test_a_wait_grows_with_the_failures_and_ends_at_its_limit(delays: SignInDelays, clock: OfficeClock) -> None:
    for _ in range(4):
        await delays.failed(SITI, "address 192.0.2.7", is_known=True)

    assert await delays.wait(SITI, "address 192.0.2.7") == timedelta(seconds=2)
    assert await delays.wait(SITI, "address 192.0.2.8") == timedelta()
    clock.let_pass(timedelta(seconds=2))
    assert await delays.wait(SITI, "address 192.0.2.7") == timedelta()
    assert [wait_after(failures).total_seconds() for failures in (0, 3, 4, 5, 6)] == [0, 0, 2, 4, 8]
    assert wait_after(1_000) == LONGEST_WAIT


async def test_failures_of_yesterday_are_forgotten(delays: SignInDelays, clock: OfficeClock) -> None:
    for _ in range(20):
        await delays.failed(SITI, "here", is_known=True)
    clock.let_pass(timedelta(hours=24, seconds=1))
    await delays.failed("another", "there", is_known=False)  # forgetting happens with the next failure

    await delays.failed(SITI, "here", is_known=True)

    assert await delays.wait(SITI, "here") == timedelta()


async def test_a_browser_remembers_who_came_in_by_it_the_last_one_first(
    credentials: OfficerCredentials, clock: OfficeClock
) -> None:
    for account in (SITI, "admin", SITI):
        clock.let_pass(timedelta(minutes=1))
        await credentials.remember_device("this browser", account)

    assert await credentials.accounts_of_device("this browser") == (SITI, "admin")
    assert await credentials.accounts_of_device("another browser") == ()


@pytest.mark.parametrize("account", ["Siti", "loket siti", "1loket", "loket..siti", "", "x" * 61])
async def test_a_name_that_is_no_account_is_refused(office: Office, account: str) -> None:
    with pytest.raises(EntryFaulty):
        await office.officers.add(account, "Siti Rekaan", (COUNTER,), by="admin")


async def test_a_role_in_a_region_that_is_not_this_offices_is_refused(staffed: Office) -> None:
    with pytest.raises(EntryFaulty, match=r"99\.99 is no region"):
        await staffed.officers.set_grants(SITI, (Grant(Role.LOKET, "99.99"),), by="admin")


async def test_every_change_of_an_account_is_an_act_that_names_who_did_it(staffed: Office) -> None:
    await staffed.officers.disable(SITI, by="admin")
    await staffed.officers.enable(SITI, by="admin")

    with staffed.database.reading() as connection:
        acts = [
            (act.actor, act.action) for act in staffed.acts.after(connection, 0, 100) if act.details["account"] == SITI
        ]

    assert acts == [
        ("admin", action) for action in ("officer_added", "role_granted", "officer_disabled", "officer_enabled")
    ]
