"""The questions that are put to a database of bookings. Values are bound, names are those that were looked up there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, bindparam, false, func, or_, select, types

from hub.booking_sources.mapping import Times
from hub.booking_sources.sql_rows import LONGEST_TEXT
from hub.booking_sources.sql_shape import Column, Shape
from hub.domain.source_items import Horizon

Row = Mapping[str, Any]

AT_ONCE = 500
"""Keys in one question."""

DAY = timedelta(days=1)
_CUT = frozenset({"title_zh", "title_en", "client", "room"})


class Questions:
    """The questions to one database, all at one moment."""

    def __init__(self, connection: Connection, shape: Shape) -> None:
        """Take an open connection, and what was looked up there."""
        self._connection, self._shape = connection, shape
        self._mapping = shape.mapping

    def rows(self, where: ColumnElement[bool]) -> Sequence[Row]:
        """Return rows of bookings, by key."""
        fields = [self._selected(field, name).label(field) for field, name in self._mapping.columns().items()]
        asked = select(*fields).select_from(self._joined()).where(where).order_by(self._key.element)
        return [row._asdict() for row in self._connection.execute(asked)]

    def rows_of(self, keys: Collection[str], where: ColumnElement[bool] | None = None) -> Sequence[Row]:
        """Return the rows under these keys, of those that fit besides."""
        found: list[Row] = []
        for part in _in_parts(self._typed(keys, self._key)):
            wanted = self._key.element.in_(_bound(part))
            found += self.rows(wanted if where is None else and_(wanted, where))
        return found

    def guests(self, rows: Iterable[Row]) -> dict[str, list[Row]] | None:
        """Return the guests of bookings, by the booking's key; None where no list is kept."""
        given = self._mapping.guests
        if given is None:
            return None
        names = self._mapping.guest_columns()
        fields = [self._shape.columns[f"{given.table}.{name}"].element.label(field) for field, name in names.items()]
        home = self._shape.columns[f"{given.table}.{given.booking}"]
        found: dict[str, list[Row]] = {}
        for part in _in_parts(self._typed([str(row["key"]) for row in rows], home)):
            asked = select(*fields).where(home.element.in_(_bound(part)))
            order = self._shape.columns[f"{given.table}.{given.key}"].element
            for row in self._connection.execute(asked.order_by(order)):
                found.setdefault(str(row.booking), []).append(row._asdict())
        return found

    def keys(self, where: ColumnElement[bool]) -> list[str]:
        """Return the keys of bookings, and of their guests, that are there: cheap, and enough to see what is gone."""
        asked = select(self._key.element).select_from(self._joined()).where(where)
        found = [str(key) for (key,) in self._connection.execute(asked)]
        given = self._mapping.guests
        if given is not None:
            key, home = (self._shape.columns[f"{given.table}.{one}"] for one in (given.key, given.booking))
            shown = select(self._key.element).select_from(self._joined()).where(where)
            guests = select(home.element, key.element).where(home.element.in_(shown))
            found += [f"{booking}/{guest}" for booking, guest in self._connection.execute(guests)]
        return sorted(found)

    def same_uid(self, uids: Collection[str], where: ColumnElement[bool]) -> Sequence[tuple[str, str, str]]:
        """Return (uid, occurrence, key) of the bookings under these uids, by key."""
        names = self._mapping.columns()
        if "uid" not in names:
            return []
        uid = self._shape.of(names["uid"]).element
        occurrence = [self._shape.of(names["occurrence"]).element] if "occurrence" in names else []
        found: list[tuple[str, str, str]] = []
        for part in _in_parts(sorted(uids)):
            asked = select(uid, self._key.element, *occurrence).select_from(self._joined())
            for said, key, *date in self._connection.execute(
                asked.where(and_(uid.in_(_bound(part)), where)).order_by(self._key.element)
            ):
                found.append((str(said), str(date[0] or "") if date else "", str(key)))
        return found

    def within(self, horizon: Horizon) -> ColumnElement[bool]:
        """Say which rows may lie within a horizon, and which say no time at all; the exact look is Python's."""
        given = self._mapping.bookings
        starts, ends = self._shape.of(given.starts_at), self._shape.of(given.ends_at)
        since = self.bound(starts, horizon.since, given.times, -DAY)
        before = starts.element < self.bound(starts, horizon.until, given.times, DAY)
        # What starts within it and ends before is wrong, and is to be named.
        lasting = or_(ends.element > self.bound(ends, horizon.since, given.times, -DAY), starts.element > since)
        return or_(and_(before, lasting), *(self._unreadable(one, given.times) for one in (starts, ends)))

    def bound(self, found: Column, at: datetime, times: Times, slack: timedelta) -> ColumnElement[Any]:
        """Return an instant as a column is compared with it, with some slack where the column is not exact."""
        if times is Times.EPOCH:
            return _value(int(at.timestamp()))
        if self._shape.dialect == "sqlite" or not found.is_native_time:
            return _value(f"{at + slack:%Y-%m-%d %H:%M:%S}")
        if times is Times.INSTANT:
            return _value(at)
        local = at if times is Times.UTC else at + slack
        return _value(local.astimezone(UTC).replace(tzinfo=None))

    def changed_since(self, at: datetime) -> ColumnElement[bool]:
        """Say which rows were changed since an instant, by their own word."""
        changes, given = self._mapping.changes, self._mapping.guests
        columns = [self._shape.of(changes.column or "")]
        found = [self._later(columns[0], at)]
        if given and given.updated_at:
            updated, home = (self._shape.columns[f"{given.table}.{one}"] for one in (given.updated_at, given.booking))
            found.append(self._key.element.in_(select(home.element).where(self._later(updated, at))))
        return or_(*found)

    def _later(self, found: Column, at: datetime) -> ColumnElement[bool]:
        times = self._mapping.changes.times
        bound = self.bound(found, at, times, timedelta() if times is Times.UTC else -DAY)
        return or_(found.element >= bound, found.element.is_(None))

    def _unreadable(self, found: Column, times: Times) -> ColumnElement[bool]:
        """Say which rows have no time in a column that could be compared."""
        empty = found.element.is_(None)
        if times is Times.EPOCH:
            odd = func.typeof(found.element).not_in(("integer", "real")) if self._shape.dialect == "sqlite" else false()
            return or_(empty, odd)
        if self._shape.dialect == "sqlite" or not found.is_native_time:
            return or_(empty, found.element.not_like("____-__-__%"))
        return empty

    @property
    def _key(self) -> Column:
        return self._shape.of(self._mapping.bookings.key)

    def _selected(self, field: str, name: str) -> ColumnElement[Any]:
        """Return a column as it is read; of a text only as much as is kept, and one more to see that there was more."""
        found = self._shape.of(name)
        if field in _CUT and found.is_text:
            return func.substr(found.element, 1, LONGEST_TEXT + 1)
        return self._shape.read(name)

    def _joined(self) -> FromClause:
        found: FromClause = self._shape.tables[self._mapping.bookings.table]
        for join in self._mapping.joins:
            key = self._shape.columns[f"{join.table}.{join.key}"].element
            found = found.outerjoin(self._shape.tables[join.table], key == self._shape.of(join.by).element)
        return found

    def _typed(self, keys: Iterable[str], found: Column) -> list[Any]:
        """Return keys as their column holds them; those that it cannot hold are left out."""
        if not isinstance(found.type, types.Integer):
            return list(keys)
        return [int(one) for one in keys if one.lstrip("-").isdecimal() and abs(int(one)) < 2**63]


def _value(value: object) -> ColumnElement[Any]:
    """Bind a value as it is: the database knows the type of the column beside it."""
    return bindparam(None, value, type_=types.NullType(), unique=True)


def _bound(values: Sequence[Any]) -> ColumnElement[Any]:
    return bindparam(None, values, type_=types.NullType(), unique=True, expanding=True)


def _in_parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]
