"""The tables of a mapping as a database really has them: every name is looked up there before it stands in a query."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, TableClause, cast, column, inspect, table, types
from sqlalchemy.dialects.postgresql.base import ischema_names

from hub.booking_ports import SourceWrong
from hub.booking_sources.mapping import ChangeKind, Mapping, Times

POSTGRESQL_FROM = (13,)
"""The first PostgreSQL with the functions by which a late commit is found (pg_visible_in_snapshot)."""


class Xid8(types.UserDefinedType[object]):
    """A transaction's number on PostgreSQL, which SQLAlchemy does not know by itself."""

    cache_ok = True


ischema_names["xid8"] = Xid8

CLOCK_FIELDS = frozenset({"starts_at", "ends_at", "reply_by", "made_at"})
OUTCOME_COLUMNS = (
    *("booking", "occurrence", "uid", "op", "expected", "attended", "first_check_in_at", "started_at", "ended_at"),
    *("no_show", "released_at", "ends_at", "written_at"),
)
_WITHOUT_A_TABLE = "make the table or the view, give the hub's user the right to see it, or correct the mapping"


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is really there: as a query names it, and its type."""

    element: ColumnElement[object]
    type: types.TypeEngine[object]

    @property
    def is_native_time(self) -> bool:
        """Say whether the database itself knows that it holds a date and time."""
        return isinstance(self.type, types.DateTime | types.Date)

    @property
    def keeps_zone(self) -> bool:
        """Say whether a native date and time is an instant."""
        return bool(getattr(self.type, "timezone", False))

    @property
    def is_text(self) -> bool:
        """Say whether it holds text."""
        return isinstance(self.type, types.String) and not isinstance(self.type, types.Enum)

    @property
    def is_number(self) -> bool:
        """Say whether it holds numbers."""
        return isinstance(self.type, types.Numeric | types.Integer)


@dataclass(slots=True)
class Shape:
    """What a mapping names, found in a database. ``wrong`` says what was not, with what to do about it."""

    mapping: Mapping
    dialect: str
    tables: dict[str, TableClause] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    has_outcomes: bool = False

    def of(self, name: str) -> Column:
        """Return a column by the mapping's name for it: of the table of bookings, or ``table.column``."""
        return self.columns[self.full(name)]

    def full(self, name: str) -> str:
        """Return a column's name with its table."""
        return name if "." in name else f"{self.mapping.bookings.table}.{name}"

    def read(self, name: str) -> ColumnElement[object]:
        """Return a column as it is selected: native times as text, which can say more than Python's datetime."""
        found = self.of(name)
        if found.is_native_time and self.dialect != "sqlite":
            return cast(found.element, types.String)
        return found.element


def look_up(connection: Connection, mapping: Mapping) -> Shape:
    """Look up everything that a mapping names; what is wrong stands in ``wrong``."""
    shape = Shape(mapping, connection.dialect.name)
    seen = inspect(connection)
    names = dict.fromkeys(_tables(mapping))
    for name in names:
        if not seen.has_table(name, schema=mapping.schema):  # tables and views
            shape.wrong.append((f"there is no table {name} that the hub may see", _WITHOUT_A_TABLE))
            continue
        found = {one["name"]: one["type"] for one in seen.get_columns(name, schema=mapping.schema)}
        made = table(name, *(column(one) for one in found), schema=mapping.schema)
        shape.tables[name] = made
        shape.columns |= {f"{name}.{one}": Column(made.c[one], kind) for one, kind in found.items()}
    shape.wrong += _missing(shape)
    if not shape.wrong:
        shape.wrong += [*_types(shape), *_change_log(shape, connection)]
    if mapping.outcomes and seen.has_table(mapping.outcomes, schema=mapping.schema):
        there = {one["name"] for one in seen.get_columns(mapping.outcomes, schema=mapping.schema)}
        made = table(mapping.outcomes, *(column(one) for one in OUTCOME_COLUMNS), schema=mapping.schema)
        shape.tables[mapping.outcomes] = made
        shape.has_outcomes = set(OUTCOME_COLUMNS) <= there
    return shape


def checked(shape: Shape) -> Shape:
    """Return a shape that can be used. Raises SourceWrong with the first thing that is not as the mapping says."""
    if shape.wrong:
        problem, remedy = shape.wrong[0]
        raise SourceWrong(f"{problem}: {remedy}")
    return shape


