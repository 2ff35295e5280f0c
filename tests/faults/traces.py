"""Small hand-made traces of a run, good as they are, for the checker's own tests: tables without any constraint.

Their schema is written here by hand, so that states can be made that the product's own schema would refuse.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.faults.evidence import Evidence, read_books, read_hub, read_kiosk, read_witnesses

T0 = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
BOOT = "boot-1"
_COLUMNS = {
    "check_ins": "id device boot seq at admits lookup kiosk_verdict classed invitation meeting"
    " door_at received_at clock machine mono_ms",
    "admissions": "invitation meeting check_in device at flagged",
    "invitations": "id meeting guest vip",
    "credentials": "lookup invitation status status_at current",
    "seats": "meeting label zone row number",
    "seat_assignments": "meeting seat invitation occupied",
    "tasks": "id kind dedupe state accepted_by attend_at",
    "offers": "task person ended_at",
    "quarantine": "id device leaf reason detail payload times last_at",
    "audit": "id actor action subject at",
    "anchors": "device machine rank zero_us heard_at",
    "booking_links": "source key meeting",
    "guests": "id name title company phone email diet_note",
    "meetings": "id ends_at",
    "guest_messages": "id invitation facts problem",
    "transfers": "invitation note greeter_phone",
}
_OUTCOMES = "booking occurrence op attended"
_KIOSK = "place id boot seq at lookup admits answered_at"


def moment(seconds: float) -> str:
    """Write the instant so long after T0 as a hub on SQLite does."""
    return (T0 + timedelta(seconds=seconds)).isoformat(" ", "microseconds")


@dataclass(slots=True)
class Trace:
    """What is about to be written: rows by table, kiosks' events by device, lines of witnesses."""

    hub: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    kiosks: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"kiosk-1": [], "kiosk-2": []})
    seen: list[dict[str, Any]] = field(default_factory=list)
    enrolled: frozenset[str] = frozenset({"kiosk-1", "kiosk-2"})
    alive: dict[str, bool] = field(default_factory=lambda: {"hub": True})
    books: list[dict[str, Any]] = field(default_factory=list)

    def scan(self, event: str, device: str, seconds: float, classed: str, invitation: str | None = "inv-1") -> None:
        """Add one scan that was kept, sent, stored, answered and (where it let somebody in) seen on the screen."""
        admits = classed != "refused"
        seq = len(self.kiosks[device]) + 1
        verdict = "unknown" if not admits else "welcome" if classed == "admitted" else "already_in"
        common = {
            "id": event,
            "boot": f"{BOOT}-{device}",
            "seq": seq,
            "at": moment(seconds),
            "lookup": f"l-{invitation}",
        }
        self.kiosks[device].append({**common, "place": seq, "admits": admits, "answered_at": moment(seconds + 1)})
        row = {**common, "device": device, "admits": admits, "kiosk_verdict": verdict, "classed": classed}
        row |= {"door_at": moment(seconds), "received_at": moment(seconds + 1), "clock": "synced"}
        row |= {"machine": f"machine-{device}", "mono_ms": int(seconds * 1000)}
        self.hub["check_ins"].append({**row, "invitation": invitation, "meeting": "m" if invitation else None})
        if admits:
            seat = ["A", "1", invitation[-1]] if invitation else None
            self.seen.append({"event": event, "device": device, "verdict": verdict, "seat": seat, "from_hub": True})

    def admit(self, invitation: str, event: str, device: str, seconds: float) -> None:
        """Add the admission that follows from a scan."""
        row = {"invitation": invitation, "meeting": "m", "check_in": event, "device": device, "at": moment(seconds)}
        self.hub["admissions"].append({**row, "flagged": False})

    def task(self, kind: str, subject: str, state: str = "new", by: str = "") -> None:
        """Add a task."""
        number = len(self.hub["tasks"]) + 1
        row = {"id": f"task-{number}", "kind": kind, "dedupe": f"{kind}:{subject}", "state": state, "accepted_by": by}
        self.hub["tasks"].append({**row, "attend_at": moment(0) if state == "new" else None})

    def write(self, folder: Path) -> Evidence:
        """Write everything to real files and read it back as the checker does."""
        with closing(sqlite3.connect(folder / "hub.sqlite3")) as connection:
            for name, columns in _COLUMNS.items():
                _table(connection, name, columns.split(), self.hub[name])
        for device, events in self.kiosks.items():
            with closing(sqlite3.connect(folder / f"{device}.sqlite3")) as connection:
                _table(connection, "events", _KIOSK.split(), events)
        with closing(sqlite3.connect(folder / "books.sqlite3")) as connection:
            _table(connection, "yingbin_outcomes", _OUTCOMES.split(), self.books)
        witness = folder / "witness.jsonl"
        witness.write_text("".join(json.dumps(line) + "\n" for line in self.seen) + '{"event": "cut sh')
        return Evidence(
            hub=read_hub(f"sqlite:///{folder / 'hub.sqlite3'}"),
            kiosks={device: read_kiosk(folder / f"{device}.sqlite3") for device in self.kiosks},
            witnessed=read_witnesses([witness]),
            enrolled=self.enrolled,
            alive=self.alive,
            books=read_books(folder / "books.sqlite3"),
        )


