"""What each device did with an alert, and how full a tablet's battery is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the table and the columns. Of earlier alerts nobody knows on which device they were shown."""
    op.create_table(
        "alert_receipts",
        sa.Column("alert", TEXT, nullable=False),
        sa.Column("device", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("shown_at", INSTANT),
        sa.Column("answered_at", INSTANT),
        sa.Column("answer", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("alert", "device", name="pk_alert_receipts"),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name="fk_alert_receipts_alert", ondelete="CASCADE"),
    )
    op.create_index("ix_alert_receipts_sent_at", "alert_receipts", ["sent_at"])
    op.add_column("tablets", sa.Column("battery", sa.BigInteger))
    op.add_column("tablets", sa.Column("charging", sa.Boolean))
