"""Accounts and their passkeys, codes that work once, wrong tries, and who is signed in where."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the tables. Nobody has an account yet: the hub's next start writes the code that makes the first admin."""
    op.create_table(
        "accounts",
        *_texts("id", "name", "password"),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        *_instants("made_at"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
    )
    op.create_table(
        "passkeys",
        *_texts("id", "account", "public_key", "name"),
        sa.Column("count", sa.BigInteger, nullable=False),
        *_instants("made_at"),
        *_instants("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_passkeys_account"),
    )
    op.create_index("ix_passkeys_account", "passkeys", ["account"])
    op.create_table(
        "codes_once",
        *_texts("code", "purpose"),
        *_instants("until"),
        sa.PrimaryKeyConstraint("code", name="pk_codes_once"),
    )
    op.create_table(
        "sign_in_tries",
        *_texts("who"),
        *_instants("since"),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_sign_in_tries"),
    )
    op.create_table(
        "sessions",
        *_texts("id", "account", "tablet", "person"),
        *_instants("began_at", "seen_at", "proven_at"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_index("ix_sessions_tablet", "sessions", ["tablet"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, INSTANT, nullable=nullable) for name in names]
