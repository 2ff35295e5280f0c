"""The agenda as it is run: parts begin, end, move, change places, come and go, and the plan stays known (R111, R113).

Every step takes a meeting and returns it as it is then; what cannot be is refused, with the reason. A part moves those
after it only as far as the free time between them does not absorb it. Instants are UTC; pure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from hub.domain.agenda_obstacles import MOST_PARTS, Obstacle, refuse
from hub.domain.errors import NotFound
from hub.domain.house_work import HOUSE, HouseTimes
from hub.domain.meetings import Meeting, Segment

SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaTimes:
    """The house's numbers. A part counts as late that began more than ``late_after`` behind the plan (R111).

    ``remind_before`` a talk's end its host is reminded (R112). Whether a presenter is there is looked at
    ``presenter_before`` the beginning; one who reports ``presenter_late`` or more is stood in for at once (R114).
    ``tea_break`` is how long a tea break is that is put in; ``house`` are the times of set-up, strike and meals.
    """

    remind_before: timedelta = timedelta(minutes=5)
    presenter_before: timedelta = timedelta()
    presenter_late: timedelta = timedelta(minutes=10)
    late_after: timedelta = timedelta(minutes=2)
    tea_break: timedelta = timedelta(minutes=15)
    house: HouseTimes = HOUSE


class Phase(StrEnum):
    """Where a meeting stands: to prepare, on, or to follow up (R6: 會前籌備-會中執行-會后跟進)."""

    PRE = "pre"
    LIVE = "live"
    POST = "post"


def phase(meeting: Meeting, now: datetime) -> Phase:
    """Say where a meeting stands: by its first part's real beginning, or by the clock while nobody runs it."""
    begun = is_run(meeting) or now >= meeting.starts_at
    if now >= meeting.ends_at and begun:
        return Phase.POST
    return Phase.LIVE if begun else Phase.PRE


def keyed(parts: Iterable[Segment]) -> tuple[Segment, ...]:
    """Give each part without a key one by its kind and place: ``talk``, ``talk-2``."""
    parts = tuple(parts)
    taken = {part.key for part in parts}
    seen: Counter[str] = Counter()
    made = []
    for part in parts:
        key = part.key
        while not key:
            seen[part.kind] += 1
            name = part.kind.value if seen[part.kind] == 1 else f"{part.kind}-{seen[part.kind]}"
            key = "" if name in taken else name
        taken.add(key)
        made.append(replace(part, key=key))
    return tuple(made)


def opened(meeting: Meeting) -> Meeting:
    """Return a meeting whose parts have keys, and which knows its plan. Repeating it changes nothing."""
    agenda = keyed(_in_order(meeting.agenda))
    if meeting.planned_ends_at is not None:
        return replace(meeting, agenda=agenda)
    return replace(
        meeting,
        agenda=tuple(replace(part, planned_at=part.starts_at, planned_until=part.ends_at) for part in agenda),
        planned_starts_at=meeting.starts_at,
        planned_ends_at=meeting.ends_at,
    )


def plan_of(meeting: Meeting) -> Meeting:
    """Return the meeting as it was planned, as if nobody had run it."""
    if meeting.planned_starts_at is None or meeting.planned_ends_at is None:
        return meeting
    parts = (
        replace(
            part,
            starts_at=part.planned_at,
            ends_at=part.planned_until or part.ends_at,
            planned_at=None,
            planned_until=None,
            started_at=None,
            ended_at=None,
            expected_at=None,
        )
        for part in (*meeting.agenda, *meeting.cut)
        if part.planned_at is not None
    )
    return replace(
        meeting,
        starts_at=meeting.planned_starts_at,
        ends_at=meeting.planned_ends_at,
        agenda=tuple(_in_order(parts)),
        cut=(),
        planned_starts_at=None,
        planned_ends_at=None,
    )


