"""What is wrong with a source and its entries, in both languages; what guests answered to their invitation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

NEW = (
    ("booking_pulls", "trouble", ""),
    ("booking_bad", "problem_zh", ""),
    ("booking_bad", "remedy_zh", ""),
    ("invitations", "rsvp", "needs_action"),
)


def upgrade() -> None:
    """Add the columns. What was said in English alone stands in both until the entry is read again."""
    for name in ("problem", "remedy"):
        op.execute(f"ALTER TABLE booking_bad RENAME COLUMN {name} TO {name}_en")
    for table, name, default in NEW:
        op.add_column(table, sa.Column(name, TEXT, nullable=False, server_default=default))
        if op.get_bind().dialect.name != "sqlite":  # SQLite cannot, and every writer names all columns
            op.alter_column(table, name, server_default=None)
    op.execute("UPDATE booking_bad SET problem_zh = problem_en, remedy_zh = remedy_en")
