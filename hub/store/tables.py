"""The schema. What must be unique is unique here, in the database; ``migrations`` is held equal to it by a test."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from hub.domain.check_ins import Class
from hub.domain.guests import InvitationStatus
from hub.domain.seats import SeatKind
from hub.domain.words import Language
from hub.store import columns as cols
from hub.store.columns import metadata
from hub.store.house_work_tables import function_sheets, house_work, meals_served, task_ticks
from hub.store.incident_tables import incident_safe, incident_steps, incidents, playbooks
from hub.store.rehearsal_tables import rehearsal_marks, rehearsals
from hub.store.room_tables import assets, conditions, field_devices, latest, points, room_checks
from hub.store.service_tables import (
    ATTENDED_TASK,
    OPEN_TASK,
    answers,
    business_cards,
    commands,
    drinks,
    drinks_prepared,
    guest_messages,
    hand_outs_given,
    materials,
    requests,
    screenshots,
    tasks,
    timers,
    transfers,
)
from hub.store.staff_tables import (
    alerts,
    duties,
    offers,
    shifts,
    staff,
    staff_codes,
    staff_taps,
    tablet_invitations,
    tablets,
    worked,
)
from hub.store.watch_tables import classes_of_rooms, pots, room_classes, sensor_settings

__all__ = [
    "ATTENDED_TASK",
    "OPEN_TASK",
    "admissions",
    "agenda_changes",
    "alerts",
    "anchors",
    "answers",
    "assets",
    "audit",
    "business_cards",
    "check_ins",
    "classes_of_rooms",
    "commands",
    "conditions",
    "credentials",
    "devices",
    "doors",
    "drinks",
    "drinks_prepared",
    "duties",
    "feed",
    "feed_head",
    "field_devices",
    "function_sheets",
    "group_codes",
    "guest_messages",
    "guests",
    "hand_outs_given",
    "house_work",
    "incident_safe",
    "incident_steps",
    "incidents",
    "invitations",
    "latest",
    "materials",
    "meals_served",
    "meetings",
    "meta",
    "metadata",
    "offers",
    "places",
    "playbooks",
    "points",
    "pots",
    "quarantine",
    "rehearsal_marks",
    "rehearsals",
    "requests",
    "room_checks",
    "room_classes",
    "room_devices",
    "rooms",
    "rulings",
    "runs",
    "screenshots",
    "seat_assignments",
    "seat_leases",
    "seats",
    "segments",
    "sensor_settings",
    "shifts",
    "signing_keys",
    "staff",
    "staff_codes",
    "staff_taps",
    "tablet_invitations",
    "tablets",
    "task_ticks",
    "tasks",
    "timers",
    "transfers",
    "venue",
    "worked",
]

meta = Table("meta", metadata, cols.key("key"), cols.text("value"))

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
rooms = Table("rooms", metadata, cols.key("key"), *cols.words("name"), cols.text("floor"), *cols.words("exit"))
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

check_ins = Table(
    "check_ins",
    metadata,
    cols.key("id"),
    cols.text("device"),
    cols.text("boot"),
    cols.number("seq"),
    *cols.instants("at"),
    cols.flag("admits"),
    cols.text("body"),
    *cols.instants("received_at"),
    cols.number("mono_ms"),
    cols.text("clock"),
    cols.text("kind"),
    cols.text("method"),
    cols.flag("offline"),
    cols.text("lookup"),
    cols.text("kiosk_verdict"),
    cols.text("verdict"),
    cols.text("classed"),
    cols.maybe("invitation"),
    cols.maybe("meeting"),
    *cols.instants("door_at"),
    cols.text("machine"),
    cols.maybe("seat"),
    ForeignKeyConstraint(["invitation", "meeting"], ["invitations.id", "invitations.meeting"]),
    Index(None, "device", "boot", "seq"),
    Index(None, "invitation"),
    cols.one_of("classed", Class),
)
cols.index_where(check_ins.c.meeting, check_ins.c.at, condition="classed = 'refused'")
rulings = Table(
    "rulings",
    metadata,
    cols.key("id"),
    cols.text("check_in", ForeignKey("check_ins.id")),
    cols.text("invitation", ForeignKey("invitations.id")),
    cols.text("kind"),
    cols.text("by"),
    cols.text("reason"),
    *cols.instants("at"),
    Index(None, "invitation"),
)
"""What staff decided against, or on top of, a door's verdict; the newest of a scan holds."""

anchors = Table(
    "anchors",
    metadata,
    cols.key("device"),
    cols.key("machine"),
    cols.number("rank"),
    cols.number("zero_us"),
    *cols.instants("heard_at"),
)
"""When a kiosk's machine was started, in microseconds since 1970 (UTC); a lower rank is a better source."""

runs = Table(
    "runs",
    metadata,
    cols.key("device"),
    cols.key("boot"),
    cols.number("claimed"),
    cols.number("complete"),
    *cols.instants("gap_since", "asked_at", nullable=True),
    cols.number("lost"),
)
"""How far a device's events go in each of its runs, as it says (``claimed``), and up to where all are here."""

seat_leases = Table(
    "seat_leases",
    metadata,
    cols.key("meeting"),
    cols.key("seat"),
    cols.text("device"),
    *cols.instants("until"),
    cols.number("recalled"),
    ForeignKeyConstraint(["meeting", "seat"], ["seats.meeting", "seats.label"]),
    Index(None, "device"),
)
"""Seats that one kiosk may give away by itself; ``recalled`` is 1 once it is told to stop, else 0.

What a kiosk was told last of its lease stands in the feed, under ``lease``."""

admissions = Table(
    "admissions",
    metadata,
    cols.key("invitation"),
    cols.text("meeting"),
    cols.text("check_in", ForeignKey("check_ins.id")),
    cols.text("device"),
    *cols.instants("at"),
    cols.flag("flagged"),
    UniqueConstraint("check_in"),
    Index(None, "meeting", "at"),
    ForeignKeyConstraint(["invitation", "meeting"], ["invitations.id", "invitations.meeting"]),
)

devices = Table(
    "devices",
    metadata,
    cols.key("id"),
    cols.text("status"),
    cols.text("boot"),
    *cols.instants("status_at", "seen_at", nullable=True),
    cols.text("kind"),
    cols.text("model"),
    cols.text("software"),
    cols.text("capabilities"),
    Column("health", JSON(none_as_null=True)),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("key_id", BigInteger, primary_key=True, autoincrement=False),
    cols.text("meeting", ForeignKey("meetings.id")),
    cols.text("public_key"),
    cols.flag("withdrawn"),
)

feed = Table("feed", metadata, cols.key("kind"), cols.key("key"), cols.number("seq"), UniqueConstraint("seq"))
feed_head = Table("feed_head", metadata, cols.key("kind"), cols.number("seq"))
"""The newest position of each kind; under the empty kind the counter that all positions come from."""

quarantine = Table(
    "quarantine",
    metadata,
    cols.key("id"),
    *cols.instants("received_at"),
    cols.text("device"),
    cols.text("leaf"),
    cols.text("reason"),
    cols.text("detail"),
    cols.text("field"),
    Column("payload", LargeBinary, nullable=False),
    cols.text("body"),
    cols.number("times"),
    *cols.instants("last_at"),
    Index("uq_quarantine_what_came", "device", "leaf", "reason", "body", unique=True),
    Index(None, "last_at"),
)
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    cols.text("actor"),
    cols.text("action"),
    cols.text("subject"),
    *cols.instants("at"),
    Index(None, "subject", "at"),
)
