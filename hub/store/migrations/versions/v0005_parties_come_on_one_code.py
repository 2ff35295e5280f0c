"""Parties come on one code: group codes, whose lookups no guest's code may have."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

APART = (("credentials", "group_codes"), ("group_codes", "credentials"))
"""A table whose new rows are looked at, and the table in which their lookups must not stand."""

REFUSED = "uq_codes"
"""What ``hub.store.errors`` calls it."""


def upgrade() -> None:
    """Add the table, and the triggers that keep its lookups and those of guests' codes apart."""
    names = ("lookup", "code", "meeting", "party", "status")
    op.create_table(
        "group_codes",
        *(sa.Column(name, TEXT, nullable=False) for name in names),
        sa.Column("status_at", sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("lookup", name="pk_group_codes"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_group_codes_meeting"),
        sa.CheckConstraint("status IN ('valid', 'revoked', 'replaced')", name=op.f("ck_group_codes_status")),
    )
    op.create_index(
        "uq_group_codes_meeting_party",
        "group_codes",
        ["meeting", "party"],
        unique=True,
        sqlite_where=sa.text("current = 1"),
        postgresql_where=sa.text("current"),
    )
    keep_apart = _in_sqlite if op.get_bind().dialect.name == "sqlite" else _in_postgresql
    for table, other in APART:
        keep_apart(table, other)


def _in_sqlite(table: str, other: str) -> None:
    op.execute(f"""
        CREATE TRIGGER {table}_codes_apart BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {other} WHERE lookup = NEW.lookup)
        BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {REFUSED}'); END
    """)  # noqa: S608 - both names stand above


def _in_postgresql(table: str, other: str) -> None:
    op.execute(f"""
        CREATE FUNCTION {table}_codes_apart() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM {other} WHERE lookup = NEW.lookup) THEN
                RAISE unique_violation USING CONSTRAINT = '{REFUSED}';
            END IF;
            RETURN NEW;
        END $$
    """)  # noqa: S608 - both names stand above
    op.execute(
        f"CREATE TRIGGER {table}_codes_apart BEFORE INSERT ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_codes_apart()"
    )
