"""The part of the schema for accounts, and who is signed in where."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Table, UniqueConstraint

from hub.store import columns as cols
from hub.store.columns import metadata

accounts = Table(
    "accounts",
    metadata,
    cols.key("id"),
    cols.text("name"),
    Column("parts", JSON, nullable=False),
    cols.text("password"),
    cols.flag("active"),
    *cols.instants("made_at"),
    UniqueConstraint("name"),
)
passkeys = Table(
    "passkeys",
    metadata,
    cols.key("id"),
    cols.text("account", ForeignKey("accounts.id")),
    cols.text("public_key"),
    cols.number("count"),
    cols.text("name"),
    *cols.instants("made_at"),
    *cols.instants("used_at", nullable=True),
    Index(None, "account"),
)
codes_once = Table("codes_once", metadata, cols.key("code"), cols.text("purpose"), *cols.instants("until"))
"""What works once, by its hash: the house's first code, invitations, the challenges of passkeys."""

allowances = Table("allowances", metadata, cols.key("who"), *cols.instants("full_at"))
"""What is left of what may be done so often and no oftener: when it is whole again, by a keyed hash of whose it is."""

sessions = Table(
    "sessions",
    metadata,
    cols.key("id"),
    cols.text("account"),
    cols.text("tablet"),
    cols.text("person"),
    *cols.instants("began_at", "seen_at", "proven_at"),
    Index(None, "account"),
    Index(None, "tablet"),
)
"""Who is signed in, by the hash of what their browser keeps as a cookie."""
