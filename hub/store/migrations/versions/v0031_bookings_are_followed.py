"""Bookings: who takes which room, what the booking sources said, and what a person is to decide about it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")

TAKEN = "ex_holds_room"
"""What ``hub.store.errors`` calls it when a room would be taken twice."""

BLOCKS = "firmness IN ('option_sent', 'definite', 'closure')"


def upgrade() -> None:
    """Add the tables, and the rule that no room is taken twice."""
    _bookings()
    _holds()
    _pulls_and_links()
    _conflicts()
    in_sqlite = op.get_bind().dialect.name == "sqlite"
    (_apart_in_sqlite if in_sqlite else _apart_in_postgresql)()


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, INSTANT, nullable=nullable) for name in names]


def _bookings() -> None:
    op.create_table(
        "bookings",
        *_texts("id", "source", "key", "subject_zh", "subject_en", "state", "client", "channel"),
        sa.Column("headcount", sa.JSON, nullable=False),
        sa.Column("paid", sa.Boolean, nullable=False),
        *_instants("reply_by", "made_at", "lapsed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        sa.UniqueConstraint("source", "key", name="uq_bookings_source_key"),
    )
    sent = sa.text("state = 'option_sent'")
    op.create_index("ix_bookings_reply_by", "bookings", ["reply_by"], sqlite_where=sent, postgresql_where=sent)
    op.create_table(
        "booking_meetings",
        *_texts("meeting", "booking"),
        sa.PrimaryKeyConstraint("meeting", name="pk_booking_meetings"),
        sa.ForeignKeyConstraint(["meeting"], ["meetings.id"], name="fk_booking_meetings_meeting"),
        sa.ForeignKeyConstraint(["booking"], ["bookings.id"], name="fk_booking_meetings_booking"),
    )
    op.create_index("ix_booking_meetings_booking", "booking_meetings", ["booking"])


def _holds() -> None:
    op.create_table(
        "holds",
        *_texts("owner", "room"),
        *_instants("since", "until"),
        *_texts("firmness"),
        sa.PrimaryKeyConstraint("owner", "room", name="pk_holds"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_holds_room"),
        sa.CheckConstraint(
            "firmness IN ('option', 'option_sent', 'definite', 'closure', 'double_booked')",
            name=op.f("ck_holds_firmness"),
        ),
        sa.CheckConstraint("since < until", name=op.f("ck_holds_not_empty")),
    )
    op.create_index("ix_holds_room_since", "holds", ["room", "since"])


def _pulls_and_links() -> None:
    op.create_table(
        "booking_pulls",
        *_texts("source", "collection"),
        sa.Column("cursor", TEXT),
        *_instants("tried_at", "ok_at", "full_at", nullable=True),
        sa.Column("failures", sa.BigInteger, nullable=False),
        *_texts("problem", "held", "allowed"),
        sa.PrimaryKeyConstraint("source", "collection", name="pk_booking_pulls"),
    )
    op.create_table(
        "booking_links",
        *_texts("source", "collection", "key", "occurrence", "uid"),
        sa.Column("item", sa.JSON, nullable=False),
        *_texts("digest", "version", "meeting"),
        sa.Column("leads", sa.Boolean, nullable=False),
        *_instants("seen_at"),
        *_instants("gone_at", nullable=True),
        sa.PrimaryKeyConstraint("source", "collection", "key", "occurrence", name="pk_booking_links"),
    )
    op.create_index("ix_booking_links_uid", "booking_links", ["uid"])
    op.create_index("ix_booking_links_seen_at", "booking_links", ["seen_at"])
    some, gone = sa.text("meeting <> ''"), sa.text("gone_at IS NOT NULL")
    op.create_index(
        "uq_booking_links_meeting",
        "booking_links",
        ["meeting"],
        unique=True,
        sqlite_where=sa.text("leads = 1 AND meeting <> ''"),
        postgresql_where=sa.text("leads AND meeting <> ''"),
    )
    op.create_index("ix_booking_links_meeting", "booking_links", ["meeting"], sqlite_where=some, postgresql_where=some)
    op.create_index("ix_booking_links_gone_at", "booking_links", ["gone_at"], sqlite_where=gone, postgresql_where=gone)
    op.create_table(
        "booking_bad",
        *_texts("source", "collection", "key", "occurrence", "field", "problem", "remedy", "title", "raw"),
        *_instants("since"),
        sa.PrimaryKeyConstraint("source", "collection", "key", "occurrence", name="pk_booking_bad"),
    )
    op.create_index("ix_booking_bad_since", "booking_bad", ["since"])
    op.create_table(
        "booking_told",
        *_texts("meeting", "id", "source", "collection"),
        sa.Column("outcome", sa.JSON, nullable=False),
        *_instants("ends_at", "made_at", "next_at"),
        *_texts("state"),
        sa.Column("tries", sa.BigInteger, nullable=False),
        *_texts("problem"),
        sa.PrimaryKeyConstraint("meeting", name="pk_booking_told"),
        sa.CheckConstraint("state IN ('waiting', 'told', 'refused')", name=op.f("ck_booking_told_state")),
    )
    waits = sa.text("state = 'waiting'")
    op.create_index(
        "ix_booking_told_source_next_at",
        "booking_told",
        ["source", "next_at"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def _conflicts() -> None:
    op.create_table(
        "booking_conflicts",
        *_texts("id", "subject", "kind", "source"),
        *_instants("first_at", "last_at"),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        *_texts("decision"),
        *_instants("decided_at", nullable=True),
        *_texts("by"),
        sa.PrimaryKeyConstraint("id", name="pk_booking_conflicts"),
        sa.CheckConstraint(
            "decision IN ('open', 'kept_ours', 'took_theirs', 'settled')", name=op.f("ck_booking_conflicts_decision")
        ),
    )
    op.create_index("ix_booking_conflicts_last_at", "booking_conflicts", ["last_at"])
    still = sa.text("decision = 'open'")
    op.create_index(
        "uq_booking_conflicts_subject_kind",
        "booking_conflicts",
        ["subject", "kind"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
    theirs = sa.text("decision = 'took_theirs'")
    op.create_index(
        "ix_booking_conflicts_subject",
        "booking_conflicts",
        ["subject"],
        sqlite_where=theirs,
        postgresql_where=theirs,
    )


def _apart_in_sqlite() -> None:
    """Refuse what overlaps, as its writers come one after the other. Instants sort as text."""
    blocks = BLOCKS.replace("firmness", "NEW.firmness")
    for event in ("INSERT", "UPDATE"):
        same = "AND NOT (owner = OLD.owner AND room = OLD.room)" if event == "UPDATE" else ""
        op.execute(f"""
            CREATE TRIGGER {TAKEN}_{event.lower()} BEFORE {event} ON holds
            WHEN {blocks} AND EXISTS (
                SELECT 1 FROM holds
                WHERE room = NEW.room AND since < NEW.until AND until > NEW.since AND {BLOCKS}
                AND NOT (owner = NEW.owner AND room = NEW.room) {same}
            )
            BEGIN SELECT RAISE(ABORT, '{TAKEN}'); END
        """)  # noqa: S608 - all of it stands in this file


def _apart_in_postgresql() -> None:
    """Refuse what overlaps by a constraint. The extension is a trusted one: the database's owner may add it."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        f"ALTER TABLE holds ADD CONSTRAINT {TAKEN} EXCLUDE USING gist "
        f"(room WITH =, tstzrange(since, until) WITH &&) WHERE ({BLOCKS})"
    )
