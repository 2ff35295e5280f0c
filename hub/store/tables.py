"""The schema. What must be unique is unique here, in the database; ``migrations`` is held equal to it by a test."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from hub.store import columns as cols
from hub.store.columns import metadata
from hub.store.door_tables import admissions, anchors, check_ins, devices, rulings, runs, seat_leases
from hub.store.house_work_tables import function_sheets, house_work, meals_served, task_ticks
from hub.store.incident_tables import incident_safe, incident_steps, incidents, playbooks
from hub.store.meeting_tables import (
    agenda_changes,
    credentials,
    doors,
    group_codes,
    guests,
    invitations,
    meetings,
    places,
    room_devices,
    rooms,
    seat_assignments,
    seats,
    segments,
    venue,
)
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
