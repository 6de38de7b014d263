"""What handing in an application has in common for every service: the receipt comes again, the content is numbered."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping, select

from penaemas.casefiles.case_records import ApplicationReceipt, RequestIdReused
from penaemas.casefiles.commitments import canonical
from penaemas.casefiles.person_vault import PersonVault
from penaemas.casefiles.secrets_on_receipt import codes_of
from penaemas.casefiles.tables import case_file

FIRST_REVISION = 1


def new_case_id() -> str:
    """A random id (UUID 4): nothing about the applicant can be read from it."""
    return str(uuid.uuid4())


def next_revision(case: RowMapping) -> int:
    """The number of what is written with the next command: one more than any earlier command's, and than the first."""
    return int(case["commands"]) + FIRST_REVISION


def submission_digest(vault: PersonVault, fields: Mapping[str, str], documents: Mapping[str, bytes]) -> bytes:
    """What the same submission is recognised by: its fields and files, under the office's key."""
    files = {f"sha256.{name}": hashlib.sha256(content).hexdigest() for name, content in documents.items()}
    return vault.blind("submission", canonical({**fields, **files}).decode())


def earlier_receipt(
    connection: Connection, vault: PersonVault, request_id: str, digest: bytes
) -> ApplicationReceipt | None:
    """The receipt of the submission that came under this id before, or None.

    Raises:
        RequestIdReused: the id stands for another content.
    """
    found = connection.execute(select(case_file).where(case_file.c.request_id == request_id)).mappings().first()
    if found is None:
        return None
    if found["submission_digest"] is None or bytes(found["submission_digest"]) != digest:
        raise RequestIdReused
    codes = codes_of(vault, found["case_id"])
    return ApplicationReceipt(found["case_id"], found["received_at"], False, codes.tracking_code, codes.secret)
