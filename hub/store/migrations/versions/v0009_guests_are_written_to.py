"""Guests are written to: the house's notes, and each meeting's notes, documents and hand-outs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add what messages tell guests to mind, and what they are given."""
    for name in ("notes_zh", "notes_en"):
        op.add_column("venue", sa.Column(name, TEXT, nullable=False, server_default=""))
        if op.get_bind().dialect.name != "sqlite":  # which cannot take a default away again
            op.alter_column("venue", name, server_default=None)
    op.create_table(
        "materials",
        *_texts("meeting", "notes_zh", "notes_en"),
        sa.Column("documents", sa.JSON, nullable=False),
        sa.Column("hand_outs", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("meeting", name="pk_materials"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_materials_meeting"),
    )
    op.create_table(
        "hand_outs_given",
        *_texts("id", "meeting", "hand_out"),
        sa.Column("invitation", TEXT),
        *_texts("by"),
        sa.Column("at", sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hand_outs_given"),
        sa.ForeignKeyConstraint(
            ["invitation", "meeting"],
            ["invitations.id", "invitations.meeting"],
            name="fk_hand_outs_given_invitation_meeting",
        ),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_hand_outs_given_meeting"),
    )
    op.create_index("ix_hand_outs_given_meeting_hand_out", "hand_outs_given", ["meeting", "hand_out"])
    known = sa.text("invitation IS NOT NULL")
    op.create_index(
        "uq_hand_outs_given_invitation_hand_out",
        "hand_outs_given",
        ["invitation", "hand_out"],
        unique=True,
        sqlite_where=known,
        postgresql_where=known,
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]
