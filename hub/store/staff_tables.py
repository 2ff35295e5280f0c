"""The part of the schema for the people of the house, who is at work, and what they are told: alerts and receipts."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Table, UniqueConstraint

from hub.domain.alerts import AlertState
from hub.store import columns as cols
from hub.store.columns import metadata
from hub.store.types import UtcDateTime

staff = Table(
    "staff",
    metadata,
    cols.key("key"),
    cols.text("name"),
    *(Column(name, JSON, nullable=False) for name in ("roles", "leads", "zones", "skills")),
    cols.text("pager"),
    cols.text("language"),
    cols.flag("active"),
    UniqueConstraint("name"),
    cols.flag("by_hand"),
)
staff_codes = Table(
    "staff_codes",
    metadata,
    cols.key("staff", ForeignKey("staff.key")),
    cols.key("kind"),
    cols.text("lookup"),
    *cols.instants("made_at"),
    UniqueConstraint("lookup"),
)
"""By what people sign in: a slow hash of each code, never the code."""

shifts = Table(
    "shifts",
    metadata,
    cols.key("staff", ForeignKey("staff.key")),
    Column("starts_at", UtcDateTime, primary_key=True),
    *cols.instants("ends_at"),
    *cols.instants("acknowledged_at", nullable=True),
    Index(None, "starts_at"),
    cols.text("meeting"),
    cols.text("role"),
    cols.flag("by_hand"),
    *cols.instants("told_at", nullable=True),
)
staffing = Table(
    "staffing",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    cols.number("importance"),
    cols.flag("minutes"),
    cols.text("minutes_taker"),
    cols.text("technician"),
    *cols.instants("told_at", nullable=True),
)
"""Who alone does something for a meeting: its technician, its minutes-taker."""

playbooks_known = Table(
    "playbooks_known",
    metadata,
    cols.key("staff", ForeignKey("staff.key")),
    cols.text("edition"),
    *cols.instants("at"),
)
"""Which edition of the playbooks people know."""

duties = Table(
    "duties",
    metadata,
    cols.key("person"),
    *cols.instants("since"),
    *cols.instants("break_until", "seen_at", nullable=True),
    cols.flag("flooded"),
)
"""Who is at work now."""

worked = Table(
    "worked",
    metadata,
    cols.key("person"),
    Column("since", UtcDateTime, primary_key=True),
    *cols.instants("until"),
    Index(None, "until"),
)
"""Who was at work in the last days, for the weekly page."""

tablets = Table(
    "tablets",
    metadata,
    cols.key("id"),
    cols.text("name"),
    cols.text("token"),
    *cols.instants("joined_at"),
    cols.text("person"),
    *cols.instants("signed_in_at", "seen_at", nullable=True),
    cols.number("tries"),
    *cols.instants("locked_until", nullable=True),
    Column("battery", BigInteger),
    Column("charging", Boolean),
    cols.text("room"),
    UniqueConstraint("token"),
)
"""Devices at which people sign in, by the hash of what each keeps as a cookie."""

tablet_invitations = Table(
    "tablet_invitations", metadata, cols.key("code"), cols.text("name"), cols.text("room"), *cols.instants("until")
)
offers = Table(
    "offers",
    metadata,
    cols.key("task", ForeignKey("tasks.id")),
    cols.key("person"),
    cols.text("level"),
    *cols.instants("at"),
    cols.number("times"),
    *cols.instants("ended_at", nullable=True),
    cols.text("answer"),
    Index(None, "person", "at"),
    Index(None, "at"),
)
"""Who was asked for a task."""

alerts = Table(
    "alerts",
    metadata,
    cols.key("id"),
    cols.text("person"),
    *(cols.text(name) for name in ("channel", "kind", "ring")),
    cols.number("priority"),
    cols.text("tag"),
    *cols.instants("created_at", "expires_at"),
    cols.text("task"),
    cols.text("device"),
    cols.number("count"),
    cols.text("who"),
    cols.text("state"),
    *cols.instants("next_at", "sent_at", "shown_at", "seen_at", "answered_at", nullable=True),
    cols.text("answer"),
    cols.number("tries"),
    cols.text("problem"),
    Column("facts", JSON, nullable=False),
    Index(None, "task"),
    Index(None, "person", "created_at"),
    Index(None, "created_at"),
    cols.one_of("state", AlertState),
)
"""What people are told by their devices: an outbox with receipts."""
cols.index_where(alerts.c.channel, alerts.c.created_at, condition="state = 'waiting'")

alert_receipts = Table(
    "alert_receipts",
    metadata,
    cols.key("alert", ForeignKey("alerts.id", ondelete="CASCADE")),
    cols.key("device"),
    cols.text("channel"),
    cols.text("person"),
    *cols.instants("sent_at"),
    *cols.instants("shown_at", "answered_at", nullable=True),
    cols.text("answer"),
    Index(None, "sent_at"),
)
"""What each device did with an alert."""

staff_taps = Table(
    "staff_taps",
    metadata,
    cols.key("id"),
    cols.text("by"),
    *cols.instants("at"),
    cols.text("answer"),
    Index(None, "at"),
)
"""Taps that a tablet may send again, so that each counts once."""
