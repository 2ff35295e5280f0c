"""Readings have a history: every one for days, what they came to in a minute and in an hour for longer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _serial(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), nullable=False)


def _history(name: str, *measures: sa.Column[object]) -> None:
    op.create_table(
        name,
        *(sa.Column(key, sa.BigInteger, nullable=False, autoincrement=False) for key in ("slot", "point", "at")),
        *measures,
        sa.PrimaryKeyConstraint("slot", "point", "at", name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "point_numbers",
        _serial("number"),
        sa.Column("point", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_point_numbers"),
        sa.ForeignKeyConstraint(["point"], ["points.id"], name="fk_point_numbers_point"),
        sa.UniqueConstraint("point", name="uq_point_numbers_point"),
    )
    _history(
        "readings",
        sa.Column("value", sa.Double),
        sa.Column("text", TEXT),
        sa.Column("quality", sa.SmallInteger, nullable=False),
    )
    for name in ("readings_by_minute", "readings_by_hour"):
        _history(
            name,
            sa.Column("n", sa.BigInteger, nullable=False),
            *(sa.Column(measure, sa.Double) for measure in ("least", "most", "total", "last")),
            sa.Column("words", sa.BigInteger, nullable=False),
            sa.Column("text", TEXT),
        )
    op.create_table(
        "unrolled",
        _serial("id"),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unrolled"),
    )
    op.create_index("ix_unrolled_level_at_block", "unrolled", ["level", "at", "block"])
    op.create_table(
        "kept_from",
        sa.Column("level", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("level", name="pk_kept_from"),
    )
