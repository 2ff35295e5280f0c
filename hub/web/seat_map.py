"""A meeting's seats as a drawing: a mark a chair, told apart by shape and fill as well as by colour. Pure.

The drawing is measured in twentieths of a chair's width. VIP chairs have a shape of their own, step-free ones a ramp
under them; the fill says whether a chair is empty, lent to a door, kept for somebody, or taken.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import dist

from hub.domain.attendance import Held
from hub.domain.seats import Seat, SeatKind
from hub.domain.tasks import Task
from hub.domain.words import Words
from hub.ports import Transaction
from hub.web.language import Tongue
from hub.web.task_phases import ends

UNIT = 20
"""One chair's width in the drawing."""

MOST = 1_500
"""A hall with more seats is drawn zone by zone: more marks than this nobody can tell apart, and tablets are slow."""

MARGIN = 1.6
WIDTHS = ((16, "s"), (30, "m"), (46, "l"), (64, "xl"))
"""How wide a drawing may be, in chairs, for each size; the script and style sheet let larger ones scroll."""

FILLS = ("empty", "leased", "kept", "taken")
"""How a seat may stand, from free to taken."""

DEEP = 24
"""From so many chair widths on a drawing scrolls from front to back instead of shrinking."""

_LABEL_GAP = 0.9


@dataclass(frozen=True, slots=True)
class Seating:
    """A seat map as read: the seats by rank, who holds which by label, and which are leased to which door.

    ``wants`` are the open tasks about who sits there, by label, the most urgent first.
    """

    seats: Sequence[Seat]
    held: Mapping[str, Held]
    leased: Mapping[str, Words] = field(default_factory=dict)
    wants: Mapping[str, Sequence[Task]] = field(default_factory=dict)

    def fill(self, seat: Seat) -> str:
        """Say how a seat stands: one of FILLS."""
        held = self.held.get(seat.label)
        if held is None:
            return "leased" if seat.label in self.leased else "empty"
        return "taken" if held.occupied else "kept"


@dataclass(frozen=True, slots=True)
class Mark:
    """One chair: where its middle is, which shape and fill, and what to say about it.

    ``task`` is the id of the open task about it, if any; ``taken`` says whether somebody has it.
    """

    label: str
    x: float
    y: float
    shape: str
    fill: str
    step_free: bool
    words: str
    task: str = ""
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """A row's or zone's name beside its chairs."""

    x: float
    y: float
    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMap:
    """The drawing. ``zones`` are to choose from when the hall is too large for one picture; ``zone`` is the chosen.

    ``wanting`` is on how many of the drawn seats somebody wants something.
    """

    width: float
    height: float
    size: str
    deep: bool
    marks: tuple[Mark, ...]
    captions: tuple[Caption, ...]
    tally: Mapping[str, int]
    zones: tuple[str, ...]
    zone: str
    wanting: int
    summary: str


def read_seating(tx: Transaction, meeting: str) -> Seating:
    """Read a meeting's seats, their holders, and the doors that may give some away."""
    held = {one.seat: one for one in tx.attendance.holders(meeting)}
    leases = tx.leases.of_meeting(meeting)
    doors = tx.meetings.doors() if leases else {}
    unnamed = {one.device: Words(one.device, one.device) for one in leases}
    names = unnamed | {device: door.name for device, door in doors.items()}
    wants: dict[str, list[Task]] = defaultdict(list)
    for task in sorted(tx.tasks.open(), key=lambda one: (ends(one), one.id)):
        if task.meeting == meeting and task.facts.get("seat"):
            wants[task.facts["seat"]].append(task)
    return Seating(tx.seats.of_meeting(meeting), held, {one.seat: names[one.device] for one in leases}, wants)


def draw_seats(found: Seating, tongue: Tongue, zone: str = "") -> SeatMap | None:
    """Draw the seats, or those of one zone where there are too many; None when the meeting has no seat map."""
    if not found.seats:
        return None
    zones = tuple(sorted({seat.zone for seat in found.seats})) if len(found.seats) > MOST else ()
    chosen = (zone if zone in zones else zones[0]) if zones else ""
    seats = [seat for seat in found.seats if not zones or seat.zone == chosen]
    left, front = min(seat.x for seat in seats), min(seat.y for seat in seats)
    across = max(seat.x for seat in seats) - left
    deep = max(seat.y for seat in seats) - front
    tally = Counter(found.fill(seat) for seat in seats)
    said = {fill: tally[fill] for fill in FILLS}
    marks = tuple(_mark(seat, found, tongue, left, front) for seat in _in_order(seats))
    return SeatMap(
        width=round((across + 2 * MARGIN) * UNIT, 1),
        height=round((deep + 2 * MARGIN + 1) * UNIT, 1),
        size=next((size for most, size in WIDTHS if across < most), "xxl"),
        deep=deep > DEEP,
        marks=marks,
        captions=tuple(_captions(seats, left, front)),
        tally=said,
        zones=zones,
        zone=chosen,
        wanting=sum(bool(mark.task) for mark in marks),
        summary=tongue.say("seats.summary", **said),
    )


