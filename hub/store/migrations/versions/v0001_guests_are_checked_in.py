"""Guests are checked in: the house, meetings, invitations, seats, check-ins, tasks, devices and the change feed.

Written out rather than taken from ``hub.store.tables``, which goes on changing.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make every table in an empty database."""
    _house()
    _meetings()
    _guests()
    _seats()
    _check_ins()
    _tasks_and_devices()
    _feed()
    _records()


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, TEXT, nullable=nullable) for name in names]


def _words(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return _texts(*(f"{name}_{language}" for name in names for language in ("zh", "en")), nullable=nullable)


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, INSTANT, nullable=nullable) for name in names]


def _flags(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _one_of(table: str, column: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _refers(table: str, columns: list[str], other: str, others: list[str]) -> sa.ForeignKeyConstraint:
    name = "_".join(["fk", table, *columns])
    return sa.ForeignKeyConstraint(columns, [f"{other}.{column}" for column in others], name=name)


def _to_invitation(table: str) -> sa.ForeignKeyConstraint:
    return _refers(table, ["invitation", "meeting"], "invitations", ["id", "meeting"])


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name="_".join(["uq", table, *columns]))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _unique_where(table: str, columns: list[str], condition: str, sqlite: str | None = None) -> None:
    name = "_".join(["uq", table, *columns])
    op.create_index(
        name,
        table,
        columns,
        unique=True,
        sqlite_where=sa.text(sqlite or condition),
        postgresql_where=sa.text(condition),
    )


def _index(table: str, *columns: str) -> None:
    op.create_index("_".join(["ix", table, *columns]), table, list(columns))


def _house() -> None:
    op.create_table("meta", *_texts("key", "value"), _key("meta", "key"))
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        *_words("name"),
        *_texts("zone"),
        *_words("parking"),
        *_texts("phone"),
        sa.CheckConstraint("id = 1", name=op.f("ck_venue_only_one")),
        _key("venue", "id"),
    )
    op.create_table("rooms", *_texts("key"), *_words("name"), *_texts("floor"), _key("rooms", "key"))
    op.create_table("doors", *_texts("device"), *_words("name"), _key("doors", "device"))
    op.create_table(
        "places",
        *_texts("device", "key"),
        *_words("name", "way"),
        *_texts("arrow"),
        *_words("step_free_way", nullable=True),
        _key("places", "device", "key"),
    )


def _meetings() -> None:
    op.create_table(
        "meetings",
        *_texts("id", "key"),
        *_words("title"),
        *_texts("room"),
        *_instants("doors_at", "starts_at", "ends_at"),
        *_texts("zone", "style"),
        *_flags("cancelled"),
        *_texts("lounge", nullable=True),
        *_numbers("number"),
        _key("meetings", "id"),
        _unique("meetings", "key"),
        _refers("meetings", ["room"], "rooms", ["key"]),
    )
    _unique_where("meetings", ["number"], "number <> 0")
    op.create_table(
        "segments",
        *_texts("meeting"),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        *_texts("kind"),
        *_words("title"),
        *_instants("starts_at", "ends_at"),
        *_texts("presenter", "owner"),
        *_words("place", nullable=True),
        *_flags("quiet"),
        _key("segments", "meeting", "position"),
        _refers("segments", ["meeting"], "meetings", ["id"]),
    )


def _guests() -> None:
    op.create_table(
        "guests",
        *_texts("id", "name"),
        *_words("salutation"),
        *_texts("title", "company", "language", "phone", "email"),
        sa.Column("diets", sa.JSON, nullable=False),
        *_texts("diet_note"),
        *_flags("step_free"),
        _key("guests", "id"),
        _one_of("guests", "language", "zh", "en"),
    )
    op.create_table(
        "invitations",
        *_texts("id", "meeting", "guest"),
        *_numbers("position"),
        *_texts("party"),
        *_flags("vip"),
        *_texts("host", "seat_wish", "source_key"),
        _key("invitations", "id"),
        _unique("invitations", "guest", "meeting"),
        _unique("invitations", "id", "meeting"),
        _refers("invitations", ["meeting"], "meetings", ["id"]),
        _refers("invitations", ["guest"], "guests", ["id"]),
    )
    _index("invitations", "meeting", "position")
    _index("invitations", "meeting", "party")
    _unique_where("invitations", ["meeting", "source_key"], "source_key <> ''")
    op.create_table(
        "credentials",
        *_texts("lookup", "code", "invitation", "status"),
        *_instants("status_at", nullable=True),
        *_flags("current"),
        _key("credentials", "lookup"),
        _refers("credentials", ["invitation"], "invitations", ["id"]),
        _one_of("credentials", "status", "valid", "revoked", "replaced"),
    )
    _unique_where("credentials", ["invitation"], "current", sqlite="current = 1")


