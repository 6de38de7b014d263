"""Registration and permit numbers, and the register they stand in.

The counter of a sub-district and WIB day is raised in the transaction that writes the register: a number whose
transaction fails was never given, and a void one stays listed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from penaemas.casefiles.case_records import StepMissing
from penaemas.casefiles.numbering import next_number
from penaemas.casefiles.pbg.desk import Desk
from penaemas.casefiles.pbg_tables import pbg_number, pbg_paper, pbg_simbg_entry, pbg_step
from penaemas.casefiles.tables import case_file, outbox
from penaemas.licensing.numbering import CounterKey, PermitNumber, RegistrationNumber

REGISTRATION, PERMIT, ASSESSMENT = "registration", "permit", "assessment"
SIMBG = "simbg"
_FORMS = {REGISTRATION: RegistrationNumber, PERMIT: PermitNumber, ASSESSMENT: PermitNumber}


class Register:
    """The numbers of PBG MBR cases."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def assign_registration_number(self, case_id: str) -> str:
        """The case's registration number; the same when asked again."""
        return await self._desk.database.run(self._assign, case_id, REGISTRATION, False)

    async def assign_permit_number(self, case_id: str, *, simbg_registration: bool) -> str:
        """The case's permit number: SIMBG's if the region registers there, else one of our own prefix.

        Raises:
            StepMissing: the region registers in SIMBG and no number of SIMBG is on file.
        """
        return await self._desk.database.run(self._assign, case_id, PERMIT, simbg_registration)

    async def publish_permit(self, case_id: str) -> datetime:
        """Put the signed permit in force and make it available to its holder; when that was.

        Raises:
            StepMissing: it was not numbered, printed and signed.
        """
        return await self._desk.database.run(self._publish, case_id)

    async def number_of(self, case_id: str, kind: str) -> str | None:
        """The number of this kind that counts."""

        def read() -> str | None:
            with self._desk.database.reading() as connection:
                row = current_number(connection, case_id, kind)
                return row["number"] if row else None

        return await self._desk.database.run(read)

    async def simbg_numbers(self, case_id: str) -> tuple[str, str] | None:
        """SIMBG's registration and permit number as officers recorded them; None unless both are on file."""

        def read() -> tuple[str, str] | None:
            with self._desk.database.reading() as connection:
                registration, permit = (simbg_number(connection, case_id, kind) for kind in (REGISTRATION, PERMIT))
            return None if registration is None or permit is None else (registration, permit)

        return await self._desk.database.run(read)

    def _assign(self, case_id: str, kind: str, of_simbg: bool) -> str:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            current = current_number(connection, case_id, kind)
            if not of_simbg:
                return str(current["number"]) if current else self.give_own(connection, case, kind)
            number = simbg_number(connection, case_id, kind)
            if number is None:
                raise StepMissing
            if current is not None and current["number"] == number:
                return number
            if current is not None:  # SIMBG's number was entered again, corrected
                void_numbers(connection, case_id, desk.clock.now(), kinds=(kind,))
            self._write(connection, case, kind, number, SIMBG)
            return number

    def give_own(self, connection: Connection, case: RowMapping, kind: str) -> str:
        """Draw the next number of the sub-district and day and write it into the register."""
        desk = self._desk
        numbering = desk.regions[case["region_code"]].numbering
        prefix = {
            REGISTRATION: numbering.registration_prefix,
            PERMIT: numbering.permit_prefix,
            ASSESSMENT: f"{numbering.registration_prefix}-SKRD",
        }[kind]
        key = CounterKey.at(desk.facts(connection, case)["sub_district"], desk.clock.now())
        counter = next_number(connection, f"{prefix}-{key.sub_district}-{key.day:%d%m%Y}")
        number = str(_FORMS[kind].of(prefix, key, counter))
        self._write(connection, case, kind, number, "own")
        return number

    def _write(self, connection: Connection, case: RowMapping, kind: str, number: str, source: str) -> None:
        if source == SIMBG:
            # A mistyped number was somebody else's all along: its void line gives way to the case that it belongs to.
            connection.execute(delete(pbg_number).where(pbg_number.c.number == number, pbg_number.c.state == "void"))
        connection.execute(
            insert(pbg_number).values(
                number=number,
                case_id=case["case_id"],
                kind=kind,
                source=source,
                sub_district=self._desk.facts(connection, case)["sub_district"],
                state="given",
                given_at=self._desk.clock.now(),
            )
        )

    def _publish(self, case_id: str) -> datetime:
        desk = self._desk
        with desk.database.transaction() as connection:
            case = desk.held(connection, case_id)
            current, now = current_number(connection, case_id, PERMIT), desk.clock.now()
            if current is None or case["signed_at"] is None:
                raise StepMissing
            if current["state"] == "in_force":
                first: datetime = current["in_force_at"]
                return first
            paper = latest_paper(connection, case_id, PERMIT)
            if paper is None:
                raise StepMissing
            connection.execute(
                update(pbg_number)
                .where(pbg_number.c.number == current["number"])
                .values(state="in_force", in_force_at=now)
            )
            connection.execute(
                update(pbg_paper)
                .where(
                    pbg_paper.c.case_id == case_id,
                    pbg_paper.c.kind == PERMIT,
                    pbg_paper.c.version == paper["version"],
                )
                .values(published_at=now)
            )
            return now


