"""Guests are picked up: their transfers, and what the house says of itself on the way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table, and two columns to the house."""
    op.create_table(
        "transfers",
        *_texts("invitation", "kind", "place_zh", "place_en"),
        sa.Column("eta", sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=False),
        *_texts("note", "greeter", "greeter_phone", "state"),
        sa.PrimaryKeyConstraint("invitation", name="pk_transfers"),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name="fk_transfers_invitation"),
        sa.CheckConstraint(
            "state IN ('planned', 'under_way', 'met', 'delivered', 'cancelled')", name=op.f("ck_transfers_state")
        ),
    )
    op.create_index("ix_transfers_eta", "transfers", ["eta"])
    for name in ("about_zh", "about_en"):
        op.add_column("venue", sa.Column(name, TEXT, nullable=False, server_default=""))
        if op.get_bind().dialect.name == "postgresql":  # SQLite cannot take the default away again
            op.alter_column("venue", name, server_default=None)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]
