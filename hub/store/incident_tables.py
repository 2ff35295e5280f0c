"""The part of the schema for incidents: what is done about each kind, what happened, and who was found safe."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Table

from hub.domain.incidents import IncidentState
from hub.store import columns as cols
from hub.store.columns import metadata

ACTIVE_INCIDENT = "state IN ('reported', 'responding', 'contained', 'reopened')"
ONE_AT_A_TIME = f"{ACTIVE_INCIDENT} AND kind <> 'complaint'"
"""Two clients of a room may complain at once; ten people who shout report one fire."""

OPEN_INCIDENT = "state NOT IN ('closed', 'false_alarm')"

playbooks = Table(
    "playbooks",
    metadata,
    cols.key("kind"),
    Column("own", Boolean, primary_key=True),
    Column("steps", JSON, nullable=False),
)
"""The playbooks that come with the program, and the house's ``own``, which go before them."""

incidents = Table(
    "incidents",
    metadata,
    cols.key("id"),
    cols.text("kind"),
    cols.flag("drill"),
    cols.text("room"),
    *cols.words("place"),
    cols.text("state"),
    cols.maybe("meeting", ForeignKey("meetings.id")),
    cols.text("fault"),
    cols.text("reported_by"),
    *cols.instants("reported_at", "told_at"),
    *cols.instants("first_step_at", "contained_at", "resolved_at", "ended_at", nullable=True),
    cols.maybe("impact"),
    cols.number("amount"),
    cols.text("note"),
    cols.text("outcome"),
    cols.text("about"),
    cols.number("reopened"),
    cols.one_of("state", IncidentState),
    Index(None, "reported_at"),
)
cols.unique_where(incidents.c.kind, incidents.c.room, incidents.c.drill, condition=ONE_AT_A_TIME)
"""Who reports the same once more finds the incident that is there (I5)."""

incident_steps = Table(
    "incident_steps",
    metadata,
    cols.key("incident", ForeignKey("incidents.id")),
    cols.count_key("position"),
    cols.text("key"),
    *cols.words("words"),
    cols.text("owner"),
    cols.number("within_s"),
    *cols.instants("due_at"),
    cols.text("phone"),
    cols.flag("human"),
    *cols.instants("done_at", nullable=True),
    cols.text("done_by"),
    *cols.instants("late_at", nullable=True),
)
incident_safe = Table(
    "incident_safe",
    metadata,
    cols.key("incident", ForeignKey("incidents.id")),
    cols.key("person"),
    cols.text("by"),
    *cols.instants("at"),
)
"""Who was found safe: an invitation, or a second person on one, which no table of ours knows by an id."""

departures = Table(
    "departures",
    metadata,
    cols.key("person"),
    cols.text("meeting", ForeignKey("meetings.id")),
    *cols.instants("left_at"),
    cols.text("by"),
    Index(None, "meeting"),
)
"""Who was noted as having left: an invitation, or one more person on it."""
