"""One table counts whatever may be done so often and no oftener, in place of the one for wrong passwords alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the table, and drop the old one: whoever had wrong tries there begins anew."""
    op.create_table(
        "allowances",
        sa.Column("who", TEXT, nullable=False),
        sa.Column("full_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_allowances"),
    )
    op.drop_table("sign_in_tries")