def replanned(before: Meeting, plan: Meeting) -> Meeting:
    """Return a meeting by its ``plan`` as it is now; where that is the plan it had, it stays as it is run.

    Of a new plan, parts that have begun keep their real times.
    """
    old = plan_of(before)
    if (old.agenda, old.starts_at, old.ends_at) == (plan.agenda, plan.starts_at, plan.ends_at):
        times = {
            name: getattr(before, name) for name in ("starts_at", "ends_at", "planned_starts_at", "planned_ends_at")
        }
        return replace(plan, agenda=before.agenda, cut=before.cut, **times)
    begun = {part.key: part for part in before.agenda if part.started_at is not None}
    if not begun:
        return plan
    fresh = opened(plan)
    parts = [
        replace(
            part,
            **{name: getattr(begun[part.key], name) for name in ("starts_at", "ends_at", "started_at", "ended_at")},
        )
        if part.key in begun
        else part
        for part in fresh.agenda
    ]
    return _kept(fresh, parts)


def is_run(meeting: Meeting) -> bool:
    """Say whether somebody runs the agenda by hand; until then it goes by the clock."""
    return any(part.started_at is not None for part in meeting.agenda)


def running(meeting: Meeting) -> Segment | None:
    """Return the part that was begun and not ended, None when there is none."""
    return next((part for part in meeting.agenda if part.started_at is not None and part.ended_at is None), None)


def coming(meeting: Meeting) -> list[Segment]:
    """Return the parts that nobody has begun, by time."""
    return [part for part in _in_order(meeting.agenda) if part.started_at is None]


def on_now(meeting: Meeting, now: datetime) -> Segment | None:
    """Return the part that is on: the one that was begun, or the one of the clock while nobody runs the agenda."""
    if is_run(meeting):
        return running(meeting)
    parts = _in_order(meeting.agenda)
    return next((part for part in reversed(parts) if part.starts_at <= now < part.ends_at), None)


def to_come(meeting: Meeting, now: datetime) -> list[Segment]:
    """Return the parts that are still to come, by time."""
    if is_run(meeting):
        return coming(meeting)
    return [part for part in _in_order(meeting.agenda) if part.starts_at > now]


def part_of(meeting: Meeting, key: str) -> Segment:
    """Return a part by its key. Raises NotFound."""
    for part in meeting.agenda:
        if part.key == key:
            return part
    raise NotFound(f"the agenda has no part {key!r}: it may have been cut")


def begin(meeting: Meeting, key: str, at: datetime) -> Meeting:
    """Begin a part, which ends the one that runs. Raises NotFound, AgendaRefused.

    With the first that somebody begins, those before it count as held by the clock: nobody said otherwise.
    """
    meeting = _usable(meeting)
    if at < meeting.doors_at:
        raise refuse(Obstacle.DOORS_CLOSED)
    part = part_of(meeting, key)
    if not is_run(meeting):
        meeting = replace(meeting, agenda=tuple(_by_the_clock(meeting, part, at)))
    last = running(meeting)
    if part.ended_at is not None:
        raise refuse(Obstacle.OVER)
    if part.started_at is not None:
        raise refuse(Obstacle.RUNS_ALREADY)
    begun = replace(_moved(part, at), started_at=at, expected_at=None)
    over = [replace(last, ended_at=at, ends_at=at)] if last else []
    done = [one for one in meeting.agenda if one.ended_at is not None]
    rest = _pushed([one for one in coming(meeting) if one.key != key], begun.ends_at)
    return _kept(meeting, [*done, *over, begun, *rest])


def end(meeting: Meeting, key: str, at: datetime) -> Meeting:
    """End the part that runs; the others stay where they are. Raises NotFound, AgendaRefused."""
    meeting = _usable(meeting)
    part = part_of(meeting, key)
    if part.ended_at is not None:
        raise refuse(Obstacle.OVER)
    if part.started_at is None:
        raise refuse(Obstacle.NOT_RUNNING)
    return _kept(meeting, _with(meeting, replace(part, ended_at=at, ends_at=at)))