def good() -> Trace:
    """Return a trace that keeps every promise.

    A guest at two doors, a VIP, a stranger, a refused code, an event set aside with an answer, a task done.
    """
    trace = Trace()
    trace.hub["invitations"] = [
        {"id": "inv-1", "meeting": "m", "guest": "g-1", "vip": False},
        {"id": "inv-2", "meeting": "m", "guest": "g-2", "vip": True},
        {"id": "inv-3", "meeting": "m", "guest": "g-3", "vip": False},
    ]
    for number in (1, 2, 3):
        code = {"lookup": f"l-inv-{number}", "invitation": f"inv-{number}", "status": "valid", "status_at": None}
        trace.hub["credentials"].append({**code, "current": True})
        seat = {"meeting": "m", "label": f"A-1-{number}", "zone": "A", "row": "1", "number": str(number)}
        trace.hub["seats"].append(seat)
    for number in (1, 2):
        held = {"meeting": "m", "seat": f"A-1-{number}", "invitation": f"inv-{number}", "occupied": True}
        trace.hub["seat_assignments"].append(held)
    trace.scan("e1", "kiosk-1", 0, "admitted")
    trace.scan("e2", "kiosk-1", 30, "rescan")
    trace.scan("e3", "kiosk-2", 40, "duplicate")
    trace.scan("e4", "kiosk-1", 95, "duplicate")
    trace.scan("e5", "kiosk-2", 50, "admitted", "inv-2")
    trace.scan("e6", "kiosk-2", 60, "refused", None)
    trace.scan("e7", "kiosk-2", 70, "quarantined", None)
    trace.scan("e8", "kiosk-2", 80, "refused", None)
    trace.hub["check_ins"].pop()
    trace.hub["quarantine"].append(
        {
            "id": "q1",
            "device": "kiosk-2",
            "leaf": "up/checkin",
            "reason": "same_id_other_body",
            "detail": "event e8, boot b, number 5",
            "payload": b"",
            "times": 1,
            "last_at": moment(80),
        }
    )
    trace.hub["meetings"].append({"id": "m", "ends_at": moment(3_600)})
    known = {"title": "", "company": "", "phone": "", "email": "", "diet_note": ""}
    trace.hub["guests"] += [{"id": f"g-{number}", "name": f"Guest {number}", **known} for number in (1, 2, 3)]
    trace.hub["booking_links"].append({"source": "books", "key": "1", "meeting": "m"})
    trace.books.append({"booking": "1", "occurrence": "", "op": "op-1", "attended": 2})
    trace.admit("inv-1", "e1", "kiosk-1", 0)
    trace.admit("inv-2", "e5", "kiosk-2", 50)
    trace.task("vip_arrival", "inv-2", "closed", "Lin")
    trace.task("unknown_inside", "e7")
    trace.task("suspect_event", "kiosk-2")
    trace.hub["audit"].append({"id": 1, "actor": "Lin", "action": "task.finish", "subject": "task-1", "at": moment(99)})
    return trace


def _table(connection: sqlite3.Connection, name: str, columns: list[str], rows: list[dict[str, Any]]) -> None:
    connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
    slots = ", ".join(f":{column}" for column in columns)
    connection.executemany(f"INSERT INTO {name} VALUES ({slots})", rows)  # noqa: S608 - our own names
    connection.commit()
