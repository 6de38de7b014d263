"""What is personal, encrypted with a key of the person's own, which the office's master key wraps.

Erasing a person destroys that key and the salts of the commitments about the person; what remains of the ciphertext
is noise. Look-up goes by a blind index: an HMAC that only the office can compute.

AES-256-GCM throughout, a random 96-bit nonce before each ciphertext; the associated data ties it to its place, so
that a row cannot be moved to another person, case or field.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import uuid
from collections.abc import Collection
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from penaemas.casefiles.tables import case_file, commitment, person, person_lookup, personal_field, vault_check

KEY_BYTES = 32
_NONCE_BYTES = 12
# Asked before every piece that is read or written, so that an erasure counts at once; built once.
_WRAPPED_KEY = select(person.c.wrapped_key).where(person.c.person_id == bindparam("person"))


class PersonErased(Exception):
    """The person's data was erased; nobody can read it again."""


class WrongMasterKey(Exception):
    """The master key is not the one that this database was written with."""


class PersonVault:
    """Reads and writes personal fields inside the caller's transaction."""

    def __init__(self, master_key: bytes) -> None:
        """Args: master_key: 32 bytes; kept in the office's secrets folder, never in the database."""
        if len(master_key) != KEY_BYTES:
            raise ValueError(f"the master key has {KEY_BYTES} bytes")
        self._wrapping = AESGCM(_derived(master_key, b"wrap person keys"))
        self._blinding_key = _derived(master_key, b"blind index")
        self._check = hashlib.sha256(_derived(master_key, b"check")).digest()

    def check_master_key(self, connection: Connection) -> None:
        """Remember the key's digest in an empty database; compare it in any other.

        Raises:
            WrongMasterKey: another key was used before; nothing was written.
        """
        stored = connection.execute(select(vault_check.c.digest)).scalar()
        if stored is None:
            connection.execute(insert(vault_check).values(number=1, digest=self._check))
        elif not hmac.compare_digest(bytes(stored), self._check):
            raise WrongMasterKey

    def new_person(self, connection: Connection, at: datetime) -> str:
        """Make a person with a key of their own; the id says nothing about them."""
        person_id = str(uuid.uuid4())
        wrapped = _seal(self._wrapping, AESGCM.generate_key(256), person_id)
        connection.execute(insert(person).values(person_id=person_id, wrapped_key=wrapped, created_at=at))
        return person_id

    def write(
        self,
        connection: Connection,
        person_id: str,
        case_id: str,
        values: dict[str, str],
        *,
        revision: int,
        at: datetime,
    ) -> None:
        """Store personal fields of one revision of a case file; a revision is written once.

        Raises:
            PersonErased: there is no key any more.
        """
        cipher = self._cipher_of(connection, person_id)
        rows = [
            {
                "case_id": case_id,
                "name": name,
                "revision": revision,
                "person_id": person_id,
                "ciphertext": _seal(cipher, value.encode(), _place(person_id, case_id, name, revision)),
                "written_at": at,
            }
            for name, value in values.items()
        ]
        if rows:
            connection.execute(insert(personal_field), rows)

    def read(self, connection: Connection, person_id: str, case_id: str, *, revision: int) -> dict[str, str]:
        """The personal fields of one revision by name.

        Raises:
            PersonErased: there is no key any more.
        """
        cipher = self._cipher_of(connection, person_id)
        rows = connection.execute(
            select(personal_field.c.name, personal_field.c.ciphertext).where(
                personal_field.c.case_id == case_id,
                personal_field.c.person_id == person_id,
                personal_field.c.revision == revision,
            )
        )
        return {
            name: _opened(cipher, bytes(ciphertext), _place(person_id, case_id, name, revision)).decode()
            for name, ciphertext in rows
        }

    def read_some(
        self, connection: Connection, person_id: str, case_id: str, names: Collection[str], *, revision: int
    ) -> dict[str, str]:
        """Only these fields of one revision, as far as they were entered: nothing else is decrypted.

        Raises:
            PersonErased: there is no key any more.
        """
        cipher = self._cipher_of(connection, person_id)
        rows = connection.execute(
            select(personal_field.c.name, personal_field.c.ciphertext).where(
                personal_field.c.case_id == case_id,
                personal_field.c.person_id == person_id,
                personal_field.c.revision == revision,
                personal_field.c.name.in_(names),
            )
        )
        return {
            name: _opened(cipher, bytes(ciphertext), _place(person_id, case_id, name, revision)).decode()
            for name, ciphertext in rows
        }

    def add_lookup(self, connection: Connection, person_id: str, kind: str, value: str) -> None:
        """Let the person be found by a value, e.g. kind `contact`."""
        row = {"kind": kind, "blind_index": self.blind(kind, value), "person_id": person_id}
        connection.execute(insert(person_lookup).values(row))

    def replace_lookup(self, connection: Connection, person_id: str, kind: str, value: str) -> None:
        """Let the person be found by this value and by no earlier one of the kind."""
        connection.execute(
            delete(person_lookup).where(person_lookup.c.person_id == person_id, person_lookup.c.kind == kind)
        )
        self.add_lookup(connection, person_id, kind, value)

    def seal(self, connection: Connection, person_id: str, place: str, content: bytes) -> bytes:
        """A file's content, encrypted for this person and this place.

        Raises:
            PersonErased: there is no key any more.
        """
        return _seal(self._cipher_of(connection, person_id), content, f"{person_id}\0file\0{place}")

    def unseal(self, connection: Connection, person_id: str, place: str, sealed: bytes) -> bytes:
        """The content of `seal`.

        Raises:
            PersonErased: there is no key any more.
            WrongMasterKey: this is no file of this person and place.
        """
        return _opened(self._cipher_of(connection, person_id), sealed, f"{person_id}\0file\0{place}")

    def find(self, connection: Connection, kind: str, value: str) -> tuple[str, ...]:
        """Ids of the persons that were entered with this value; upper and lower case and outer blanks do not matter."""
        matches = select(person_lookup.c.person_id).where(
            person_lookup.c.kind == kind, person_lookup.c.blind_index == self.blind(kind, value)
        )
        return tuple(connection.execute(matches).scalars())

    def blind(self, kind: str, value: str) -> bytes:
        """A digest of a value that only the office can compute; equal values of one kind give equal digests."""
        return hmac.digest(self._blinding_key, f"{kind}\0{value.strip().casefold()}".encode(), "sha256")

    def erase(self, connection: Connection, person_id: str, at: datetime) -> None:
        """Make everything personal about this person unreadable for ever. Commitments stay, without their salts."""
        if connection.dialect.name == "sqlite":
            # Overwrite the freed bytes; by default SQLite only marks them free.
            connection.execute(text("PRAGMA secure_delete=ON"))
        # A person may also stand in another's file, e.g. as the owner of what an applicant builds.
        cases = (
            select(case_file.c.case_id)
            .where(case_file.c.person_id == person_id)
            .union(select(personal_field.c.case_id).where(personal_field.c.person_id == person_id))
        )
        connection.execute(update(person).where(person.c.person_id == person_id).values(wrapped_key=None, erased_at=at))
        connection.execute(update(commitment).where(commitment.c.case_id.in_(cases)).values(salt=None))
        connection.execute(update(case_file).where(case_file.c.case_id.in_(cases)).values(submission_digest=None))
        connection.execute(delete(person_lookup).where(person_lookup.c.person_id == person_id))

    def _cipher_of(self, connection: Connection, person_id: str) -> AESGCM:
        wrapped = connection.execute(_WRAPPED_KEY, {"person": person_id}).scalar_one()
        if wrapped is None:
            raise PersonErased
        return AESGCM(_opened(self._wrapping, bytes(wrapped), person_id))


def _derived(master_key: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), KEY_BYTES, b"pena office 1: " + purpose).derive(master_key)


def _place(person_id: str, case_id: str, name: str, revision: int) -> str:
    return f"{person_id}\0{case_id}\0{name}\0{revision}"


def _seal(cipher: AESGCM, plain: bytes, place: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, place.encode())


def _opened(cipher: AESGCM, sealed: bytes, place: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
    except InvalidTag as moved_or_foreign:
        raise WrongMasterKey from moved_or_foreign
