"""Writes down everything that the hub does, from its own rows: one line for each, to the second.

Reads the database from outside, by its tables. A line is the house's time and what happened:

``clock``    a timer fired (its rule and what it is about); ``moved``: one that is to come is due at another time
``wrong``/``right``  a condition was opened, or is over
``raised``   a task: its name, whose it is, and by when it is due
``asks``     who was asked for it, at which rung, how it is heard, and on which ways besides the tablet
``reminds``/``tells``  an owner is reminded, a lead told that it is late, somebody given or put first
``due``      a task's deadline moved
``device``   another maker's device was told something, and what became of it
``kiosk``, ``pager``, ``mail``  what a guest's screen, a pager, a guest's mailbox was told
all else     a row of the audit log: who did what to which task, meeting or incident
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, select
from sqlalchemy.engine import Row

from devices.contract import codec
from devices.contract.alerts import Alert
from devices.contract.messages import Reply
from devices.contract.topics import Leaf
from hub.channel_ports import Mail
from hub.domain.task_kinds import RULES, TaskKind
from hub.store import tables as t
from hub.store.columns import metadata

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STAMP = re.compile(r"#\d{9,}\.\d+")

LOOKS = frozenset(
    {
        "speaker_look",
        "air_changed",
        "point_obeyed",
        "swap_seen",
        "count_drinks",
        "lapse_options",
        "watch_no_shows",
        "keep_history",
        "keep_staff",
        "roster",
    }
)
"""Timers that only look whether something has happened meanwhile: what they find has lines of its own."""

_OF_TASKS = {"task.offer", "task.remind"}


class Diary:
    """Follows one database. ``names`` is how each task, incident and guest is called in it, by id."""

    def __init__(self, url: str, zone: ZoneInfo) -> None:
        """Open the database for looking."""
        path = url.removeprefix("sqlite:///")
        address = url.replace("postgresql://", "postgresql+psycopg://")
        if path != url:
            address = f"sqlite:///file:{path}?mode=ro&uri=true"
        self._engine = create_engine(address, isolation_level="AUTOCOMMIT")
        self._zone = zone
        self.names: dict[str, str] = {}
        self.lines: list[str] = []
        self._known: dict[str, dict[Any, Row[Any]]] = {name: {} for name in _FOLLOWED}
        self._audited = self._posted = 0
        self._rows: dict[str, dict[Any, Row[Any]]] = {}

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def look(self, now: datetime) -> None:
        """Write down what is new."""
        with self._engine.connect() as connection:
            audit = metadata.tables["audit"]
            fresh = connection.execute(select(audit).where(audit.c.id > self._audited).order_by(audit.c.id)).all()
            self._rows = {
                name: {tuple(getattr(row, key) for key in keys): row for row in connection.execute(select(table))}
                for name, (table, keys) in _FOLLOWED.items()
            }
        if fresh:
            self._audited = fresh[-1].id
        self._name_all()
        said = [*self._timers(now), *self._conditions(), *self._raised(), *self._audit(fresh), *self._rest()]
        self._write(now, _in_one_order(said))
        self._known = self._rows

    def hear(self, now: datetime, said: list[tuple[str, bytes]]) -> None:
        """Write down what kiosks and pagers were told, and forget it."""
        for topic, payload in said:
            leaf = topic.partition("/v1/")[2].split("/", 2)[-1]
            if leaf == Leaf.DOWN_REPLY:
                self._write(now, self._replied(codec.decode(payload, Reply)))
            elif leaf == Leaf.DOWN_ALERT:
                alert = codec.decode(payload, Alert)
                self._write(now, [f"pager    {alert.glance} ({alert.ring})"])
        said.clear()

    def _replied(self, reply: Reply) -> Iterator[str]:
        for answer in reply.replies:
            seat = answer.card.seat if answer.card else None
            place = f"{seat.zone}-{seat.row}-{seat.number}" if seat else "without a seat"
            yield f"kiosk    {self.names.get(answer.id, '?')}: {answer.verdict}, {place}"
        for told in reply.requests:
            yield f"kiosk    {self.names.get(told.id, '?')}: {told.progress} {told.by}{told.reason or ''}".rstrip()

    def post(self, now: datetime, letters: list[Mail]) -> None:
        """Write down what was posted to guests."""
        self._write(now, [f"mail     {one.name} ({one.language}): {one.subject}" for one in letters[self._posted :]])
        self._posted = len(letters)

    def _write(self, now: datetime, said: Iterable[str]) -> None:
        self.lines += [f"{self._time(now)}  {line}" for line in said]

    def read(self) -> list[str]:
        """Return what was written since this was last asked."""
        said, self.lines = self.lines, []
        return said

    def _new(self, table: str) -> list[Row[Any]]:
        return [row for key, row in self._rows[table].items() if key not in self._known[table]]

    def _changed(self, table: str) -> Iterator[tuple[Row[Any], Row[Any]]]:
        for key, row in sorted(self._rows[table].items()):
            before = self._known[table].get(key)
            if before is not None and before != row:
                yield before, row

    def _name_all(self) -> None:
        for row in self._rows["meetings"].values():
            self.names.setdefault(row.id, row.key)
        guests = {row.id: row.name for row in self._rows["guests"].values()}
        for row in self._rows["invitations"].values():
            self.names.setdefault(row.id, guests[row.guest])
        for row in self._rows["tablets"].values():
            self.names.setdefault(row.id, f"tablet {row.name}")
        for row in self._rows["incidents"].values():
            self.names.setdefault(row.id, f"{row.kind}{' drill' if row.drill else ''}")
        for row in sorted(self._new("tasks"), key=lambda one: one.id):
            name = " ".join(filter(None, (row.kind, _about(row.facts))))
            twins = sum(known.partition(" #")[0] == name for known in self.names.values())
            self.names[row.id] = f"{name} #{twins + 1}" if twins else name

    def _said(self, text: str) -> str:
        plain = _STAMP.sub("", text)
        return _UUID.sub(lambda found: self.names.get(found[0], "?"), plain)

    def _timers(self, now: datetime) -> Iterator[str]:
        gone = [row for key, row in self._known["timers"].items() if self._rows["timers"].get(key) != row]
        for row in sorted(gone, key=lambda one: (one.rule, self._said(one.subject))):
            if row.due_at <= now and row.rule not in LOOKS:
                yield f"clock    {row.rule} {self._said(row.subject)}"
        for before, row in self._changed("timers"):
            if before.due_at > now and row.rule not in LOOKS:
                name = f"{row.rule} {self._said(row.subject)}"
                yield f"moved    {name} {self._time(before.due_at)} → {self._time(row.due_at)}"

    def _conditions(self) -> Iterator[str]:
        for row in sorted(self._new("conditions"), key=lambda one: one.key):
            hidden = " (explained)" if row.hidden_by else ""
            yield f"wrong    {row.key}{hidden}"
        for before, row in self._changed("conditions"):
            if row.over_at and not before.over_at:
                yield f"right    {row.key}"

    def _raised(self) -> Iterator[str]:
        for row in sorted(self._new("tasks"), key=lambda one: self.names[one.id]):
            owner = RULES[TaskKind(row.kind)].owner
            held = f", held until {self._time(row.held_until)}" if row.held_until else ""
            yield f"raised   {self.names[row.id]} → {owner}, due {self._due(row)}{held}"

    def _audit(self, rows: Sequence[Row[Any]]) -> Iterator[str]:
        alerts = [row for row in self._new("alerts") if row.kind != "over"]
        shown: set[str] = set()
        for row in rows:
            task = row.subject.partition(" ")[0]
            if row.action not in _OF_TASKS or task not in self.names:
                yield f"{row.actor}  {row.action} {self._said(row.subject)}"
                continue
            named = row.subject.split()[1:]
            mine = [one for one in alerts if one.task == task and one.person in named]
            mine.sort(key=lambda one: named.index(one.person))
            shown |= {one.id for one in mine}
            word = "asks" if row.action == "task.offer" else "reminds"
            late = re.search(r"\d+ s late", row.subject)
            yield f"{word:<8} {self.names[task]}: {self._alerted(mine, task)}{' ' + late[0] if late else ''}"
        for task, found in _by(("task"), [one for one in alerts if one.id not in shown]):
            yield f"tells    {self.names.get(task, '-')}: {self._alerted(list(found), task)}"

    def _alerted(self, alerts: Sequence[Row[Any]], task: str) -> str:
        people = dict.fromkeys(one.person for one in alerts)
        said = []
        for person in people:
            mine = [one for one in alerts if one.person == person]
            pager = "+pager" if any(one.channel == "pager" for one in mine) else ""
            outside = ", outside" if any(one.channel == "outside" for one in mine) else ""
            offer = self._rows["offers"].get((task, person))
            first = mine[0]
            rung = offer.level if offer is not None and first.kind == "offer" else first.kind
            count = int(first._mapping["count"])
            many = f" of {count}" if count > 1 else ""
            said.append(((rung, f"{first.ring}{many}{outside}"), f"{person}{pager}"))
        return "; ".join(
            f"{rung} {' '.join(name for _, name in group)} ({ring})"
            for (rung, ring), group in groupby(said, key=lambda one: one[0])
        )

    def _rest(self) -> Iterator[str]:
        for before, row in self._changed("tasks"):
            if before.due_at != row.due_at:
                yield f"due      {self.names[row.id]} {self._time(before.due_at)} → {self._time(row.due_at)}"
            if before.state != row.state and before.attend_at == row.attend_at:
                yield f"state    {self.names[row.id]} {before.state} → {row.state}"
        for before, row in self._changed("duties"):
            if before.flooded != row.flooded:
                yield f"flood    {row.person} {'begins' if row.flooded else 'ends'}"
        for row in self._new("commands"):
            yield f"device   {row.device} is told {row.parameters['value']:g}"
        for before, row in self._changed("commands"):
            if before.state != row.state and row.state not in {"waiting", "sent"}:
                yield f"device   {row.device} {row.state} {row.problem}".rstrip()

    def _due(self, row: Row[Any]) -> str:
        days = (row.due_at.astimezone(self._zone).date() - row.created_at.astimezone(self._zone).date()).days
        return self._time(row.due_at) + (f" +{days} d" if days else "")

    def _time(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%H:%M:%S")


def _by(column: str, rows: Iterable[Row[Any]]) -> Iterator[tuple[str, Iterator[Row[Any]]]]:
    return groupby(rows, key=lambda one: str(getattr(one, column)))


def _in_one_order(said: Iterable[str]) -> Iterator[str]:
    """Put into one order who is asked in one transaction: tasks that are due at one instant have none."""
    for asks, group in groupby(said, key=lambda line: line.startswith(("asks ", "reminds "))):
        lines = list(group)
        yield from sorted(lines) if asks else lines


def _about(facts: Mapping[str, str]) -> str:
    """Return what a task is about, in a word or two."""
    who = facts.get("name") or facts.get("thing_zh") or facts.get("what_zh") or facts.get("note") or ""
    why = facts.get("why") or facts.get("step_en", "")[:0]
    return " ".join(filter(None, (who, why, "drill" if facts.get("drill") else "")))


_FOLLOWED = {
    "timers": (t.timers, ("rule", "subject")),
    "tasks": (t.tasks, ("id",)),
    "offers": (t.offers, ("task", "person")),
    "alerts": (t.alerts, ("id",)),
    "duties": (t.duties, ("person",)),
    "tablets": (t.tablets, ("id",)),
    "conditions": (t.conditions, ("id",)),
    "commands": (t.commands, ("id",)),
    "incidents": (t.incidents, ("id",)),
    "meetings": (t.meetings, ("id",)),
    "guests": (t.guests, ("id",)),
    "invitations": (t.invitations, ("id",)),
}
