"""The part of the schema for rehearsals: that they took place, and how each line of their lists was found."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Table

from hub.domain.rehearsals import Result
from hub.store import columns as cols
from hub.store.columns import metadata

rehearsals = Table(
    "rehearsals",
    metadata,
    cols.key("meeting", ForeignKey("meetings.id")),
    *cols.instants("opened_at", "passed_at", nullable=True),
    cols.text("passed_by"),
)
rehearsal_marks = Table(
    "rehearsal_marks",
    metadata,
    cols.key("meeting", ForeignKey("rehearsals.meeting")),
    cols.key("line"),
    cols.text("result"),
    cols.text("by"),
    *cols.instants("at"),
    cols.text("note"),
    Column("counted", Double),
    Column("wanted", BigInteger),
    cols.one_of("result", Result),
)
"""How lines were found last. What the lines are follows from the meeting and its room, and is kept nowhere."""
