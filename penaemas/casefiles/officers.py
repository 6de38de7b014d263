"""Officers' accounts: who works here, and what they may where.

What an officer is called and their second factor are sealed like any other person's data. Every change is an act,
recorded in the transaction that makes it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.faults import EntryFaulty, Fault
from penaemas.casefiles.officer_tables import officer_account, officer_role, officer_session
from penaemas.casefiles.officers_decrees import mandates, stand_ins
from penaemas.casefiles.person_vault import PersonVault
from penaemas.licensing.clock import Clock
from penaemas.licensing.instants import WIB
from penaemas.licensing.roles import ALL_REGIONS, TASK_ROLES, Grant, Role, holds
from penaemas.storage.database import Database

ACCOUNT_RULE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
NAME_PLACE: Final = "officer/name"
LONGEST_ACCOUNT: Final = 60
LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer as the portal knows them. `language` and `theme` are their own choice.

    `stands_in` holds the signing roles that a decree in force today gives them beside their own grants; `speaks_for`
    the groups of agencies, as `32.11/REKOM_DINKES`, for which a mandate in force today lets them speak.
    """

    account: str
    name: str
    grants: tuple[Grant, ...]
    stands_in: tuple[Grant, ...]
    speaks_for: tuple[str, ...]
    language: str
    theme: str
    has_password: bool
    has_second_factor: bool
    created_at: datetime
    disabled_at: datetime | None

    @property
    def roles(self) -> frozenset[Role]:
        """What they are, wherever it is."""
        return frozenset(grant.role for grant in (*self.grants, *self.stands_in))

    def may(self, roles: Iterable[Role], region_code: str | None = None) -> bool:
        """Whether they hold one of the roles, in the region if one is named."""
        return holds((*self.grants, *self.stands_in), frozenset(roles), region_code)

    def regions(self, all_codes: Collection[str], roles: frozenset[Role] = frozenset(Role)) -> tuple[str, ...]:
        """The regions in which they hold one of the roles, in the order given."""
        return tuple(code for code in all_codes if self.may(roles, code))

    def groups(self, all_codes: Collection[str]) -> frozenset[str]:
        """The groups whose tasks are theirs, as diagrams write them: `32.11/LOKET`, `32.11/REKOM_DINKES`; a stand-in's
        `32.11/KADIS_PLH`.
        """
        own = {
            f"{code}/{grant.role}"
            for grant in self.grants
            if grant.role in TASK_ROLES
            for code in all_codes
            if grant.covers(code)
        }
        return frozenset(
            {*own, *(f"{grant.region_code}/{grant.role}_PLH" for grant in self.stands_in), *self.speaks_for}
        )


