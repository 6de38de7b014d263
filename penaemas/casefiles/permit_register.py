"""What was granted: every signed paper, and whether it is in force. What anybody may be told of it, too."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from penaemas.casefiles.permit_tables import permit
from penaemas.casefiles.tables import outbox
from penaemas.licensing.permit_payload import SealedPayload
from penaemas.storage.database import Database

State = Literal["signed", "in_force", "superseded", "revoked"]


@dataclass(frozen=True, slots=True)
class Permit:
    """A signed paper in the register. Nothing personal: whose it is, the paper says.

    Attributes:
        title: what kind of paper, in Indonesian.
        signed_by: the signer's account.
        signed_as: the signer's post as printed.
        replaced_by: number of the paper that took its place.
    """

    case_id: str
    region_code: str
    number: str
    title: str
    state: State
    data_digest: str
    file_digest: str
    signed_at: datetime
    signed_by: str
    signed_as: str
    decree_number: str | None
    certificate_serial: str
    checkpoint: str | None
    in_force_at: datetime | None
    ended_at: datetime | None
    ended_because: str | None
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs, as what. `stand_in_for`: the line on decree and holder under a stand-in's name, else empty."""

    account: str
    name: str
    function: str
    stand_in_for: str
    decree_number: str | None


class PermitRegister:
    """The register of one office."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, number: str) -> Permit | None:
        """The paper of this number, as anybody may know it; None if none was ever signed."""

        def read() -> Permit | None:
            with self._database.reading() as connection:
                row = row_of_number(connection, number)
                return _told(row) if row is not None else None

        return await self._database.run(read)

    async def newest(self, regions: tuple[str, ...], *, limit: int = 200) -> tuple[Permit, ...]:
        """The papers of these regions, the newest first."""

        def read() -> tuple[Permit, ...]:
            wanted = select(permit).where(permit.c.region_code.in_(regions), permit.c.state != "void")
            with self._database.reading() as connection:
                rows = connection.execute(wanted.order_by(permit.c.signed_at.desc()).limit(limit)).mappings()
                return tuple(_told(row) for row in rows)

        return await self._database.run(read)

    def enter(
        self,
        connection: Connection,
        *,
        case: RowMapping,
        title: str,
        paper_version: int,
        signed_pdf: bytes,
        sealed: SealedPayload,
        checkpoint: str | None,
        command_id: str,
        signatory: Signatory,
        certificate_serial: str,
        at: datetime,
    ) -> None:
        """Write a signed paper into the register, in the transaction that completes the signer's step."""
        self._void_what_the_engine_refused(connection, case["case_id"], at)
        connection.execute(
            insert(permit).values(
                permit_id=str(uuid.uuid4()),
                case_id=case["case_id"],
                process_id=case["process_id"],
                region_code=case["region_code"],
                number=sealed.payload.number,
                title=title,
                paper_version=paper_version,
                data_digest=sealed.payload.digest.hex(),
                file_digest=hashlib.sha256(signed_pdf).hexdigest(),
                qr_fragment=sealed.fragment,
                checkpoint=checkpoint,
                outbox_id=command_id,
                signed_at=at,
                signed_by=signatory.account,
                signed_as=signatory.function,
                decree_number=signatory.decree_number,
                certificate_serial=certificate_serial,
                state="signed",
            )
        )

    def _void_what_the_engine_refused(self, connection: Connection, case_id: str, at: datetime) -> None:
        refused = select(outbox.c.id).where(outbox.c.case_id == case_id, outbox.c.state == "refused")
        here = (permit.c.case_id == case_id, permit.c.state == "signed", permit.c.outbox_id.in_(refused))
        connection.execute(update(permit).where(*here).values(state="void", ended_at=at))


def put_in_force(connection: Connection, case_id: str, at: datetime) -> None:
    """The signed paper of a case is issued, in the transaction that issues it; a concept has none."""
    here = (permit.c.case_id == case_id, permit.c.state == "signed")
    connection.execute(update(permit).where(*here).values(state="in_force", in_force_at=at))


def row_of_number(connection: Connection, number: str) -> RowMapping | None:
    """The row of a number that is not void."""
    wanted = select(permit).where(permit.c.number == number, permit.c.state != "void")
    return connection.execute(wanted).mappings().first()


def _told(row: RowMapping) -> Permit:
    return Permit(**{name: row[name] for name in Permit.__slots__})
