"""Personal data is cleared, or given to whom it is about: ``hub.store.personal`` says which, as SQL."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Executable, Text, bindparam, delete, select, text

from devices.ids import uuid7
from hub.domain.retention import Retention
from hub.store import tables as t
from hub.store.personal import NO_LIST, PERSONAL, PSEUDONYMOUS, PURGED, Becomes, Keep, Personal, Put, Term
from hub.store.types import UtcDateTime
from hub.store.work import Upsert, Work

_PAST_TASKS = """
    SELECT id FROM tasks WHERE state <> 'closed' AND
    coalesce((SELECT ends_at FROM meetings WHERE id = tasks.meeting), created_at) < :before LIMIT :most
"""


class SqlPersonalData:
    """Fills ``hub.privacy_ports.PersonalData``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def purge(self, now: datetime, retention: Retention, limit: int) -> Mapping[str, int]:
        """Clear what is past its term, at most so many rows; return how many of which table."""
        ends = {Term.GUESTS: now - retention.guests, Term.QUARANTINE: now - retention.quarantine}
        ends |= {Term.AUDIT: now - retention.audit, Term.LEFT: now - retention.staff}
        found: dict[str, int] = {}
        for one, statement in _purging(self._work.dialect):
            left = limit - sum(found.values())
            if left <= 0:
                break
            gone = self._work.run(statement, {"before": ends[one.term], "most": left}).rowcount
            if gone:
                found[one.table] = gone
        self._note(found)
        return found

    def past_tasks(self, now: datetime, retention: Retention, limit: int) -> Sequence[str]:
        """Return tasks (ids) that are still open though their meeting is past the term of guests."""
        rows = self._work.rows(_PAST, {"before": now - retention.guests, "most": limit})
        return [row.id for row in rows]

    def erase(self, guest: str) -> Mapping[str, int]:
        """Clear all that is known of one guest, whatever its term; return how many rows of which table."""
        found = {}
        for one, statement in _erasing(self._work.dialect):
            if gone := self._work.run(statement, {"guest": guest}).rowcount:
                found[one.table] = gone
        self._note([*found, "booking_links"] if found else ())  # what sources said was cleared beside (forget_named)
        return found

    def left_behind(self) -> Mapping[str, str]:
        """Return tables that were cleared and whose bytes may still be in files, each with a mark of its last time."""
        rows = self._work.rows(_LEFT, {"like": f"{_TO_SCRUB}%"})
        return {row.key.removeprefix(_TO_SCRUB): row.value for row in rows}

    def scrubbed(self, tables: Mapping[str, str]) -> None:
        """Note that these are done; one that was cleared again meanwhile has another mark, and stays."""
        for table, mark in tables.items():
            self._work.run(_DONE, {"the_key": _TO_SCRUB + table, "the_value": mark})

    def _note(self, cleared: Iterable[str]) -> None:
        """Keep in the same transaction what has to leave the files: a hub that is killed now does it later."""
        for table in cleared:
            self._work.put(_TO_DO, {"key": _TO_SCRUB + table, "value": uuid7()})

    def export(self, guest: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return all rows about one guest, by table."""
        found = {}
        for name, statement in _EXPORTS.items():
            rows = self._work.rows(statement, {"guest": guest})
            if rows:
                found[name] = [dict(zip(row._fields, row, strict=True)) for row in rows]
        return found


_PAST = (
    text(_PAST_TASKS)
    .bindparams(bindparam("before", type_=UtcDateTime()), bindparam("most", type_=BigInteger))
    .columns(id=Text)
)
_TO_SCRUB = "scrub:"
_LEFT = select(t.meta).where(t.meta.c.key.like(bindparam("like")))
_TO_DO = Upsert(t.meta, "key")
_DONE = delete(t.meta).where(t.meta.c.key == bindparam("the_key"), t.meta.c.value == bindparam("the_value"))
_MADE: dict[tuple[str, str], list[tuple[Personal, Executable]]] = {}


def _purging(dialect: str) -> Sequence[tuple[Personal, Executable]]:
    if ("purge", dialect) not in _MADE:
        _MADE["purge", dialect] = [(one, _purge(one, dialect)) for one in PERSONAL if one.term in PURGED and one.since]
    return _MADE["purge", dialect]


def _erasing(dialect: str) -> Sequence[tuple[Personal, Executable]]:
    """Put what hangs on other rows before them: alerts are found by their tasks."""
    if ("erase", dialect) not in _MADE:
        last = ("tasks", "guests")
        mine = sorted((one for one in PERSONAL if one.mine), key=lambda one: one.table in last)
        _MADE["erase", dialect] = [(one, _erase(one, dialect)) for one in mine]
    return _MADE["erase", dialect]


def _purge(one: Personal, dialect: str) -> Executable:
    """Clear rows that are past their term and not cleared yet."""
    table = t.metadata.tables[one.table]
    keys = ", ".join(column.name for column in table.primary_key)
    old = f"{one.since.format(table=one.table)} < :before"
    due = old if one.removed else f"{old} AND ({_not_yet(one, dialect)})"
    chosen = f"({keys}) IN (SELECT {keys} FROM {one.table} WHERE {due} LIMIT :most)"  # noqa: S608 - our own tables
    return text(_change(one, dialect, chosen)).bindparams(
        bindparam("before", type_=UtcDateTime()), bindparam("most", type_=BigInteger)
    )


def _erase(one: Personal, dialect: str) -> Executable:
    return text(_change(one, dialect, one.mine.format(table=one.table))).bindparams(bindparam("guest"))


def _change(one: Personal, dialect: str, chosen: str) -> str:
    if one.removed:
        return f"DELETE FROM {one.table} WHERE {chosen}"  # noqa: S608 - our own tables
    new = ", ".join(f"{name} = {_value(name, becomes, dialect)}" for name, becomes in one.columns.items())
    return f"UPDATE {one.table} SET {new} WHERE {chosen}"  # noqa: S608 - the same


def _not_yet(one: Personal, dialect: str) -> str:
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(
        f"{_plain(name, becomes, dialect)} {differs} {_value(name, becomes, dialect, compared=True)}"
        for name, becomes in one.columns.items()
    )


def _plain(name: str, becomes: Becomes, dialect: str) -> str:
    """Write a column as what can be compared: PostgreSQL compares no ``json``, SQLite keeps it as it was written."""
    if isinstance(becomes, str) and becomes != NO_LIST:
        return name
    return f"json({name})" if dialect == "sqlite" else f"{name}::jsonb"


def _value(name: str, becomes: Becomes, dialect: str, *, compared: bool = False) -> str:
    in_sqlite = dialect == "sqlite"
    if isinstance(becomes, Keep):
        keys = ", ".join(f"'{key}'" for key in becomes.keys) or "''"
        if in_sqlite:
            return f"(SELECT json_group_object(key, value) FROM json_each({name}) WHERE key IN ({keys}))"  # noqa: S608
        kept = f"SELECT jsonb_object_agg(key, value) FROM jsonb_each({name}::jsonb) WHERE key IN ({keys})"  # noqa: S608
        made = f"coalesce(({kept}), '{{}}'::jsonb)"
    elif isinstance(becomes, Put):
        if in_sqlite:
            told = ", ".join(
                f"'$.{key}', json('{json.dumps(value)}')" for key, value in json.loads(becomes.json).items()
            )
            return f"json_set({name}, {told})"
        made = f"({name}::jsonb || '{becomes.json}'::jsonb)"
    elif becomes == NO_LIST and not in_sqlite:
        made = "'[]'::jsonb"
    else:
        return becomes
    return made if compared else f"{made}::json"


def _exports() -> Iterator[tuple[str, Executable]]:
    """Ask for whole rows: ids tell which belong together."""
    conditions = {one.table: one.mine for one in PERSONAL if one.mine} | dict(PSEUDONYMOUS)
    for name, mine in conditions.items():
        condition = text(mine.format(table=name)).bindparams(bindparam("guest"))
        yield name, select(t.metadata.tables[name]).where(condition)


_EXPORTS = dict(_exports())