class Officers:
    """The accounts of one office."""

    def __init__(
        self, database: Database, vault: PersonVault, acts: Acts, clock: Clock, regions: Collection[str]
    ) -> None:
        self._database = database
        self._vault = vault
        self._acts = acts
        self._clock = clock
        self._regions = regions

    @property
    def region_codes(self) -> tuple[str, ...]:
        """The regions of this office, in the order of their codes."""
        return tuple(self._regions)

    async def add(self, account: str, name: str, grants: Iterable[Grant], *, by: str) -> None:
        """Make an account; it cannot sign in before a password is set by its invitation.

        Raises:
            EntryFaulty: the account is there or is no account's name, or a grant is of no region of this office.
        """
        await self._database.run(self._add, account, name.strip(), tuple(grants), by)

    async def set_grants(self, account: str, grants: Iterable[Grant], *, by: str) -> None:
        """Replace what the officer may; holds from the next request on.

        Raises:
            EntryFaulty: no such account or region, or nobody would be left to administer.
        """
        await self._database.run(self._set_grants, account, frozenset(grants), by)

    async def disable(self, account: str, *, by: str) -> None:
        """Close the account: every session ends, and nobody signs in with it.

        Raises:
            EntryFaulty: no such account, or nobody would be left to administer.
        """
        await self._database.run(self._set_disabled, account, True, by)

    async def enable(self, account: str, *, by: str) -> None:
        """Open the account again.

        Raises:
            EntryFaulty: no such account.
        """
        await self._database.run(self._set_disabled, account, False, by)

    async def choose(self, account: str, **choices: str) -> None:
        """Keep what an officer prefers: `language` (id, en) and `theme` (auto, light, dark)."""
        await self._database.run(self._choose, account, choices)

    async def find(self, account: str) -> Officer | None:
        """The officer of an account, or None."""
        return await self._database.run(self._find, account)

    async def all(self) -> tuple[Officer, ...]:
        """Every account, by its name."""
        return await self._database.run(self._all)

    def read(self, connection: Connection, account: str) -> Officer | None:
        """The officer of an account in the caller's transaction."""
        rows = self._rows(connection, (account,))
        return rows[0] if rows else None

    def _add(self, account: str, name: str, grants: tuple[Grant, ...], by: str) -> None:
        faults = []
        if not ACCOUNT_RULE.fullmatch(account) or len(account) > LONGEST_ACCOUNT:
            faults.append(Fault("account", "is no account's name", "use lower case, digits and dots, e.g. loket.siti"))
        if not 2 <= len(name) <= LONGEST_NAME:
            faults.append(Fault("name", "is required", "write the name as it stands on letters"))
        faults += self._faults_of(grants)
        if faults:
            raise EntryFaulty(*faults)
        now = self._clock.now()
        with self._database.transaction() as connection:
            if connection.execute(_account(account)).first() is not None:
                raise EntryFaulty(Fault("account", "is taken", "choose another"))
            person_id = self._vault.new_person(connection, now)
            sealed = self._vault.seal(connection, person_id, NAME_PLACE, name.encode())
            values = {"account": account, "person_id": person_id, "name_sealed": sealed, "created_at": now}
            connection.execute(insert(officer_account).values(values))
            self._acts.record(connection, by, "officer_added", now, details={"account": account})
            self._grant(connection, account, grants, by, now)

    def _set_grants(self, account: str, grants: frozenset[Grant], by: str) -> None:
        faults = self._faults_of(grants)
        if faults:
            raise EntryFaulty(*faults)
        now = self._clock.now()
        with self._database.transaction() as connection:
            before = frozenset(self._required(connection, account).grants)
            for grant in sorted(before - grants):
                place = (officer_role.c.account == account, officer_role.c.role == grant.role)
                connection.execute(delete(officer_role).where(*place, officer_role.c.region_code == grant.region_code))
                self._acts.record(connection, by, "role_withdrawn", now, details=_details(account, grant))
            self._grant(connection, account, sorted(grants - before), by, now)
            self._require_administrator(connection)

    def _set_disabled(self, account: str, disabled: bool, by: str) -> None:
        now = self._clock.now()
        with self._database.transaction() as connection:
            self._required(connection, account)
            connection.execute(
                update(officer_account)
                .where(officer_account.c.account == account)
                .values(disabled_at=now if disabled else None)
            )
            if disabled:
                open_ones = (officer_session.c.account == account, officer_session.c.ended_at.is_(None))
                connection.execute(update(officer_session).where(*open_ones).values(ended_at=now))
                self._require_administrator(connection)
            action = "officer_disabled" if disabled else "officer_enabled"
            self._acts.record(connection, by, action, now, details={"account": account})

    def _choose(self, account: str, choices: Mapping[str, str]) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                update(officer_account).where(officer_account.c.account == account).values(dict(choices))
            )

    def _find(self, account: str) -> Officer | None:
        with self._database.reading() as connection:
            return self.read(connection, account)

    def _all(self) -> tuple[Officer, ...]:
        with self._database.reading() as connection:
            return tuple(self._rows(connection, None))

    def _rows(self, connection: Connection, accounts: tuple[str, ...] | None) -> list[Officer]:
        wanted, roles = select(officer_account).order_by(officer_account.c.account), select(officer_role)
        if accounts is not None:
            wanted = wanted.where(officer_account.c.account.in_(accounts))
            roles = roles.where(officer_role.c.account.in_(accounts))
        grants: dict[str, list[Grant]] = {}
        for row in connection.execute(roles):
            # A role that this program no longer knows opens nothing.
            if row.role in Role.__members__:
                grants.setdefault(row.account, []).append(Grant(Role(row.role), row.region_code))
        today = self._clock.now().astimezone(WIB).date()
        posts, agencies = stand_ins(connection, today), mandates(connection, today)
        return [
            self._officer(
                connection,
                row,
                tuple(sorted(grants.get(row.account, ()))),
                posts.get(row.account, ()),
                agencies.get(row.account, ()),
            )
            for row in connection.execute(wanted).all()
        ]

    def _officer(
        self,
        connection: Connection,
        row: Any,
        grants: tuple[Grant, ...],
        stands_in: tuple[Grant, ...],
        speaks_for: tuple[str, ...],
    ) -> Officer:
        name = self._vault.unseal(connection, row.person_id, NAME_PLACE, bytes(row.name_sealed)).decode()
        return Officer(
            account=row.account,
            name=name,
            grants=grants,
            stands_in=stands_in,
            speaks_for=speaks_for,
            language=row.language,
            theme=row.theme,
            has_password=row.password_hash is not None,
            has_second_factor=row.second_factor_sealed is not None,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
        )

    def _required(self, connection: Connection, account: str) -> Officer:
        officer = self.read(connection, account)
        if officer is None:
            raise EntryFaulty(Fault("account", "is no officer of this office", "./pena officer list names them"))
        return officer

    def _grant(self, connection: Connection, account: str, grants: Iterable[Grant], by: str, now: datetime) -> None:
        for grant in grants:
            values = {"account": account, "role": grant.role.value, "region_code": grant.region_code}
            connection.execute(insert(officer_role).values(values | {"granted_at": now, "granted_by": by}))
            self._acts.record(connection, by, "role_granted", now, details=_details(account, grant))

    def _faults_of(self, grants: Iterable[Grant]) -> list[Fault]:
        known = {ALL_REGIONS, *self._regions}
        return [
            Fault("region_code", f"{grant.region_code} is no region of this office", "correct the code")
            for grant in grants
            if grant.region_code not in known
        ]

    def _require_administrator(self, connection: Connection) -> None:
        left = (
            select(func.count())
            .select_from(officer_role.join(officer_account))
            .where(officer_role.c.role == Role.ADMINISTRATOR, officer_account.c.disabled_at.is_(None))
        )
        if not connection.execute(left).scalar_one():
            raise EntryFaulty(Fault("role", "nobody would be left to administer", "appoint another first"))


def _account(account: str) -> Any:
    return select(officer_account.c.account).where(officer_account.c.account == account)


def _details(account: str, grant: Grant) -> dict[str, str]:
    return {"account": account, "role": grant.role.value, "region_code": grant.region_code}