def _tables(mapping: Mapping) -> Iterator[str]:
    yield mapping.bookings.table
    yield from (join.table for join in mapping.joins)
    if mapping.guests:
        yield mapping.guests.table
    if mapping.changes.kind is ChangeKind.LOG and mapping.changes.table:
        yield mapping.changes.table


def _used(shape: Shape) -> Iterable[str]:
    """Yield the full names of all columns that queries name."""
    mapping = shape.mapping
    yield from (shape.full(one) for one in mapping.columns().values())
    for join in mapping.joins:
        yield from (f"{join.table}.{join.key}", shape.full(join.by))
    if mapping.guests:
        yield from (f"{mapping.guests.table}.{one}" for one in mapping.guest_columns().values())
        if mapping.guests.updated_at:
            yield f"{mapping.guests.table}.{mapping.guests.updated_at}"
    changes = mapping.changes
    if changes.kind is ChangeKind.LOG:
        transaction = changes.transaction if shape.dialect == "postgresql" else None
        yield from (f"{changes.table}.{one}" for one in (changes.number, changes.key, transaction) if one)
    if changes.kind is ChangeKind.UPDATED_AT and changes.column:
        yield shape.full(changes.column)


def _missing(shape: Shape) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(_used(shape)):
        home, _, wanted = name.rpartition(".")
        if home in shape.tables and name not in shape.columns:
            there = ", ".join(one.name for one in shape.tables[home].columns)
            yield f"the table {home} has no column {wanted}", f"correct the mapping; there are {there}"


def _types(shape: Shape) -> Iterator[tuple[str, str]]:
    mapping = shape.mapping
    clocks = {
        shape.full(one): mapping.bookings.times for name, one in mapping.columns().items() if name in CLOCK_FIELDS
    }
    if mapping.changes.kind is ChangeKind.UPDATED_AT and mapping.changes.column:
        clocks[shape.full(mapping.changes.column)] = mapping.changes.times
        if mapping.guests and mapping.guests.updated_at:
            clocks[f"{mapping.guests.table}.{mapping.guests.updated_at}"] = mapping.changes.times
    for name, times in clocks.items():
        remedy = _unfit(shape.columns[name], times, shape.dialect)
        if remedy:
            yield f"{name} is {shape.columns[name].type!s}, which keeps no times as {times.value!r}", remedy
    state = mapping.states.column
    if state and mapping.states.bits and not shape.of(state).is_number:
        yield f"{shape.full(state)} is {shape.of(state).type!s}, which has no bits", "give words in [states]"


def _unfit(found: Column, times: Times, dialect: str) -> str:
    """Return what to do where a column cannot hold times as the mapping says; empty where it can."""
    if times is Times.EPOCH:
        return "" if found.is_number or isinstance(found.type, types.NullType) else "correct the mapping's times"
    if found.is_number:
        return 'correct the mapping\'s times: numbers are "epoch"'
    if not found.is_native_time or dialect == "sqlite":
        return ""
    if times is Times.INSTANT and not found.keeps_zone:
        return 'write "utc" or "local" for times that name no zone'
    return 'write "instant" for times that know their zone' if times is not Times.INSTANT and found.keeps_zone else ""


def _change_log(shape: Shape, connection: Connection) -> Iterator[tuple[str, str]]:
    """Find a log that could lose a commit which comes late."""
    changes = shape.mapping.changes
    if changes.kind is not ChangeKind.LOG or shape.dialect == "sqlite":
        return
    if shape.dialect != "postgresql":
        yield f"the hub cannot follow a log on {shape.dialect}", "use kind = updated_at or full in [changes]"
    elif (connection.dialect.server_version_info or ()) < POSTGRESQL_FROM:
        yield "PostgreSQL is older than 13", "use kind = updated_at or full in [changes]"
    elif not changes.transaction:
        remedy = "name a column of type xid8 in changes.transaction; docs/booking-database.md has the trigger"
        yield "by a number alone a transaction that commits late would be overlooked", remedy
    elif not isinstance(shape.columns[f"{changes.table}.{changes.transaction}"].type, Xid8):
        yield f"{changes.table}.{changes.transaction} is not of type xid8", "make it so, with pg_current_xact_id()"
