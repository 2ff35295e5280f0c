"""Devices join through a window and hold certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the tables. Devices that have a password keep it until they join."""
    op.create_table(
        "device_certificates",
        sa.Column("serial", TEXT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("device", "fingerprint", "issued_by")),
        *(sa.Column(name, INSTANT, nullable=False) for name in ("issued_at", "until")),
        *(sa.Column(name, INSTANT) for name in ("revoked_at", "put_out_at")),
        sa.PrimaryKeyConstraint("serial", name="pk_device_certificates"),
    )
    op.create_index("ix_device_certificates_device", "device_certificates", ["device"])
    op.create_table(
        "join_windows",
        sa.Column("id", TEXT, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("device", "code", "opened_by")),
        *(sa.Column(name, INSTANT, nullable=False) for name in ("opened_at", "closes_at")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("stage", "csr", "ticket", "fingerprint", "certificate")),
        sa.PrimaryKeyConstraint("id", name="pk_join_windows"),
        sa.UniqueConstraint("code", name="uq_join_windows_code"),
        sa.CheckConstraint(
            "stage IN ('open', 'asked', 'approved', 'joined', 'closed')", name=op.f("ck_join_windows_stage")
        ),
    )
