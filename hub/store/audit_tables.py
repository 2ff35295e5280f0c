"""The part of the schema for the audit log: its rows, its head, and the seals of what was removed after its term.

Triggers (``migrations``) refuse UPDATE and TRUNCATE, a DELETE of what is not sealed, and a seal of what is not there.
"""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table

from hub.store import columns as cols
from hub.store.columns import metadata

audit = Table(
    "audit",
    metadata,
    cols.count_key("id"),
    cols.text("actor"),
    cols.text("action"),
    cols.text("subject"),
    *cols.instants("at"),
    cols.text("hash"),
    Index(None, "subject", "at"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="only_one"), primary_key=True, autoincrement=False),
    cols.number("number"),
    cols.text("hash"),
)
"""The newest row's number and hash. Who adds rows holds its row to the COMMIT, so the chain never forks."""

audit_seals = Table("audit_seals", metadata, cols.count_key("number"), cols.text("hash"), *cols.instants("sealed_at"))
"""The last row of each piece that was removed after its term."""
