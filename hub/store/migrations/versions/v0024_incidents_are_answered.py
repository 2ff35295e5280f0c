"""Playbooks, incidents with their steps, who was found safe, and the way out of each room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the tables, and two columns to rooms."""
    for name in ("exit_zh", "exit_en"):
        op.add_column("rooms", sa.Column(name, TEXT, nullable=False, server_default=""))
    op.create_table(
        "playbooks",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("steps", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("kind", "own", name="pk_playbooks"),
    )
    op.create_table(
        "incidents",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("drill", sa.Boolean, nullable=False),
        sa.Column("room", TEXT, nullable=False),
        sa.Column("place_zh", TEXT, nullable=False),
        sa.Column("place_en", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("meeting", TEXT),
        sa.Column("fault", TEXT, nullable=False),
        sa.Column("reported_by", TEXT, nullable=False),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("first_step_at", INSTANT),
        sa.Column("contained_at", INSTANT),
        sa.Column("resolved_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("impact", TEXT),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("reopened", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_incidents_meeting"),
        sa.CheckConstraint(
            "state IN ('reported', 'responding', 'contained', 'resolved', 'reviewed', 'closed', 'false_alarm',"
            " 'reopened')",
            name=op.f("ck_incidents_state"),
        ),
    )
    op.create_index("ix_incidents_reported_at", "incidents", ["reported_at"])
    active = sa.text("state IN ('reported', 'responding', 'contained', 'reopened')")
    op.create_index(
        "uq_incidents_kind_room_drill",
        "incidents",
        ["kind", "room", "drill"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )
    op.create_table(
        "incident_steps",
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("words_zh", TEXT, nullable=False),
        sa.Column("words_en", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("within_s", sa.BigInteger, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("phone", TEXT, nullable=False),
        sa.Column("human", sa.Boolean, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("done_by", TEXT, nullable=False),
        sa.Column("late_at", INSTANT),
        sa.PrimaryKeyConstraint("incident", "position", name="pk_incident_steps"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_incident_steps_incident"),
    )
    op.create_table(
        "incident_safe",
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("incident", "person", name="pk_incident_safe"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_incident_safe_incident"),
    )
