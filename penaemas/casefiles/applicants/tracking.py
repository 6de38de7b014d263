"""The two codes of a receipt, whatever the service: which case they are of, and a new secret for a lost one."""

from __future__ import annotations

import base64
import secrets
from typing import Final

from sqlalchemy import Connection, Table, delete, select, update

from penaemas.casefiles.acts import Acts
from penaemas.casefiles.applicant_tables import applicant_room
from penaemas.casefiles.emas_tables import emas_application
from penaemas.casefiles.information_request_records import CaseUnknown
from penaemas.casefiles.pbg_tables import pbg_application
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.secrets_on_receipt import Codes, codes_of, digest_of_code, matches, spelled
from penaemas.licensing.clock import Clock
from penaemas.storage.database import Database

_APPLICATIONS: Final[tuple[Table, ...]] = (pbg_application, emas_application)
_NEW_SECRET_BYTES = 15


class Tracking:
    """The receipts of one office."""

    def __init__(self, database: Database, vault: PersonVault, acts: Acts, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._acts = acts
        self._clock = clock

    async def case_of(self, tracking_code: str) -> str | None:
        """The case whose status this code shows, or None. A code of a wrong form takes the same way as an unknown."""
        return await self._database.run(self._case_of, tracking_code)

    async def opened_by(self, tracking_code: str, secret: str) -> str | None:
        """The case that both codes are of, or None, whichever of them is wrong."""
        return await self._database.run(self._opened_by, tracking_code, secret)

    async def tracking_code_of(self, case_id: str) -> str:
        """The tracking code of a case, for a slip of paper. Never log it."""
        return codes_of(self._vault, case_id).tracking_code

    async def receipt_of(self, case_id: str) -> Codes | None:
        """The codes that a case was received with; None once its secret was replaced."""

        def read() -> Codes | None:
            codes = codes_of(self._vault, case_id)
            return codes if self._opened_by(codes.tracking_code, codes.secret) == case_id else None

        return await self._database.run(read)

    async def replace_secret(self, case_id: str, *, by: str) -> Codes:
        """A new secret for the applicant, whose identity card the officer has seen; the old one opens nothing any more.

        Raises:
            CaseUnknown: there is no such case with a receipt.
        """
        return await self._database.run(self._replace, case_id, by)

    def _case_of(self, tracking_code: str) -> str | None:
        digest = digest_of_code(tracking_code)
        with self._database.reading() as connection:
            # Every table is asked, so that the time tells nothing about where a code was found.
            found = [_one(connection, table, digest) for table in _APPLICATIONS]
        return next((case_id for case_id in found if case_id is not None), None)

    def _opened_by(self, tracking_code: str, secret: str) -> str | None:
        case_id = self._case_of(tracking_code)
        with self._database.reading() as connection:
            digests = [
                connection.execute(select(table.c.secret_digest).where(table.c.case_id == (case_id or ""))).scalar()
                for table in _APPLICATIONS
            ]
        known = next((bytes(digest) for digest in digests if digest is not None), bytes(32))
        fits = matches(secret, known)
        return case_id if fits else None

    def _replace(self, case_id: str, by: str) -> Codes:
        new = spelled(base64.b32encode(secrets.token_bytes(_NEW_SECRET_BYTES)).decode())
        with self._database.transaction() as connection:
            changed = [
                connection.execute(
                    update(table).where(table.c.case_id == case_id).values(secret_digest=digest_of_code(new))
                ).rowcount
                for table in _APPLICATIONS
            ]
            if not any(changed):
                raise CaseUnknown(case_id)
            connection.execute(delete(applicant_room).where(applicant_room.c.case_id == case_id))
            details = {"checked": "identity_card"}
            self._acts.record(
                connection, by, "replace_receipt_secret", self._clock.now(), case_id=case_id, details=details
            )
        return Codes(codes_of(self._vault, case_id).tracking_code, new)


def _one(connection: Connection, table: Table, digest: bytes) -> str | None:
    found: str | None = connection.execute(select(table.c.case_id).where(table.c.tracking_digest == digest)).scalar()
    return found
