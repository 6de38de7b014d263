"""The tables of the office database. `migrations/` makes them; a test holds the two together.

Nothing personal stands in clear here: what is personal is a `personal_field`, encrypted with the key of its person.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from penaemas.storage.types import Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

CASE_ID = String(36)
ACCOUNT = String(120)

# A person whose data we hold. `wrapped_key` is NULL once the person is erased.
person = Table(
    "person",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("wrapped_key", LargeBinary),
    Column("created_at", Instant, nullable=False),
    Column("erased_at", Instant),
)

# Finds a person by a value without holding the value: HMAC under a key of the office.
person_lookup = Table(
    "person_lookup",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("blind_index", LargeBinary, primary_key=True),
    Column("person_id", ForeignKey("person.person_id"), primary_key=True),
)

# Proves that the office's master key is the one that the rows were written with.
vault_check = Table(
    "vault_check",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
)

case_file = Table(
    "case_file",
    metadata,
    Column("case_id", CASE_ID, primary_key=True),
    Column("process_id", String(80), nullable=False),
    Column("region_code", String(5), nullable=False),
    # The sender's own id of the submission, so that sending it twice makes one case.
    Column("request_id", String(64), nullable=False, unique=True),
    # Keyed digest of the submission: the same request_id with other content is a mistake. NULL once erased.
    Column("submission_digest", LargeBinary),
    Column("number", String(64), unique=True),
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("received_by", ACCOUNT, nullable=False),
    Column("closed_at", Instant),
    # Number of the last command of this case in the outbox; raising it locks the case.
    Column("commands", Integer, nullable=False, server_default="0"),
    Index("ix_case_file_received_at", "received_at"),
)

personal_field = Table(
    "personal_field",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("person_id", ForeignKey("person.person_id"), nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("written_at", Instant, nullable=False),
)

# What stood in a case file at one moment, pinned for the ledger. `salt` is NULL once the person is erased.
commitment = Table(
    "commitment",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("about", String(40), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("salt", LargeBinary),
    Column("made_at", Instant, nullable=False),
)

information_request = Table(
    "information_request",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("registered_at", Instant),
    Column("answer_warn_at", Instant),
    Column("answer_due_at", Instant),
    Column("extended_at", Instant),
    # The deadline that the one allowed extension replaced: tells a repeated job from a second extension.
    Column("extended_from", Instant),
    Column("answer_decision", String(20)),
)

# An officer's answer to a task, before and after the engine accepted it; its text is a personal_field of this revision.
task_answer = Table(
    "task_answer",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("user_task_key", BigInteger, nullable=False),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False, unique=True),
    Column("officer", ACCOUNT, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("saved_at", Instant, nullable=False),
    Index("ix_task_answer_user_task_key", "user_task_key"),
)

# Register numbers: the row is locked and raised in the transaction that writes the register, so a number is never lost.
counter = Table(
    "counter",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", Integer, nullable=False),
)

# An effect that happened once for (case, effect, round).
notice = Table(
    "notice",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("effect", String(60), primary_key=True),
    Column("round", String(60), primary_key=True),
    Column("addressed_to", String(80), nullable=False),
    Column("noticed_at", Instant, nullable=False),
)

# Append-only: triggers refuse every change.
act = Table(
    "act",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("done_at", Instant, nullable=False),
    Column("actor", ACCOUNT, nullable=False),
    Column("action", String(60), nullable=False),
    Column("case_id", CASE_ID),
    Column("details", JSON, nullable=False),
    Index("ix_act_case_id", "case_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", ForeignKey("case_file.case_id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", ACCOUNT, nullable=False),
    # In words, for the officer who gave the command.
    Column("outcome", Text),
    # Where the engine's own record of the command is: partition and position.
    Column("recorded_position", String(40)),
    UniqueConstraint("case_id", "sequence"),
    CheckConstraint("state IN ('waiting', 'sent', 'done', 'refused')", name="state"),
    # Only the open rows are ever searched for; the table itself grows for ever.
    Index(
        "ix_outbox_open",
        "state",
        "created_at",
        sqlite_where=text("state IN ('waiting', 'sent')"),
        postgresql_where=text("state IN ('waiting', 'sent')"),
    ),
    # An officer is told what came to nothing; such rows are few.
    Index(
        "ix_outbox_refused",
        "created_by",
        "created_at",
        sqlite_where=text("state = 'refused'"),
        postgresql_where=text("state = 'refused'"),
    ),
)
