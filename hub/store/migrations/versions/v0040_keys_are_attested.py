"""What is said of a key for signed codes is numbered, and signed by the house's own key."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0038"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns. Keys that are there are attested by the next command that issues codes."""
    op.add_column("signing_keys", sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"))
    for name in ("house_key", "statement"):
        op.add_column("signing_keys", sa.Column(name, TEXT, nullable=False, server_default=""))
    if op.get_bind().dialect.name != "sqlite":  # SQLite cannot, and every writer names all columns
        for name in ("version", "house_key", "statement"):
            op.alter_column("signing_keys", name, server_default=None)