def _in_order(seats: Iterable[Seat]) -> list[Seat]:
    """Order seats as a person walks: by zone, from the front row back, along the row."""
    return sorted(seats, key=lambda seat: (seat.zone, seat.y, seat.run, seat.place))


def _mark(seat: Seat, found: Seating, tongue: Tongue, left: float, front: float) -> Mark:
    held = found.held.get(seat.label)
    x, y = _point(seat.x, seat.y, left, front)
    vip = seat.kind is SeatKind.VIP or (held is not None and held.who.vip)
    fill = found.fill(seat)
    traits = [tongue.say("seats.vip")] if vip else []
    traits += [tongue.say("seats.step_free")] if seat.step_free else []
    tasks = found.wants.get(seat.label, ())
    wants = [_want(task, tongue) for task in tasks]
    words = tongue.join([seat.label, _holder(held, found.leased.get(seat.label), fill, tongue), *traits, *wants])
    return Mark(
        seat.label,
        x,
        y,
        "vip" if vip else "plain",
        fill,
        seat.step_free,
        words,
        tasks[0].id if tasks else "",
        bool(tasks and tasks[0].accepted_by),
    )


def _want(task: Task, tongue: Tongue) -> str:
    """Say what somebody on a seat wants, and who sees to it."""
    note = task.facts.get("note", "")
    drink_or_wish = task.facts.get(f"drink_{tongue.language}") or tongue.say_or(f"task.{task.kind}.{note}", "")
    what = drink_or_wish or tongue.say(f"task.{task.kind}.label")
    return tongue.say("seats.wants_taken", what=what, by=task.accepted_by) if task.accepted_by else what


def _holder(held: Held | None, door: Words | None, fill: str, tongue: Tongue) -> str:
    if held is None and door is not None:
        return tongue.say("seats.leased_to", door=tongue.read(door))
    if held is None:
        return tongue.say("seats.empty")
    named = tongue.read(held.who.salutation) or held.who.name
    also = [part for part in (held.who.name, held.who.company) if part != named]
    return tongue.say(f"seats.{fill}_for", name=tongue.join([named, *also]))


def _point(x: float, y: float, left: float, front: float) -> tuple[float, float]:
    return round((x - left + MARGIN) * UNIT, 1), round((y - front + MARGIN + 1) * UNIT, 1)


def _captions(seats: Sequence[Seat], left: float, front: float) -> Iterable[Caption]:
    """Name each row at its first chair and each zone above its block; a table's name stands in its middle."""
    middle = (max(seat.x for seat in seats) + left) / 2, (max(seat.y for seat in seats) + front) / 2
    by_zone = sorted(seats, key=lambda seat: seat.zone)
    for zone, group in groupby(by_zone, key=lambda seat: seat.zone):
        block = list(group)
        if block[0].row:
            x, y = _mean(seat.x for seat in block), min(seat.y for seat in block) - 1.1
            yield Caption(*_point(x, y, left, front), zone, "zone")
            yield from _row_captions(block, left, front)
        else:
            x, y = _beside(block, middle)
            yield Caption(*_point(x, y, left, front), zone, "table")


def _row_captions(block: Sequence[Seat], left: float, front: float) -> Iterable[Caption]:
    rows = sorted(block, key=lambda seat: (seat.run, seat.x))
    for _, run in groupby(rows, key=lambda seat: seat.run):
        first = next(iter(run))
        yield Caption(*_point(first.x - _LABEL_GAP, first.y, left, front), first.row, "row")


def _beside(block: Sequence[Seat], middle: tuple[float, float]) -> tuple[float, float]:
    """Return the middle of a table, or of one side of it a chair's width further in, where no chair is."""
    at = _mean(seat.x for seat in block), _mean(seat.y for seat in block)
    if min(dist(at, (seat.x, seat.y)) for seat in block) >= 1:
        return at
    far = dist(at, middle)
    if far == 0:
        return at[0], at[1] - 1.3
    return at[0] + (middle[0] - at[0]) / far * 1.3, at[1] + (middle[1] - at[1]) / far * 1.3


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
