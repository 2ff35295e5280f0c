"""What changed in a database of bookings since it was last asked: by its log, by ``updated_at``, or by comparing all.

A cursor is JSON text of ours: where the mapping has changed since, it is lost, and everything is read anew.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, cast, func, not_, select, text, types

from hub.booking_ports import CursorLost
from hub.booking_sources.mapping import ChangeKind, Times
from hub.booking_sources.sql_queries import Questions, Row
from hub.booking_sources.sql_rows import RowReader
from hub.booking_sources.sql_shape import Shape
from hub.booking_sources.sql_values import instant
from hub.domain.source_items import Batch, Horizon, Resource

_SNAPSHOT = re.compile(r"\d+:(?P<xmax>\d+):[\d,]*")
_POSTGRESQL_NOW = text(
    "SELECT pg_current_snapshot()::text, (SELECT system_identifier FROM pg_control_system())::text || '/'"
    " || (SELECT timeline_id FROM pg_control_checkpoint())::text || '/'"
    " || (SELECT oid FROM pg_database WHERE datname = current_database())::text"
)
"""Which transactions are over, and which server says so: its numbers mean nothing to another, or to its backup."""

_CLOCKS = {"mysql": func.utc_timestamp(), "mariadb": func.utc_timestamp()}
"""How a database is asked for its time in UTC, where that is not the time of a session in UTC."""


@dataclass(slots=True)
class Look:
    """One look at a database, at one moment of it."""

    connection: Connection
    shape: Shape
    reader: RowReader
    horizon: Horizon

    def answer(self, cursor: str | None) -> Batch:
        """Return what changed since a cursor, or everything where there is none. Raises CursorLost, SourceWrong."""
        kind = self.shape.mapping.changes.kind
        said = None if cursor is None else self._read(cursor)
        if kind is ChangeKind.LOG:
            return self._by_number(said) if self.shape.dialect == "sqlite" else self._by_snapshot(said)
        return self._by_time(said) if kind is ChangeKind.UPDATED_AT else self._by_comparing(said)

    def everything(self) -> list[Resource]:
        """Return all that is within the horizon, and what of it cannot be read."""
        asked = Questions(self.connection, self.shape)
        return self._shown(self._resources(asked, asked.rows(asked.within(self.horizon))))

    def by_key(self, key: str) -> Resource | None:
        """Return what stands under a key, whenever it is."""
        asked = Questions(self.connection, self.shape)
        return next(iter(self._resources(asked, asked.rows_of([key]))), None)

    def _by_snapshot(self, said: dict[str, str] | None) -> Batch:
        """Follow a log on PostgreSQL: what was not visible the last time and is now, however late it was committed."""
        snapshot, server = (str(one) for one in self.connection.execute(_POSTGRESQL_NOW).one())
        cursor = {"snapshot": snapshot, "server": server}
        if said is None:
            return self._whole(cursor)
        old = said.get("snapshot", "")
        if said.get("server") != server or _xmax(old) > _xmax(snapshot):
            raise CursorLost("the database is another one, or was restored from a backup")
        changes = self.shape.mapping.changes
        xid = self.shape.tables[changes.table or ""].c[changes.transaction or ""]
        before = bindparam("before", old, type_=types.NullType())
        return self._delta(
            said,
            cursor,
            and_(
                xid >= func.pg_snapshot_xmin(before),
                xid < func.pg_snapshot_xmax(func.pg_current_snapshot()),
                not_(func.pg_visible_in_snapshot(xid, before)),
            ),
        )

    def _by_number(self, said: dict[str, str] | None) -> Batch:
        """Follow a log on SQLite, whose writers come one after the other."""
        changes = self.shape.mapping.changes
        number = self.shape.tables[changes.table or ""].c[changes.number or ""]
        newest = int(self.connection.execute(select(func.max(number))).scalar() or 0)
        cursor = {"number": str(newest)}
        if said is None:
            return self._whole(cursor)
        last = int(said.get("number", "-1"))
        if not 0 <= last <= newest:
            raise CursorLost("the log ends before the hub's place in it: the file was restored, or the log emptied")
        return self._delta(said, cursor, number > last)

    def _by_time(self, said: dict[str, str] | None) -> Batch:
        """Follow a column of times, which says nothing of what went: where bookings came or went all are listed."""
        asked = Questions(self.connection, self.shape)
        within = asked.within(self.horizon)
        cursor = {"at": clock(self.connection).isoformat(), "keys": _hash(asked.keys(within))}
        if said is None or said.get("keys") != cursor["keys"]:
            return self._whole(cursor)
        since = datetime.fromisoformat(said["at"]) - timedelta(minutes=self.shape.mapping.changes.overlap_min)
        found = self._resources(asked, asked.rows(and_(within, asked.changed_since(since))))
        return self._batch(cursor if found else said, found, [one.key for one in found])

    def _by_comparing(self, said: dict[str, str] | None) -> Batch:
        """List everything, and say nothing where nothing is new."""
        found = self.everything()
        cursor = {"all": _hash(f"{one.key}/{one.version}" for one in found)}
        if said is not None and said.get("all") == cursor["all"]:
            return Batch(cursor=self._write(cursor))
        return Batch(cursor=self._write(cursor), resources=tuple(found), complete=True)

    def _whole(self, cursor: dict[str, str]) -> Batch:
        return Batch(cursor=self._write(cursor), resources=tuple(self.everything()), complete=True)

    def _delta(self, last: dict[str, str], cursor: dict[str, str], where: ColumnElement[bool]) -> Batch:
        """Return what stands now under the keys that the log names; where it names none the ``last`` cursor stays."""
        changes = self.shape.mapping.changes
        key = self.shape.tables[changes.table or ""].c[changes.key or ""]
        named = sorted({str(one) for (one,) in self.connection.execute(select(key).where(where))})
        if not named:
            return Batch(cursor=self._write(last))
        asked = Questions(self.connection, self.shape)
        rows = asked.rows_of(named, asked.within(self.horizon))
        return self._batch(cursor, self._resources(asked, rows), named)

    def _batch(self, cursor: dict[str, str], found: Sequence[Resource], named: Iterable[str]) -> Batch:
        """Return an answer about some keys: what is not within the horizon any more is gone, as if it was deleted."""
        shown = self._shown(found)
        there = {one.key for one in shown}
        gone = tuple(one for one in named if one not in there)
        return Batch(cursor=self._write(cursor), resources=tuple(shown), gone=gone)

    def _resources(self, asked: Questions, rows: Sequence[Row]) -> list[Resource]:
        guests, twins = asked.guests(rows), self._twins(asked, rows)
        return [
            self.reader.resource(
                row,
                None if guests is None else guests.get(str(row["key"]), []),
                twins.get(_name(row), ""),
            )
            for row in rows
        ]

    def _twins(self, asked: Questions, rows: Sequence[Row]) -> dict[tuple[str, str], str]:
        """Return the first booking under each uid and date of these."""
        uids = {str(row["uid"]) for row in rows if row.get("uid")}
        first: dict[tuple[str, str], str] = {}
        for uid, occurrence, key in asked.same_uid(uids, asked.within(self.horizon)):
            first.setdefault((uid, occurrence), key)
        return first

    def _shown(self, found: Iterable[Resource]) -> list[Resource]:
        """Return those within the horizon, and those of which that cannot be told."""
        return [
            one
            for one in found
            if not one.items or any(self.horizon.holds(item.starts_at, item.ends_at) for item in one.items)
        ]

    def _write(self, said: dict[str, str]) -> str:
        return json.dumps({"of": self.shape.mapping.digest(), **said})

    def _read(self, cursor: str) -> dict[str, str]:
        try:
            said = json.loads(cursor)
        except ValueError:
            said = None
        if not isinstance(said, dict) or said.get("of") != self.shape.mapping.digest():
            raise CursorLost("the cursor is of another mapping")
        return said


def clock(connection: Connection) -> datetime:
    """Return the database's own time."""
    asked = _CLOCKS.get(connection.dialect.name, func.current_timestamp())
    return instant(connection.execute(select(cast(asked, String))).scalar_one(), Times.UTC, ZoneInfo("UTC"))


def _name(row: Row) -> tuple[str, str]:
    return str(row.get("uid") or ""), str(row.get("occurrence") or "")


def _xmax(snapshot: str) -> int:
    found = _SNAPSHOT.fullmatch(snapshot)
    if not found:
        raise CursorLost("the cursor names no moment")
    return int(found["xmax"])


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
