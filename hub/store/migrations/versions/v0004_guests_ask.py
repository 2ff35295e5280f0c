"""Guests ask at kiosks: their requests, their business cards, and the house's answers to what many ask."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the three tables, and a way to guests by name."""
    op.create_table(
        "requests",
        *_texts("id", "device", "kind"),
        _instant("at"),
        sa.Column("task", TEXT),
        sa.Column("invitation", TEXT),
        *_texts("reason"),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("more", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
    )
    op.create_index("ix_requests_device_at", "requests", ["device", "at"])
    op.create_index("ix_requests_at", "requests", ["at"])
    op.create_table(
        "answers",
        *_texts("key"),
        sa.Column("meeting", TEXT),
        sa.Column("position", sa.BigInteger, nullable=False),
        *_texts("question_zh", "question_en", "answer_zh", "answer_en"),
        sa.PrimaryKeyConstraint("key", name="pk_answers"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_answers_meeting"),
    )
    op.create_table(
        "business_cards",
        *_texts("invitation", "meeting", "device"),
        _instant("consented_at"),
        *_texts("name", "company", "title", "phone", "email"),
        sa.PrimaryKeyConstraint("invitation", name="pk_business_cards"),
        sa.ForeignKeyConstraint(
            ["invitation", "meeting"],
            ["invitations.id", "invitations.meeting"],
            name="fk_business_cards_invitation_meeting",
        ),
    )
    op.create_index("ix_guests_name", "guests", ["name"])
    op.create_index("ix_business_cards_meeting", "business_cards", ["meeting"])
    op.create_index("ix_business_cards_consented_at", "business_cards", ["consented_at"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _instant(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=False)