def _seats() -> None:
    op.create_table(
        "seats",
        *_texts("meeting", "label", "zone", "row", "number"),
        sa.Column("x", sa.Double, nullable=False),
        sa.Column("y", sa.Double, nullable=False),
        *_texts("run"),
        *_numbers("place", "rank"),
        *_texts("kind"),
        *_flags("step_free", "at_table"),
        _key("seats", "meeting", "label"),
        _refers("seats", ["meeting"], "meetings", ["id"]),
        _one_of("seats", "kind", "standard", "vip"),
    )
    op.create_table(
        "seat_assignments",
        *_texts("meeting", "seat", "invitation"),
        *_flags("occupied"),
        _key("seat_assignments", "meeting", "seat"),
        _unique("seat_assignments", "invitation"),
        _refers("seat_assignments", ["meeting", "seat"], "seats", ["meeting", "label"]),
        _to_invitation("seat_assignments"),
    )


def _check_ins() -> None:
    op.create_table(
        "check_ins",
        *_texts("id", "device", "boot"),
        *_numbers("seq"),
        *_instants("at"),
        *_flags("admits"),
        *_texts("body"),
        *_instants("received_at"),
        *_numbers("mono_ms"),
        *_texts("clock", "kind", "method"),
        *_flags("offline"),
        *_texts("lookup", "kiosk_verdict", "verdict", "classed"),
        *_texts("invitation", "meeting", nullable=True),
        _key("check_ins", "id"),
        _to_invitation("check_ins"),
        _one_of("check_ins", "classed", "admitted", "revoked", "duplicate", "rescan", "refused", "quarantined"),
    )
    _index("check_ins", "invitation")
    op.create_table(
        "admissions",
        *_texts("invitation", "meeting", "check_in", "device"),
        *_instants("at"),
        *_flags("flagged"),
        _key("admissions", "invitation"),
        _unique("admissions", "check_in"),
        _refers("admissions", ["check_in"], "check_ins", ["id"]),
        _to_invitation("admissions"),
    )
    _index("admissions", "meeting", "at")


def _tasks_and_devices() -> None:
    op.create_table(
        "tasks",
        *_texts("id", "kind", "dedupe"),
        *_instants("created_at", "due_at"),
        *_texts("state"),
        *_texts("meeting", nullable=True),
        sa.Column("facts", sa.JSON, nullable=False),
        *_texts("accepted_by"),
        *_instants("accepted_at", "done_at", nullable=True),
        _key("tasks", "id"),
        _refers("tasks", ["meeting"], "meetings", ["id"]),
        _one_of("tasks", "state", "new", "accepted", "done"),
    )
    _unique_where("tasks", ["dedupe"], "state <> 'done'")
    op.create_table(
        "devices",
        *_texts("id", "status", "boot"),
        *_instants("status_at", "seen_at", nullable=True),
        *_texts("kind", "model", "software"),
        sa.Column("health", sa.JSON),
        _key("devices", "id"),
    )


def _feed() -> None:
    op.create_table(
        "feed", *_texts("kind", "key"), *_numbers("seq"), _key("feed", "kind", "key"), _unique("feed", "seq")
    )
    heads = op.create_table("feed_head", *_texts("kind"), *_numbers("seq"), _key("feed_head", "kind"))
    op.bulk_insert(heads, [{"kind": "", "seq": 0}])


def _records() -> None:
    op.create_table(
        "quarantine",
        *_texts("id"),
        *_instants("received_at"),
        *_texts("device", "leaf", "reason", "detail", "field"),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        _key("quarantine", "id"),
    )
    _index("quarantine", "received_at")
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), nullable=False),
        *_texts("actor", "action", "subject"),
        *_instants("at"),
        _key("audit", "id"),
    )
