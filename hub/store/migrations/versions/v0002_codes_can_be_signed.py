"""Codes can be signed: the public keys of meetings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table of keys."""
    op.create_table(
        "signing_keys",
        sa.Column("key_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("public_key", TEXT, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_signing_keys"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_signing_keys_meeting"),
    )
