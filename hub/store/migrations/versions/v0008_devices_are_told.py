"""Devices are told what to do, and show their screens."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "commands",
        *_texts("id", "device", "kind"),
        sa.Column("parameters", sa.JSON, nullable=False),
        *_texts("who"),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("sent_at", nullable=True),
        _instant("answered_at", nullable=True),
        *_texts("state", "problem"),
        sa.PrimaryKeyConstraint("id", name="pk_commands"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'done', 'failed')", name=op.f("ck_commands_state")),
    )
    op.create_index("ix_commands_kind_created_at", "commands", ["kind", "created_at"])
    op.create_index("ix_commands_device_created_at", "commands", ["device", "created_at"])
    op.create_index("ix_commands_created_at", "commands", ["created_at"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_commands_created_at_id",
        "commands",
        ["created_at", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "screenshots",
        *_texts("device"),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        _instant("taken_at"),
        sa.PrimaryKeyConstraint("device", name="pk_screenshots"),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=nullable)
