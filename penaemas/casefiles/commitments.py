"""What the ledger holds of a case file: SHA-256 over a random salt and the file's canonical form, and nothing else.

Whoever has salt and content can show that this very content was on file; without the salt not even a short content
can be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from penaemas.casefiles.tables import commitment

_SALT_BYTES = 32
# Separates these digests from any other use of SHA-256 here; a change of the canonical form takes a new number.
_DOMAIN = b"pena case file 1\0"


def canonical(content: Mapping[str, str]) -> bytes:
    """The one spelling of a content: JSON, keys sorted, no blanks, UTF-8."""
    return json.dumps(dict(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(salt: bytes, content: Mapping[str, str]) -> str:
    """The commitment in hex; the salt has a fixed length, so that it cannot borrow from the content."""
    if len(salt) != _SALT_BYTES:
        raise ValueError(f"a salt has {_SALT_BYTES} bytes")
    return hashlib.sha256(_DOMAIN + salt + canonical(content)).hexdigest()


def commit(
    connection: Connection, case_id: str, about: str, revision: int, content: Mapping[str, str], at: datetime
) -> str:
    """Pin a revision once; asked again for the same revision, the first digest is returned."""
    place = (commitment.c.case_id == case_id, commitment.c.about == about, commitment.c.revision == revision)
    earlier: str | None = connection.execute(select(commitment.c.digest).where(*place)).scalar()
    if earlier is not None:
        return earlier
    salt = os.urandom(_SALT_BYTES)
    digest = digest_of(salt, content)
    connection.execute(
        insert(commitment).values(case_id=case_id, about=about, revision=revision, digest=digest, salt=salt, made_at=at)
    )
    return digest


def verify(connection: Connection, case_id: str, about: str, revision: int, content: Mapping[str, str]) -> bool | None:
    """Whether this content is what was pinned; None when the salt was destroyed, so that nobody can tell."""
    row = connection.execute(
        select(commitment.c.digest, commitment.c.salt).where(
            commitment.c.case_id == case_id, commitment.c.about == about, commitment.c.revision == revision
        )
    ).one()
    if row.salt is None:
        return None
    return hmac.compare_digest(row.digest, digest_of(bytes(row.salt), content))