def current_number(connection: Connection, case_id: str, kind: str) -> RowMapping | None:
    """The number of this kind that is not void."""
    wanted = select(pbg_number).where(
        pbg_number.c.case_id == case_id, pbg_number.c.kind == kind, pbg_number.c.state != "void"
    )
    return connection.execute(wanted).mappings().first()


def void_numbers(
    connection: Connection, case_id: str, at: datetime, *, kinds: tuple[str, ...] = (REGISTRATION, PERMIT, ASSESSMENT)
) -> None:
    """Mark numbers void that never came into force; they stay listed."""
    connection.execute(
        update(pbg_number)
        .where(pbg_number.c.case_id == case_id, pbg_number.c.kind.in_(kinds), pbg_number.c.state == "given")
        .values(state="void", void_at=at)
    )


def simbg_number(connection: Connection, case_id: str, kind: str) -> str | None:
    """SIMBG's number of this kind as an officer entered it last."""
    same_step = (pbg_step.c.case_id == pbg_simbg_entry.c.case_id) & (
        pbg_step.c.revision == pbg_simbg_entry.c.step_revision
    )
    wanted = (
        select(pbg_simbg_entry.c.number)
        .join(pbg_step, same_step)
        .join(outbox, outbox.c.id == pbg_step.c.outbox_id)
        .where(pbg_simbg_entry.c.case_id == case_id, pbg_simbg_entry.c.kind == kind, outbox.c.state != "refused")
        .order_by(pbg_simbg_entry.c.step_revision.desc())
    )
    number: str | None = connection.execute(wanted).scalars().first()
    return number


def case_with_simbg_number(connection: Connection, kind: str, number: str, *, apart_from: str) -> str | None:
    """Number (or id) of another case for which an officer entered this number of SIMBG and did not correct it since."""
    wanted = (
        select(pbg_simbg_entry.c.case_id, case_file.c.number)
        .join(case_file, case_file.c.case_id == pbg_simbg_entry.c.case_id)
        .where(
            pbg_simbg_entry.c.kind == kind,
            pbg_simbg_entry.c.number == number,
            pbg_simbg_entry.c.case_id != apart_from,
        )
    )
    for case_id, case_number in connection.execute(wanted):
        if simbg_number(connection, case_id, kind) == number:
            return str(case_number or case_id)
    return None


def latest_paper(connection: Connection, case_id: str, kind: str) -> RowMapping | None:
    """The newest version of a paper."""
    wanted = select(pbg_paper).where(pbg_paper.c.case_id == case_id, pbg_paper.c.kind == kind)
    return connection.execute(wanted.order_by(pbg_paper.c.version.desc())).mappings().first()
