"""Things happen later: timers, and messages to guests who are not here."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "timers",
        *_texts("rule", "subject"),
        _instant("due_at"),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("rule", "subject", name="pk_timers"),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"])
    op.create_table(
        "guest_messages",
        *_texts("id", "kind", "dedupe", "invitation"),
        _instant("created_at"),
        _instant("pointless_at"),
        sa.Column("task", TEXT),
        sa.Column("facts", sa.JSON, nullable=False),
        *_texts("state"),
        _instant("next_at", nullable=True),
        _instant("sent_at", nullable=True),
        sa.Column("tries", sa.BigInteger, nullable=False),
        *_texts("channel", "problem"),
        sa.PrimaryKeyConstraint("id", name="pk_guest_messages"),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name="fk_guest_messages_invitation"),
        sa.UniqueConstraint("dedupe", name="uq_guest_messages_dedupe"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'given_up')", name=op.f("ck_guest_messages_state")),
    )
    op.create_index("ix_guest_messages_task", "guest_messages", ["task"])
    op.create_index("ix_guest_messages_created_at", "guest_messages", ["created_at"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_guest_messages_created_at_id",
        "guest_messages",
        ["created_at", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=nullable)
