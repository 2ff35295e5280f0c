"""The drinks menu of the house, the portions prepared for each meeting, and what guests like to drink."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables, the guests' column, and the way to the drinks of a meeting."""
    op.create_table(
        "drinks",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("name_zh", TEXT, nullable=False),
        sa.Column("name_en", TEXT, nullable=False),
        sa.Column("hot", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_drinks"),
    )
    op.create_table(
        "drinks_prepared",
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("drink", TEXT, nullable=False),
        sa.Column("portions", sa.BigInteger, nullable=False),
        sa.Column("out", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("meeting", "drink", name="pk_drinks_prepared"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_drinks_prepared_meeting"),
    )
    op.add_column("guests", sa.Column("drink", TEXT, nullable=False, server_default=""))
    drinks = sa.text("kind = 'drink'")
    op.create_index("ix_tasks_meeting", "tasks", ["meeting"], sqlite_where=drinks, postgresql_where=drinks)