def shift(meeting: Meeting, key: str, by: timedelta, at: datetime, *, along: bool = False) -> Meeting:
    """Move a part that is to come; ``along`` takes all after it with it by as much. Raises NotFound, AgendaRefused."""
    meeting = _usable(meeting)
    before, part, after = _split(meeting, key)
    floor = _floor(meeting, before, at)
    first = part.starts_at + by
    if by < timedelta() and first < floor:
        raise refuse(Obstacle.TOO_EARLY)
    moved = _moved(part, max(first, floor))
    rest = [_moved(one, one.starts_at + by) for one in after] if along else after
    return _kept(meeting, [*_begun(meeting), *before, moved, *_pushed(rest, moved.ends_at)])


def swap(meeting: Meeting, one: str, other: str, at: datetime) -> Meeting:
    """Let two parts that are to come change places, each as long as it was. Raises NotFound, AgendaRefused."""
    meeting = _usable(meeting)
    if one == other:
        raise refuse(Obstacle.ITSELF)
    for key in (one, other):
        _to_come(meeting, key)
    parts = coming(meeting)
    low, high = sorted(index for index, part in enumerate(parts) if part.key in {one, other})
    block = parts[low : high + 1]
    gaps = [max(after.starts_at - before.ends_at, timedelta()) for before, after in pairwise(block)]
    start = max(block[0].starts_at, _floor(meeting, parts[:low], at))
    laid = []
    for part, gap in zip([block[-1], *block[1:-1], block[0]], [*gaps, timedelta()], strict=True):
        laid.append(_moved(part, start))
        start = laid[-1].ends_at + gap
    rest = _pushed(parts[high + 1 :], laid[-1].ends_at)
    return _kept(meeting, [*_begun(meeting), *parts[:low], *laid, *rest])


def insert(meeting: Meeting, part: Segment, before: str, at: datetime) -> tuple[Meeting, str]:
    """Put a part in before another one, or at the end where ``before`` is empty; returns the key it has too.

    Only its length counts of its times. Raises NotFound, AgendaRefused.
    """
    meeting = _usable(meeting)
    if len(meeting.agenda) >= MOST_PARTS:
        raise refuse(Obstacle.FULL)
    parts = coming(meeting)
    place = len(parts)
    if before:
        _to_come(meeting, before)
        place = next(index for index, one in enumerate(parts) if one.key == before)
    head, tail = parts[:place], parts[place:]
    start = max(_floor(meeting, head, at), tail[0].starts_at) if tail else _floor(meeting, head, at)
    named = keyed([*meeting.agenda, *meeting.cut, replace(part, key="")])[-1]
    new = _moved(replace(named, planned_at=None, planned_until=None), start)
    return _kept(meeting, [*_begun(meeting), *head, new, *_pushed(tail, new.ends_at)]), new.key


def cut(meeting: Meeting, key: str, at: datetime) -> Meeting:
    """Take out a part that is to come; those after it that were late win its time. Raises NotFound, AgendaRefused."""
    meeting = _usable(meeting)
    before, part, after = _split(meeting, key)
    floor = _floor(meeting, before, at)
    rest = [_moved(one, min(one.starts_at, max(one.planned_at or one.starts_at, floor))) for one in after]
    kept = _kept(meeting, [*_begun(meeting), *before, *_pushed(rest, floor)])
    return replace(kept, cut=(*meeting.cut, part))


def extend(meeting: Meeting, key: str, by: timedelta, at: datetime) -> Meeting:
    """Make a part longer, or shorter, that is not over. Raises NotFound, AgendaRefused."""
    meeting = _usable(meeting)
    part = part_of(meeting, key)
    if part.ended_at is not None:
        raise refuse(Obstacle.OVER)
    longer = replace(part, ends_at=part.ends_at + by)
    if longer.ends_at < part.starts_at + SHORTEST or (by < timedelta() and part.started_at and longer.ends_at <= at):
        raise refuse(Obstacle.TOO_SHORT)
    if part.started_at is not None:
        done = [one for one in _begun(meeting) if one.key != key]
        return _kept(meeting, [*done, longer, *_pushed(coming(meeting), longer.ends_at)])
    before, _, after = _split(meeting, key)
    return _kept(meeting, [*_begun(meeting), *before, longer, *_pushed(after, longer.ends_at)])


