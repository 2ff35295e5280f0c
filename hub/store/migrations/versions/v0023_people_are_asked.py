"""Tasks are offered to people: staff, who is at work, tablets, offers, alerts with receipts, and a task's timers."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
WHEN = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
KEPT = (
    "id, kind, dedupe, created_at, due_at, state, meeting, facts, accepted_by, accepted_at, done_at, outcome, "
    "asked_at, until, rounds, ticked, told_at, respond_by, warned_at, breached_at"
)


def upgrade() -> None:
    """Make the tasks' table anew (SQLite cannot change which states a column may hold), and add the others.

    What is open is asked about from now on.
    """
    op.execute("CREATE TEMPORARY TABLE old_tasks AS SELECT * FROM tasks")
    op.drop_table("tasks")
    _make_tasks()
    later = "CASE state WHEN 'done' THEN NULL WHEN 'closed' THEN NULL ELSE created_at END"
    op.execute(
        f"INSERT INTO tasks ({KEPT}, attend_at, rung, reminded, snoozed_why, unseen) "  # noqa: S608 - it stands above
        f"SELECT {KEPT}, {later}, 0, 0, '', {'FALSE' if _on_postgresql() else '0'} FROM old_tasks"
    )
    op.execute("DROP TABLE old_tasks")
    _make_people()
    _make_alerts()


def _make_tasks() -> None:
    op.create_table(
        "tasks",
        *_texts("id", "kind", "dedupe"),
        *_instants("created_at", "due_at"),
        *_texts("state"),
        sa.Column("meeting", TEXT),
        sa.Column("facts", sa.JSON, nullable=False),
        *_texts("accepted_by"),
        *_instants("accepted_at", "done_at", nullable=True),
        sa.Column("outcome", TEXT),
        *_instants("asked_at", "until", nullable=True),
        sa.Column("rounds", sa.BigInteger, nullable=False),
        sa.Column("ticked", sa.JSON, nullable=False),
        *_instants("told_at", "respond_by", "warned_at", "breached_at", nullable=True),
        *_instants("attend_at", "asked_from", nullable=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("rung", "reminded")),
        *_instants("snoozed_until", "held_until", "waiting_since", "rushed_at", nullable=True),
        *_texts("snoozed_why"),
        sa.Column("unseen", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_tasks_meeting"),
    )
    _index("uq_tasks_dedupe", ["dedupe"], "state <> 'closed'", unique=True)
    _index("ix_tasks_meeting", ["meeting"], "kind = 'drink'")
    _index("ix_tasks_attend_at", ["attend_at"], "attend_at IS NOT NULL")
    _index("ix_tasks_done_at", ["done_at"], "unseen")
    op.create_index("ix_tasks_dedupe_created_at", "tasks", ["dedupe", "created_at"])
    op.create_index("ix_tasks_created_at", "tasks", ["created_at"])


def _make_people() -> None:
    op.create_table(
        "staff",
        *_texts("key", "name"),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("roles", "leads", "zones", "skills")),
        *_texts("pager", "language"),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_staff"),
        sa.UniqueConstraint("name", name="uq_staff_name"),
    )
    op.create_table(
        "staff_codes",
        *_texts("staff", "kind", "lookup"),
        *_instants("made_at"),
        sa.PrimaryKeyConstraint("staff", "kind", name="pk_staff_codes"),
        sa.ForeignKeyConstraint(["staff"], ["staff.key"], name="fk_staff_codes_staff"),
        sa.UniqueConstraint("lookup", name="uq_staff_codes_lookup"),
    )
    op.create_table(
        "shifts",
        *_texts("staff"),
        *_instants("starts_at", "ends_at"),
        *_instants("acknowledged_at", nullable=True),
        sa.PrimaryKeyConstraint("staff", "starts_at", name="pk_shifts"),
        sa.ForeignKeyConstraint(["staff"], ["staff.key"], name="fk_shifts_staff"),
    )
    op.create_index("ix_shifts_starts_at", "shifts", ["starts_at"])
    op.create_table(
        "duties",
        *_texts("person"),
        *_instants("since"),
        *_instants("break_until", "seen_at", nullable=True),
        sa.Column("flooded", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_duties"),
    )
    op.create_table(
        "worked",
        *_texts("person"),
        *_instants("since", "until"),
        sa.PrimaryKeyConstraint("person", "since", name="pk_worked"),
    )
    op.create_index("ix_worked_until", "worked", ["until"])
    op.create_table(
        "tablets",
        *_texts("id", "name", "token"),
        *_instants("joined_at"),
        *_texts("person"),
        *_instants("signed_in_at", "seen_at", nullable=True),
        sa.Column("tries", sa.BigInteger, nullable=False),
        *_instants("locked_until", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tablets"),
        sa.UniqueConstraint("token", name="uq_tablets_token"),
    )
    op.create_table(
        "tablet_invitations",
        *_texts("code", "name"),
        *_instants("until"),
        sa.PrimaryKeyConstraint("code", name="pk_tablet_invitations"),
    )


def _make_alerts() -> None:
    op.create_table(
        "offers",
        *_texts("task", "person", "level"),
        *_instants("at"),
        sa.Column("times", sa.BigInteger, nullable=False),
        *_instants("ended_at", nullable=True),
        *_texts("answer"),
        sa.PrimaryKeyConstraint("task", "person", name="pk_offers"),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"], name="fk_offers_task"),
    )
    op.create_index("ix_offers_person_at", "offers", ["person", "at"])
    op.create_index("ix_offers_at", "offers", ["at"])
    op.create_table(
        "alerts",
        *_texts("id", "person", "channel", "kind", "ring"),
        sa.Column("priority", sa.BigInteger, nullable=False),
        *_texts("tag"),
        *_instants("created_at", "expires_at"),
        *_texts("task", "device"),
        sa.Column("count", sa.BigInteger, nullable=False),
        *_texts("who", "state"),
        *_instants("next_at", "sent_at", "shown_at", "seen_at", "answered_at", nullable=True),
        *_texts("answer"),
        sa.Column("tries", sa.BigInteger, nullable=False),
        *_texts("problem"),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'over')", name=op.f("ck_alerts_state")),
    )
    for columns in (["task"], ["person", "created_at"], ["created_at"]):
        op.create_index("_".join(["ix_alerts", *columns]), "alerts", columns)
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_alerts_channel_created_at",
        "alerts",
        ["channel", "created_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "staff_taps",
        *_texts("id", "by"),
        *_instants("at"),
        *_texts("answer"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_taps"),
    )
    op.create_index("ix_staff_taps_at", "staff_taps", ["at"])


def _index(name: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, "tasks", columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, WHEN, nullable=nullable) for name in names]
