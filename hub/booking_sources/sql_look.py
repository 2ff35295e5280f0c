"""What ``python -m hub check`` says of a database of bookings: connected, what is wrong with it, what is read there."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import Connection, Engine, func, select

from hub.booking_ports import Looked, SourceAway, SourceWrong
from hub.booking_sources.mapping import ChangeKind, Mapping
from hub.booking_sources.sql_changes import Look, clock
from hub.booking_sources.sql_engine import reading
from hub.booking_sources.sql_rows import RowReader
from hub.booking_sources.sql_shape import Shape, look_up
from hub.domain.source_items import Horizon, Item

BACK, AHEAD = timedelta(days=1), timedelta(days=90)
NIGHT_ENDS, NIGHT_BEGINS = 6, 23
"""Between these hours meetings begin; where most do not, the zone or the form of times is wrong."""

_AWAY = "start it, let the hub's user in, and correct the address or the password file"
_FEW = 3
"""So many bookings that cannot be used are named."""


def look_at(opened: Callable[[], Engine], mapping: Mapping, reader: RowReader) -> Iterator[Looked]:
    """Yield what a look at a database finds. Never raises."""
    try:
        with reading(opened()) as connection:
            found = [*_look(connection, mapping, reader)]
    except SourceAway as problem:
        found = [Looked("database", str(problem), _AWAY)]
    except SourceWrong as problem:
        found = [Looked("database", str(problem), "correct the settings, the mapping, or the rights of the hub's user")]
    yield from found


def _look(connection: Connection, mapping: Mapping, reader: RowReader) -> Iterator[Looked]:
    version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    yield Looked("database", f"{connection.dialect.name} {version} answers")
    shape = look_up(connection, mapping)
    yield from (Looked("tables", problem, remedy) for problem, remedy in shape.wrong)
    if shape.wrong:
        return
    yield Looked("tables", f"all {len(shape.tables)} are as the mapping says")
    yield _changes(mapping)
    yield from _outcomes(connection, shape)
    yield from _bookings(connection, shape, reader)


def _changes(mapping: Mapping) -> Looked:
    said = {
        ChangeKind.LOG: f"found in the log {mapping.changes.table}",
        ChangeKind.UPDATED_AT: f"found by {mapping.changes.column}, {mapping.changes.overlap_min:g} minutes over again",
        ChangeKind.FULL: "found by comparing everything each time",
    }
    return Looked("changes", said[mapping.changes.kind])


def _outcomes(connection: Connection, shape: Shape) -> Iterator[Looked]:
    """Say whether the hub may give back what became of the meetings."""
    name = shape.mapping.outcomes
    if not name:
        yield Looked("outcomes", "not written: the mapping names no table")
        return
    if not shape.has_outcomes:
        yield Looked("outcomes", f"there is no table {name} of ours", "make it as docs/booking-database.md has it")
        return
    missing = [] if connection.dialect.name != "postgresql" else _missing_rights(connection, shape, name)
    if missing:
        yield Looked(
            "outcomes",
            f"the hub's user may not {' and '.join(missing)} {name}",
            f"GRANT {', '.join(missing)} ON {name} to it",
        )
    else:
        yield Looked("outcomes", f"written to {name}")


def _missing_rights(connection: Connection, shape: Shape, name: str) -> list[str]:
    full = f'"{shape.mapping.schema}"."{name}"' if shape.mapping.schema else f'"{name}"'
    rights = ("SELECT", "INSERT", "UPDATE")
    asked = select(*(func.has_table_privilege(full, right) for right in rights))
    return [right for right, may in zip(rights, connection.execute(asked).one(), strict=True) if not may]


def _bookings(connection: Connection, shape: Shape, reader: RowReader) -> Iterator[Looked]:
    """Say what is read now, and whether the times can be right."""
    now = clock(connection)
    look = Look(connection, shape, reader, Horizon(since=now - BACK, until=now + AHEAD))
    found = look.everything()
    items = [item for one in found for item in one.items]
    yield Looked("bookings", f"{len(items)} from yesterday to {AHEAD.days} days ahead")
    bad = [(one.key, one.bad[0]) for one in found if one.bad]
    for key, first in bad[:_FEW]:
        yield Looked(f"booking {key}", f"{first.field}: {first.problem.en}", first.remedy.en)
    if len(bad) > _FEW:
        yield Looked("bookings", f"{len(bad) - _FEW} more are not as they should be", "see the page of bookings")
    yield from _times(items, reader)


def _times(items: list[Item], reader: RowReader) -> Iterator[Looked]:
    """Show one booking as it is understood, so that a person sees whether the hours are right."""
    if not items:
        return
    local = [item.starts_at.astimezone(reader.zone) for item in items]
    first = min(items, key=lambda item: (item.starts_at, item.uid))
    starts, ends = (at.astimezone(reader.zone) for at in (first.starts_at, first.ends_at))
    said = f"the first is from {starts:%Y-%m-%d %H:%M} to {ends:%H:%M} in {reader.zone.key}, in {first.room}"
    at_night = sum(not NIGHT_ENDS <= one.hour < NIGHT_BEGINS for one in local)
    remedy = "correct times in the mapping, or the zone of the source: most bookings begin at night"
    yield Looked("times", said, remedy if at_night * 2 > len(local) else "")
