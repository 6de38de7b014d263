"""A second step, so that a half-done upgrade can be told from a whole one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("account", sa.Column("balance_idr", sa.Integer, nullable=False, server_default="0"))
