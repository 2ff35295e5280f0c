"""The demo adds up, or it does not: what the kiosks have on disk against what the hub's database says.

Counts are taken from the two sides separately and compared; nothing here trusts what the programs say of themselves.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from devices.contract.credential import lookup
from devices.contract.messages import Method
from hub.demo.diary import Diary
from hub.demo.house import Cast
from hub.demo.programme import Showing
from hub.demo.touched import check_touched
from hub.domain.check_ins import CheckIn, Class
from hub.ports import Store

LATE_START_MS = 3_000
"""A kiosk's first picture comes so long after its start at most; its script counts from there."""


@dataclass(frozen=True, slots=True)
class AtDoor:
    """One event as a kiosk keeps it on its disk."""

    id: str
    lookup: str
    verdict: str
    answered: bool
    round_trip_ms: int | None
    method: str = Method.QR.value


@dataclass(slots=True)
class Summary:
    """The figures of a demo, and every promise that did not hold."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    checked: int = 0

    def row(self, name: str, value: object) -> None:
        """Add a figure."""
        self.rows.append((name, str(value)))

    def check(self, name: str, found: object, expected: object) -> None:
        """Note a promise that does not hold."""
        self.checked += 1
        if found != expected:
            self.problems.append(f"{name}: {found}, expected {expected}")

    def add(self, other: "Summary") -> None:
        """Take in what was counted apart."""
        self.rows += other.rows
        self.problems += other.problems
        self.checked += other.checked


def read_kiosk(database: Path) -> list[AtDoor]:
    """Read a stopped kiosk's events from its disk."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT id, lookup, payload, answered_at, round_trip_ms FROM events").fetchall()
    finally:
        connection.close()
    found = []
    for event, hashed, payload, answered, round_trip_ms in rows:
        said = json.loads(payload)
        method = said.get("method", Method.QR.value)
        found.append(AtDoor(event, hashed, said["verdict"], answered is not None, round_trip_ms, method))
    return found


def summarise(  # noqa: PLR0913 - both sides, and who really stood there
    store: Store,
    doors: Sequence[AtDoor],
    cast: Cast,
    showings: Sequence[Showing],
    site_key: bytes,
    *,
    closed_ms: int,
    diary: Diary,
) -> Summary:
    """Compare both sides with each other and with who really stood there, by the time the doors were closed."""
    summary, asked = Summary(), Summary()
    shown = Counter(lookup(site_key, showing.code) for showing in showings)
    begun = [showing for showing in showings if showing.starts_ms <= closed_ms]
    ended = [one for one in begun if one.starts_ms + one.lasts_ms + LATE_START_MS <= closed_ms]
    over = {lookup(site_key, one.code) for one in ended if one.checks_in}
    seen = {event.lookup for event in doors}
    invited = {one.invitation.lookup: one.invitation for one in cast.guests}
    by_touch = {one.invitation for one in diary.came}
    touched = {hashed for hashed, invitation in invited.items() if invitation.id in by_touch}
    with store.read() as tx:
        stored = tx.check_ins.known([event.id for event in doors])
        admissions = tx.check_ins.admissions([one.invitation.id for one in cast.guests])
        assignments = tx.seats.assignments(cast.meeting.id)
        inside = tx.attendance.counts([cast.meeting.id])
        quarantined = tx.records.quarantined(100)
        total = sum(tx.check_ins.tally().values())
        check_touched(asked, tx, diary)
    classes = Counter(event.classed for event in stored.values())
    occupied = [one for one in assignments if one.occupied]

    summary.row("held before a camera", len(begun))
    summary.row("scanned", sum(event.method == Method.QR for event in doors))
    summary.row("not read in time", f"{len(over - seen)} codes")
    summary.row("admitted", classes[Class.ADMITTED])
    summary.row("seated", len(occupied))
    summary.row("came back (rescan, duplicate)", classes[Class.RESCAN] + classes[Class.DUPLICATE])
    refused = Counter(event.verdict for event in stored.values() if event.classed is Class.REFUSED)
    for reason, count in sorted(refused.items()):
        summary.row(f"refused: {reason}", count)
    summary.rows += asked.rows
    _round_trips(summary, [event.round_trip_ms for event in doors if event.round_trip_ms is not None])

    summary.check("no event lost on the way to the hub", len(stored), len(doors))
    summary.check("no event in the hub that no kiosk recorded", total, len(doors))
    summary.check("events the hub has not answered", sum(not event.answered for event in doors), 0)
    summary.check("every event has one class", sum(classes.values()), len(doors))
    held = {event.lookup for event in doors if event.method == Method.QR}
    summary.check("codes that nobody held up", len(held - shown.keys()), 0)
    summary.check("guests let in by touch whom no kiosk recorded", len(touched - (seen - held)), 0)
    if others := seen - held - touched:
        summary.row("let in at a screen by somebody else", len(others))
    arrived = {invited[hashed].id for hashed in seen & invited.keys()}
    summary.check("guests admitted", set(admissions), arrived)
    summary.check("admitted events", classes[Class.ADMITTED], len(arrived))
    summary.check("guests counted in the meeting", inside[cast.meeting.id].guests.arrived, len(arrived))
    summary.check("guests seated", {one.invitation for one in occupied}, arrived)
    summary.check("seats given once", len({one.seat for one in assignments}), len(assignments))
    summary.check("guests with one seat", len({one.invitation for one in assignments}), len(assignments))
    summary.check("messages quarantined", [item.reason for item in quarantined], [])
    _refusals(summary, stored.values(), cast, seen, site_key)
    summary.checked += asked.checked
    summary.problems += asked.problems
    return summary


def _refusals(summary: Summary, stored: Iterable[CheckIn], cast: Cast, seen: set[str], site_key: bytes) -> None:
    """See that each code that does not open the door was refused for its own reason."""
    expected = {
        "revoked": cast.revoked,
        "replaced": cast.replaced,
        "too_early": cast.early,
        "unknown": cast.unknown,
        "damaged": cast.damaged,
        "foreign": cast.foreign,
    }
    by_lookup: dict[str, set[str]] = {}
    for event in stored:
        by_lookup.setdefault(event.lookup, set()).add(event.verdict if event.classed is Class.REFUSED else "let in")
    for reason, codes in expected.items():
        for code in codes:
            hashed = lookup(site_key, code)
            if hashed in seen:
                summary.check(f"a code that is {reason}", by_lookup[hashed], {reason})


def _round_trips(summary: Summary, times: Sequence[int]) -> None:
    if len(times) > 1:
        cuts = quantiles(times, n=100, method="inclusive")
        summary.row("round trip, median", f"{cuts[49]:.0f} ms")
        summary.row("round trip, 99 of 100", f"{cuts[98]:.0f} ms")
