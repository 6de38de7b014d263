"""A table to try migrations with."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("account", sa.Column("name", sa.String(40), primary_key=True))
