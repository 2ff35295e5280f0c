"""The part of the schema for bookings: who takes which room, and how far each booking source was followed."""

from sqlalchemy import DDL, JSON, CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint, event, func, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint

from hub.domain.bookings import Firmness
from hub.domain.syncing import Decision, Telling
from hub.store import columns as cols
from hub.store.columns import metadata

bookings = Table(
    "bookings",
    metadata,
    cols.key("id"),
    cols.text("source"),
    cols.text("key"),
    *cols.words("subject"),
    cols.text("state"),
    cols.text("client"),
    cols.text("channel"),
    Column("headcount", JSON, nullable=False),
    cols.flag("paid"),
    *cols.instants("reply_by", "made_at", "lapsed_at", nullable=True),
    UniqueConstraint("source", "key"),
)
"""Who takes rooms for what. ``headcount`` is a list: least, most, guaranteed."""


cols.index_where(bookings.c.reply_by, condition="state = 'option_sent'")


booking_meetings = Table(
    "booking_meetings",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    cols.text("booking", ForeignKey("bookings.id")),
    Index(None, "booking"),
)
"""Which meetings a booking has; one of the house's own has none."""


holds = Table(
    "holds",
    metadata,
    cols.key("owner"),
    cols.key("room", ForeignKey("rooms.key")),
    *cols.instants("since", "until"),
    cols.text("firmness"),
    cols.one_of("firmness", Firmness),
    CheckConstraint("since < until", name="not_empty"),
    Index(None, "room", "since"),
)
"""Rooms that are taken. What blocks does not overlap: by a constraint on PostgreSQL, by triggers on SQLite."""


BLOCKS = "firmness IN ('option_sent', 'definite', 'closure')"
ROOM_TAKEN = "ex_holds_room"
"""What the database says of a room that would be taken twice."""


holds.append_constraint(
    ExcludeConstraint(
        (holds.c.room, "="),
        (func.tstzrange(holds.c.since, holds.c.until, type_=TSTZRANGE), "&&"),
        name=ROOM_TAKEN,
        where=text(BLOCKS),
    ).ddl_if(dialect="postgresql")
)
_EXTENSION = DDL("CREATE EXTENSION IF NOT EXISTS btree_gist")  # type: ignore[no-untyped-call] # SQLAlchemy's own
event.listen(holds, "before_create", _EXTENSION.execute_if(dialect="postgresql"))


booking_pulls = Table(
    "booking_pulls",
    metadata,
    cols.key("source"),
    cols.key("collection"),
    cols.maybe("cursor"),
    *cols.instants("tried_at", "ok_at", "full_at", nullable=True),
    cols.number("failures"),
    cols.text("trouble"),
    cols.text("problem"),
    cols.text("held"),
    cols.text("allowed"),
)


booking_links = Table(
    "booking_links",
    metadata,
    cols.key("source"),
    cols.key("collection"),
    cols.key("key"),
    cols.key("occurrence"),
    cols.text("uid"),
    Column("item", JSON, nullable=False),
    cols.text("digest"),
    cols.text("version"),
    cols.text("meeting"),
    cols.flag("leads"),
    *cols.instants("seen_at"),
    *cols.instants("gone_at", nullable=True),
    Index(None, "uid"),
    Index(None, "seen_at"),
)
"""What a source said last of each meeting; of several entries for one meeting one leads."""


cols.unique_where(booking_links.c.meeting, condition="leads AND meeting <> ''", sqlite="leads = 1 AND meeting <> ''")
cols.index_where(booking_links.c.meeting, condition="meeting <> ''")
cols.index_where(booking_links.c.gone_at, condition="gone_at IS NOT NULL")


booking_bad = Table(
    "booking_bad",
    metadata,
    cols.key("source"),
    cols.key("collection"),
    cols.key("key"),
    cols.key("occurrence"),
    cols.text("field"),
    *cols.words("problem"),
    *cols.words("remedy"),
    *(cols.text(name) for name in ("title", "raw")),
    *cols.instants("since"),
    Index(None, "since"),
)
"""What of a source cannot be used at the moment. It goes when it can be, or is gone there."""


booking_conflicts = Table(
    "booking_conflicts",
    metadata,
    cols.key("id"),
    cols.text("subject"),
    cols.text("kind"),
    cols.text("source"),
    *cols.instants("first_at", "last_at"),
    cols.number("times"),
    Column("facts", JSON, nullable=False),
    cols.text("decision"),
    *cols.instants("decided_at", nullable=True),
    cols.text("by"),
    cols.one_of("decision", Decision),
    Index(None, "last_at"),
)


cols.unique_where(booking_conflicts.c.subject, booking_conflicts.c.kind, condition="decision = 'open'")
cols.index_where(booking_conflicts.c.subject, condition="decision = 'took_theirs'")


booking_told = Table(
    "booking_told",
    metadata,
    cols.key("meeting"),
    cols.text("id"),
    cols.text("source"),
    cols.text("collection"),
    Column("outcome", JSON, nullable=False),
    *cols.instants("ends_at", "made_at", "next_at"),
    cols.text("state"),
    cols.number("tries"),
    cols.text("problem"),
    cols.one_of("state", Telling),
)
"""What a source is to be told of a meeting, or was told last: one row each, since each telling is the whole."""


cols.index_where(booking_told.c.source, booking_told.c.next_at, condition="state = 'waiting'")


no_shows = Table(
    "no_shows",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    cols.text("state"),
    *cols.instants("starts_at", "since", "looked_at"),
    *cols.instants("warned_at", "released_at", nullable=True),
    Column("seen", JSON, nullable=False),
    cols.text("by"),
)
"""Booked meetings that somebody has to come to: what was seen of them, and since when their room is free again."""


WATCHED = "state IN ('watched', 'warned', 'suspect', 'asked', 'released')"
cols.index_where(no_shows.c.looked_at, condition=WATCHED)
