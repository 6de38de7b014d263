"""The people of a training room: one account for each role in each region, without passwords.

They are named after their roles, so that nobody takes them for somebody.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from penaemas.casefiles.bootstrap import Office
from penaemas.casefiles.emas.mandates import Mandate
from penaemas.casefiles.faults import EntryFaulty
from penaemas.licensing.roles import SIGNING_ROLES, TITLES, Grant, Role

TRAINING: Final = "latihan"
TRAINING_DECREE: Final = "LATIHAN/1"
FIRST_DAY: Final = date(2025, 1, 1)


def account_name(role: Role, region_name: str) -> str:
    """`loket.sumedang`."""
    place = region_name.lower().removeprefix("kabupaten ").removeprefix("kota ").replace(" ", "_")
    return f"{role.value.lower()}.{place}"


async def make_demo_accounts(office: Office) -> None:
    """Make what is missing of them; at every start of a demonstration."""
    known = {officer.account for officer in await office.officers.all()}
    for code, region in office.regions.items():
        for role in Role:
            account = account_name(role, region.name)
            if account in known:
                continue
            name = f"{TITLES[role][0]} (latihan)"
            await office.officers.add(account, name, (Grant(role, code),), by=TRAINING)
            if role in SIGNING_ROLES:
                await _appoint(office, code, role, account)
            if role is Role.REKOM:
                await _mandate(office, code, account)


async def _appoint(office: Office, region_code: str, role: Role, account: str) -> None:
    try:
        await office.deadlines.posts.appoint(region_code, role.value, account, FIRST_DAY, by=TRAINING)
    except EntryFaulty:
        return  # somebody of the training room was given the post already


async def _mandate(office: Office, region_code: str, account: str) -> None:
    """One person speaks for every agency: in a training room nobody has to change seats for each of them."""
    for agency in office.emas.desk.catalogue.agencies:
        mandate = Mandate(region_code, agency, account, TRAINING_DECREE, FIRST_DAY, None)
        await office.emas.mandates.record(mandate, by=TRAINING)
