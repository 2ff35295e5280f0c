"""The part of the schema for the house and its meetings: rooms, agendas, guests, invitations, seats."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from hub.domain.guests import InvitationStatus
from hub.domain.seats import SeatKind
from hub.domain.words import Language
from hub.store import columns as cols
from hub.store.columns import metadata

venue = Table(
    "venue",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="only_one"), primary_key=True, autoincrement=False),
    *cols.words("name"),
    cols.text("zone"),
    *cols.words("parking"),
    cols.text("phone"),
    *cols.words("notes"),
    *cols.words("about"),
    *cols.words("assembly"),
)


rooms = Table(
    "rooms",
    metadata,
    cols.key("key"),
    *cols.words("name"),
    cols.text("floor"),
    *cols.words("exit"),
    cols.number("safe_capacity"),
)
room_set_ups = Table(
    "room_set_ups",
    metadata,
    cols.key("room", ForeignKey("rooms.key")),
    cols.key("style"),
    cols.number("capacity"),
    Column("set_up_s", BigInteger),
    Column("strike_s", BigInteger),
)
"""How many a room seats in a style, and how long it takes before and after. A row without a style: the room's own."""


room_devices = Table(
    "room_devices",
    metadata,
    cols.key("room", ForeignKey("rooms.key")),
    cols.key("key"),
    cols.number("position"),
    cols.text("kind"),
    *cols.words("name"),
    Column("guide", JSON, nullable=False),
)
"""What stands in a room for people to use. ``guide`` is a list of steps, each a pair of texts: zh, en."""


doors = Table("doors", metadata, cols.key("device"), *cols.words("name"))


places = Table(
    "places",
    metadata,
    cols.key("device"),
    cols.key("key"),
    *cols.words("name"),
    *cols.words("way"),
    cols.text("arrow"),
    *cols.words("step_free_way", nullable=True),
)


meetings = Table(
    "meetings",
    metadata,
    cols.key("id"),
    cols.text("key"),
    *cols.words("title"),
    cols.text("room", ForeignKey("rooms.key")),
    *cols.instants("doors_at", "starts_at", "ends_at"),
    cols.text("zone"),
    cols.text("style"),
    cols.flag("cancelled"),
    cols.maybe("lounge"),
    cols.number("number"),
    *cols.instants("planned_starts_at", "planned_ends_at", nullable=True),
    UniqueConstraint("key"),
)


cols.unique_where(meetings.c.number, condition="number <> 0")


segments = Table(
    "segments",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    Column("position", Integer, primary_key=True, autoincrement=False),
    cols.text("kind"),
    *cols.words("title"),
    *cols.instants("starts_at", "ends_at"),
    cols.text("presenter"),
    cols.text("owner"),
    *cols.words("place", nullable=True),
    cols.flag("quiet"),
    cols.text("key"),
    cols.text("speaker"),
    *cols.instants("planned_at", "planned_until", "started_at", "ended_at", "expected_at", nullable=True),
    cols.flag("cut"),
)
"""The parts of agendas; those that were ``cut`` stand behind the others."""


agenda_changes = Table(
    "agenda_changes",
    metadata,
    cols.key("id"),
    cols.text("meeting", ForeignKey("meetings.id")),
    *cols.instants("at"),
    cols.text("by"),
    cols.text("step"),
    cols.text("part"),
    *cols.words("title"),
    *cols.words("other", nullable=True),
    cols.number("minutes"),
    cols.text("why"),
    *cols.instants("until", nullable=True),
    Index(None, "meeting", "at"),
)
"""What was done to agendas while they ran: nothing here is ever changed."""


guests = Table(
    "guests",
    metadata,
    cols.key("id"),
    cols.text("name"),
    *cols.words("salutation"),
    cols.text("title"),
    cols.text("company"),
    cols.text("language"),
    cols.text("phone"),
    cols.text("email"),
    Column("diets", JSON, nullable=False),
    cols.text("diet_note"),
    cols.text("drink"),
    cols.flag("step_free"),
    cols.one_of("language", Language),
    Index(None, "name"),
)


invitations = Table(
    "invitations",
    metadata,
    cols.key("id"),
    cols.text("meeting", ForeignKey("meetings.id")),
    cols.text("guest", ForeignKey("guests.id")),
    cols.number("position"),
    cols.text("party"),
    cols.flag("vip"),
    cols.number("vip_level"),
    cols.text("rsvp"),
    cols.flag("off_list"),
    cols.text("host"),
    cols.text("seat_wish"),
    cols.text("source_key"),
    UniqueConstraint("guest", "meeting"),
    UniqueConstraint("id", "meeting"),
    Index(None, "meeting", "position"),
    Index(None, "meeting", "party"),
)


cols.unique_where(invitations.c.meeting, invitations.c.source_key, condition="source_key <> ''")


credentials = Table(
    "credentials",
    metadata,
    cols.key("lookup"),
    cols.text("code"),
    cols.text("invitation", ForeignKey("invitations.id")),
    cols.text("status"),
    *cols.instants("status_at", nullable=True),
    cols.flag("current"),
    cols.one_of("status", InvitationStatus),
)


cols.unique_where(credentials.c.invitation, condition="current", sqlite="current = 1")


group_codes = Table(
    "group_codes",
    metadata,
    cols.key("lookup"),
    cols.text("code"),
    cols.text("meeting", ForeignKey("meetings.id")),
    cols.text("party"),
    cols.text("status"),
    *cols.instants("status_at", nullable=True),
    cols.flag("current"),
    cols.one_of("status", InvitationStatus),
)
"""Codes on which a whole party comes. Triggers keep its lookups and those of ``credentials`` apart."""


cols.unique_where(group_codes.c.meeting, group_codes.c.party, condition="current", sqlite="current = 1")


seats = Table(
    "seats",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    cols.key("label"),
    cols.text("zone"),
    cols.text("row"),
    cols.text("number"),
    Column("x", Double, nullable=False),
    Column("y", Double, nullable=False),
    cols.text("run"),
    cols.number("place"),
    cols.number("rank"),
    cols.text("kind"),
    cols.flag("step_free"),
    cols.flag("at_table"),
    cols.one_of("kind", SeatKind),
)


seat_assignments = Table(
    "seat_assignments",
    metadata,
    cols.key("meeting"),
    cols.key("seat"),
    cols.text("invitation"),
    cols.flag("occupied"),
    UniqueConstraint("invitation"),  # an invitation is for one meeting, held by the foreign key below
    ForeignKeyConstraint(["meeting", "seat"], ["seats.meeting", "seats.label"]),
    ForeignKeyConstraint(["invitation", "meeting"], ["invitations.id", "invitations.meeting"]),
)