def expect(meeting: Meeting, key: str, at: datetime) -> Meeting:
    """Note when the presenter of a part that is to come said to be there. Raises NotFound, AgendaRefused."""
    meeting = _usable(meeting)
    return _kept(meeting, _with(meeting, replace(_to_come(meeting, key), expected_at=at)))


def delays(meeting: Meeting, over: timedelta) -> list[tuple[Segment, timedelta]]:
    """Return the parts that began later than planned by more than ``over``, each with by how much (R111)."""
    begun = [
        (part, part.started_at - part.planned_at) for part in meeting.agenda if part.started_at and part.planned_at
    ]
    return [(part, late) for part, late in begun if late > over]


def _by_the_clock(meeting: Meeting, first: Segment, at: datetime) -> Iterator[Segment]:
    for part in meeting.agenda:
        if part.starts_at < min(first.starts_at, at):
            over = min(part.ends_at, at)
            yield replace(part, started_at=part.starts_at, ended_at=over, ends_at=over)
        else:
            yield part


def _usable(meeting: Meeting) -> Meeting:
    if meeting.cancelled:
        raise refuse(Obstacle.CANCELLED)
    return opened(meeting)


def _to_come(meeting: Meeting, key: str) -> Segment:
    part = part_of(meeting, key)
    if part.ended_at is not None:
        raise refuse(Obstacle.OVER)
    if part.started_at is not None:
        raise refuse(Obstacle.BEGUN)
    return part


def _split(meeting: Meeting, key: str) -> tuple[list[Segment], Segment, list[Segment]]:
    """Return the parts to come before one of them, that one, and those after it."""
    part, parts = _to_come(meeting, key), coming(meeting)
    index = [one.key for one in parts].index(key)
    return parts[:index], part, parts[index + 1 :]


def _floor(meeting: Meeting, before: Sequence[Segment], at: datetime) -> datetime:
    """Return the earliest moment at which something can begin after ``before``, which are parts to come."""
    ends = [before[-1].ends_at] if before else [part.ends_at for part in _begun(meeting)]
    return max([at, *ends])


def _begun(meeting: Meeting) -> list[Segment]:
    return [part for part in meeting.agenda if part.started_at is not None]


def _with(meeting: Meeting, part: Segment) -> list[Segment]:
    return [part if one.key == part.key else one for one in meeting.agenda]


def _moved(part: Segment, start: datetime) -> Segment:
    return replace(part, starts_at=start, ends_at=start + (part.ends_at - part.starts_at))


def _pushed(parts: Iterable[Segment], floor: datetime) -> Iterator[Segment]:
    """Move parts on that would begin before the one in front of them has ended."""
    for part in parts:
        moved = _moved(part, max(part.starts_at, floor))
        floor = moved.ends_at
        yield moved


def _in_order(parts: Iterable[Segment]) -> list[Segment]:
    return sorted(parts, key=lambda part: (part.starts_at, part.ends_at))


def _kept(meeting: Meeting, parts: Iterable[Segment]) -> Meeting:
    """Return the meeting with these parts, and with its own times as they follow from them."""
    agenda = tuple(_in_order(parts))
    start, finish = meeting.planned_starts_at or meeting.starts_at, meeting.planned_ends_at or meeting.ends_at
    main = [part for part in agenda if part.planned_at is not None and part.planned_at >= start]
    late = min((part.starts_at for part in main), default=start) - min(
        (part.planned_at for part in main if part.planned_at), default=start
    )
    if agenda and all(part.ended_at is not None for part in agenda):
        finish = max(part.ends_at for part in agenda)
    else:
        finish = max([finish, *(part.ends_at for part in agenda)])
    return replace(meeting, agenda=agenda, starts_at=max(start + late, meeting.doors_at), ends_at=finish)
