"""What became of a meeting, in a side table of ours in the booking database: its own tables are never written to."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update

from hub.booking_ports import TargetGone, WrittenMeanwhile
from hub.booking_sources.sql_changes import Look
from hub.booking_sources.sql_rows import is_same_row
from hub.domain.source_items import WriteBack


def write_outcome(look: Look, told: WriteBack) -> str:
    """Keep what became of a meeting; returns the version that the hub knows, for nothing of the booking is changed.

    Only the booking's own row is compared: what changes beside it, such as a room's name, may not be told for a day.
    Raises TargetGone, and WrittenMeanwhile where the row is not the one that the hub knows.
    """
    connection, mapping = look.connection, look.shape.mapping
    found = look.by_key(told.resource)
    if found is None:
        raise TargetGone(f"there is no booking {told.resource} any more")
    table = look.shape.tables[mapping.outcomes or ""]
    if told.version and not is_same_row(told.version, found.version):
        raise WrittenMeanwhile(f"booking {told.resource} was changed meanwhile")
    ours = and_(table.c.booking == told.resource, table.c.occurrence == told.occurrence)
    last = connection.execute(select(table.c.op).where(ours)).scalar()
    if last == told.op:
        return told.version or found.version
    values = _values(connection, told) | {"written_at": func.current_timestamp()}
    if last is None:
        names = {"booking": told.resource, "occurrence": told.occurrence}
        connection.execute(insert(table).values(names | values))
    else:
        connection.execute(update(table).where(ours).values(values))
    return told.version or found.version


def _values(connection: Connection, told: WriteBack) -> dict[str, Any]:
    outcome, dialect = told.outcome, connection.dialect.name
    return {
        "uid": told.uid,
        "op": told.op,
        "expected": outcome.expected,
        "attended": outcome.attended,
        "no_show": outcome.no_show,
        "first_check_in_at": _moment(outcome.first_check_in_at, dialect),
        "started_at": _moment(outcome.started_at, dialect),
        "ended_at": _moment(outcome.ended_at, dialect),
        "released_at": _moment(outcome.released_at, dialect),
        "ends_at": _moment(told.ends_at, dialect),
    }


def _moment(at: datetime | None, dialect: str) -> object:
    """Return an instant as the side table of that database keeps it: as text in SQLite, elsewhere as its own kind."""
    if at is None:
        return None
    utc = at.astimezone(UTC)
    if dialect == "sqlite":
        return utc.isoformat(timespec="seconds")
    return utc if dialect == "postgresql" else utc.replace(tzinfo=None)
