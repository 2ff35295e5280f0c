"""Nothing is lost: corrected times, rulings of staff, numbered runs, leased seats, repeats in the quarantine."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add what the proof of delivery needs."""
    _check_ins()
    _quarantine()
    op.create_table(
        "rulings",
        *_texts("id", "check_in", "invitation", "kind", "by", "reason"),
        _instant("at"),
        _key("rulings", "id"),
        sa.ForeignKeyConstraint(["check_in"], ["check_ins.id"], name="fk_rulings_check_in"),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name="fk_rulings_invitation"),
    )
    op.create_index("ix_rulings_invitation", "rulings", ["invitation"])
    op.create_table(
        "anchors",
        *_texts("device", "machine"),
        *_numbers("rank", "zero_us"),
        _instant("heard_at"),
        _key("anchors", "device", "machine"),
    )
    op.create_table(
        "runs",
        *_texts("device", "boot"),
        *_numbers("claimed", "complete", "lost"),
        _instant("gap_since", nullable=True),
        _instant("asked_at", nullable=True),
        _key("runs", "device", "boot"),
    )
    op.create_table(
        "seat_leases",
        *_texts("meeting", "seat", "device"),
        _instant("until"),
        *_numbers("recalled"),
        _key("seat_leases", "meeting", "seat"),
        sa.ForeignKeyConstraint(
            ["meeting", "seat"], ["seats.meeting", "seats.label"], name="fk_seat_leases_meeting_seat"
        ),
    )
    op.create_index("ix_seat_leases_device", "seat_leases", ["device"])


def _check_ins() -> None:
    _add("check_ins", _instant("door_at"), "at")
    _add("check_ins", sa.Column("machine", TEXT, nullable=False), "''")
    op.add_column("check_ins", sa.Column("seat", TEXT))
    op.create_index("ix_check_ins_device_boot_seq", "check_ins", ["device", "boot", "seq"])
    refused = sa.text("classed = 'refused'")
    op.create_index(
        "ix_check_ins_meeting_at", "check_ins", ["meeting", "at"], sqlite_where=refused, postgresql_where=refused
    )


def _quarantine() -> None:
    _add("quarantine", sa.Column("body", TEXT, nullable=False), "id")  # what came before is told apart by its row
    _add("quarantine", sa.Column("times", sa.BigInteger, nullable=False), "1")
    _add("quarantine", _instant("last_at"), "received_at")
    op.drop_index("ix_quarantine_received_at", "quarantine")
    op.create_index("ix_quarantine_last_at", "quarantine", ["last_at"])
    op.create_index("uq_quarantine_what_came", "quarantine", ["device", "leaf", "reason", "body"], unique=True)


def _add(table: str, column: sa.Column[Any], value: str) -> None:
    """Add a column that is never empty, filled with ``value`` (SQL) in the rows that are there.

    SQLite can only add such a column with a default, and cannot take the default away again.
    """
    if op.get_bind().dialect.name == "sqlite":
        column.server_default = sa.DefaultClause(sa.text("0" if isinstance(column.type, sa.BigInteger) else "''"))
        op.add_column(table, column)
        op.execute(f"UPDATE {table} SET {column.name} = {value}")  # noqa: S608 - all three stand above
        return
    column.nullable = True
    op.add_column(table, column)
    op.execute(f"UPDATE {table} SET {column.name} = {value}")  # noqa: S608 - same
    op.alter_column(table, column.name, nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=nullable)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")
