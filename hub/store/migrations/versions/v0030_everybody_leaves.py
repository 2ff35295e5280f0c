"""Where everybody gathers who had to leave the house."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0026"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    for name in ("assembly_zh", "assembly_en"):
        op.add_column("venue", sa.Column(name, TEXT, nullable=False, server_default=""))
