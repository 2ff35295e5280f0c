"""The part of the schema for what kiosks do: scans and what became of them, runs, clocks, seats they may give."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    UniqueConstraint,
)

from hub.domain.check_ins import Class
from hub.store import columns as cols
from hub.store.columns import metadata

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
