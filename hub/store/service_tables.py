"""The part of the schema for what is done for guests: tasks, timers, messages, requests, and what devices are told."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from hub.domain.commands import CommandState
from hub.domain.guest_messages import MessageState
from hub.domain.transfers import TransferState
from hub.store import columns as cols
from hub.store.columns import metadata

tasks = Table(
    "tasks",
    metadata,
    cols.key("id"),
    cols.text("kind"),
    cols.text("dedupe"),
    *cols.instants("created_at", "due_at"),
    cols.text("state"),
    cols.maybe("meeting", ForeignKey("meetings.id")),
    Column("facts", JSON, nullable=False),
    cols.text("accepted_by"),
    *cols.instants("accepted_at", "done_at", nullable=True),
    cols.maybe("outcome"),
    *cols.instants("asked_at", "until", nullable=True),
    cols.number("rounds"),
    Column("ticked", JSON, nullable=False),
    *cols.instants("told_at", "respond_by", "warned_at", "breached_at", nullable=True),
    *cols.instants("attend_at", "asked_from", nullable=True),
    cols.number("rung"),
    cols.number("reminded"),
    *cols.instants("snoozed_until", "held_until", "waiting_since", "rushed_at", nullable=True),
    cols.text("snoozed_why"),
    cols.flag("unseen"),
    Index(None, "dedupe", "created_at"),
    Index(None, "meeting", "kind"),
    Index(None, "created_at"),
)
cols.index_where(tasks.c.meeting, condition="kind = 'drink'")
OPEN_TASK = "state <> 'closed'"
cols.unique_where(tasks.c.dedupe, condition=OPEN_TASK)
ATTENDED_TASK = "attend_at IS NOT NULL"
cols.index_where(tasks.c.attend_at, condition=ATTENDED_TASK)
cols.index_where(tasks.c.done_at, condition="unseen")

timers = Table(
    "timers",
    metadata,
    cols.key("rule"),
    cols.key("subject"),
    *cols.instants("due_at"),
    cols.number("tries"),
    Index(None, "due_at"),
)
"""What is to happen at an instant; a timer that has fired is removed in the transaction of its effect."""

guest_messages = Table(
    "guest_messages",
    metadata,
    cols.key("id"),
    cols.text("kind"),
    cols.text("dedupe"),
    cols.text("invitation", ForeignKey("invitations.id")),
    *cols.instants("created_at", "pointless_at"),
    cols.maybe("task"),
    Column("facts", JSON, nullable=False),
    cols.text("state"),
    *cols.instants("next_at", "sent_at", nullable=True),
    cols.number("tries"),
    cols.text("channel"),
    cols.text("problem"),
    UniqueConstraint("dedupe"),
    Index(None, "task"),
    Index(None, "created_at"),
    cols.one_of("state", MessageState),
)
"""What is to be said to guests who are not here, kept before it is sent (an outbox)."""
cols.index_where(guest_messages.c.created_at, guest_messages.c.id, condition="state = 'waiting'")

drinks = Table("drinks", metadata, cols.key("key"), cols.number("position"), *cols.words("name"), cols.flag("hot"))
"""The menu of the house; empty where it offers what is usual."""
drinks_prepared = Table(
    "drinks_prepared",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    cols.key("drink"),
    cols.number("portions"),
    cols.flag("out"),
)
"""How many portions of a drink there were for a meeting; what is served of them are its tasks."""

materials = Table(
    "materials",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    *cols.words("notes"),
    Column("documents", JSON, nullable=False),
    Column("hand_outs", JSON, nullable=False),
)
hand_outs_given = Table(
    "hand_outs_given",
    metadata,
    cols.key("id"),
    cols.text("meeting", ForeignKey("meetings.id")),
    cols.text("hand_out"),
    cols.maybe("invitation"),
    cols.text("by"),
    *cols.instants("at"),
    ForeignKeyConstraint(["invitation", "meeting"], ["invitations.id", "invitations.meeting"]),
    Index(None, "meeting", "hand_out"),
)
"""Pieces of hand-outs that were given; to one guest each kind once."""
cols.unique_where(hand_outs_given.c.invitation, hand_outs_given.c.hand_out, condition="invitation IS NOT NULL")
commands = Table(
    "commands",
    metadata,
    cols.key("id"),
    cols.text("device"),
    cols.text("kind"),
    Column("parameters", JSON, nullable=False),
    cols.text("who"),
    *cols.instants("created_at", "expires_at"),
    *cols.instants("sent_at", "answered_at", nullable=True),
    cols.text("state"),
    cols.text("problem"),
    Index(None, "kind", "created_at"),
    Index(None, "device", "created_at"),
    Index(None, "created_at"),
    cols.one_of("state", CommandState),
)
"""What devices were told to do in the last days: an outbox, with what became of each."""
cols.index_where(commands.c.created_at, commands.c.id, condition="state = 'waiting'")

screenshots = Table(
    "screenshots",
    metadata,
    cols.key("device"),
    Column("picture", LargeBinary, nullable=False),
    *cols.instants("taken_at"),
)
"""The newest picture of each kiosk's screen, for a day. No guest is on it (kiosk/screenshots.py)."""
transfers = Table(
    "transfers",
    metadata,
    cols.key("invitation", ForeignKey("invitations.id")),
    cols.text("kind"),
    *cols.words("place"),
    *cols.instants("eta"),
    cols.text("note"),
    cols.text("greeter"),
    cols.text("greeter_phone"),
    cols.text("state"),
    Index(None, "eta"),
    cols.one_of("state", TransferState),
)
"""Guests who are met at an airport, a station or a hotel; an invitation has one pick-up at most."""

requests = Table(
    "requests",
    metadata,
    cols.key("id"),
    cols.text("device"),
    cols.text("kind"),
    *cols.instants("at"),
    cols.maybe("task"),
    cols.maybe("invitation"),
    cols.text("reason"),
    Column("shown", JSON, nullable=False),
    cols.flag("more"),
    Index(None, "device", "at"),
    Index(None, "at"),
)
"""What kiosks asked within the last day, and VIPs' arrivals, so that who asked is told how it goes on."""

answers = Table(
    "answers",
    metadata,
    cols.key("key"),
    cols.maybe("meeting", ForeignKey("meetings.id")),
    cols.number("position"),
    *cols.words("question"),
    *cols.words("answer"),
)
business_cards = Table(
    "business_cards",
    metadata,
    cols.key("invitation"),
    cols.text("meeting"),
    cols.text("device"),
    *cols.instants("consented_at"),
    cols.text("name"),
    cols.text("company"),
    cols.text("title"),
    cols.text("phone"),
    cols.text("email"),
    ForeignKeyConstraint(["invitation", "meeting"], ["invitations.id", "invitations.meeting"]),
    Index(None, "meeting"),
    Index(None, "consented_at"),
)
