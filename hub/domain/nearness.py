"""Free chairs near others, for parties that no run of chairs holds, and for those who join somebody seated."""

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, chain
from math import ceil, dist

from hub.domain.floor import box_of, gap
from hub.domain.free_seats import FreeSeats
from hub.domain.seats import Seat

MOST_POINTS = 8
"""Of how many seated members the distance is measured: of a large party, some stand for all."""
MOST_STARTS = 8
"""How many runs are tried as the middle of a party that is larger than any zone."""
REACH = 2.5
"""Chair widths over which two people still sit together, as around the corner of a table."""
PAIR = 2


def beside(free: FreeSeats, others: Sequence[int], size: int, *pools: int) -> list[int]:
    """Return up to ``size`` free chairs of these pools that adjoin the others or each other, the nearest first."""
    floor = free.floor
    found: dict[int, None] = {}
    walks = [(number, step) for number in others for step in (floor.before, floor.after)]
    while walks and len(found) < size:
        onward = []
        for number, step in walks:
            following = step[number]
            if following not in found and any(free.is_free(following, pool) for pool in pools):
                found[following] = None
                onward.append((following, step))
        walks = onward
    return list(found)[:size]


def nearest(free: FreeSeats, others: Sequence[int], size: int, pool: int, without: Collection[int] = ()) -> list[int]:
    """Return the free chairs of a pool that are nearest to the others, up to ``size``, the nearest first."""
    floor = free.floor
    points = [(floor.seats[number].x, floor.seats[number].y) for number in others[:: ceil(len(others) / MOST_POINTS)]]
    middle = box_of([floor.seats[number] for number in others])
    found: list[tuple[float, int, int]] = []
    for away, run in sorted((gap(middle, box), run) for run, box in enumerate(floor.boxes)):
        if len(found) >= size and away > found[-1][0]:
            break
        for number in floor.runs[run]:
            if free.is_free(number, pool) and number not in without:
                seat = floor.seats[number]
                far = min((seat.x - x) ** 2 + (seat.y - y) ** 2 for x, y in points)
                found.append((far, floor.rank[number], number))
        found.sort()
        del found[size:]
    return [number for _, _, number in found]


def scattered(free: FreeSeats, size: int, pool: int) -> list[int]:
    """Return ``size`` free chairs of a pool, which must have them, as near to each other as can be.

    Adjacent rows of one zone or one table are best; else a run is filled and the chairs nearest to it join.
    """
    rows = min(_in_one_zone(free, size, pool), default=None)
    if rows:
        return rows[2]
    return min(_around_a_run(free, size, pool))[2]


_Found = tuple[float, int, list[int]]
"""How far apart, the best rank, the chairs: the least is the best."""


def _in_one_zone(free: FreeSeats, size: int, pool: int) -> Iterator[_Found]:
    floor = free.floor
    for zone in floor.zones:
        rows = [[number for number in floor.runs[run] if free.is_free(number, pool)] for run in zone]
        before = [0, *accumulate(len(row) for row in rows)]
        if before[-1] < size:
            continue
        placed = [[(*_point(floor.seats[number]), number) for number in row] for row in rows]
        longest = max(len(floor.runs[run]) for run in zone)
        # One row more than the party needs at least: two half rows behind each other are nearer than one row's ends.
        for deep in range(1, ceil(size / longest) + 2):
            for top in range(len(rows) - deep + 1):
                if before[top + deep] - before[top] >= size:
                    yield _closest(free, sorted(chain(*placed[top : top + deep])), size)


def _closest(free: FreeSeats, chairs: list[tuple[float, float, int]], size: int) -> _Found:
    """Return the ``size`` of these chairs, sorted from left to right, that lie closest together that way."""
    spreads = [last[0] - first[0] for first, last in zip(chairs, chairs[size - 1 :], strict=False)]
    start = spreads.index(min(spreads))
    return _weigh(free, [number for _, _, number in chairs[start : start + size]])


def _around_a_run(free: FreeSeats, size: int, pool: int) -> Iterator[_Found]:
    floor = free.floor
    runs = [[number for number in run if free.is_free(number, pool)] for run in floor.runs]
    starts = sorted((-len(run), floor.rank[run[0]], run) for run in runs if run)
    for _, _, run in starts[:MOST_STARTS]:
        rest = nearest(free, run, size - len(run), pool, run)
        yield _weigh(free, _with_company(free, run, rest, pool))


def _with_company(free: FreeSeats, run: list[int], rest: list[int], pool: int) -> list[int]:
    """Let a second member move over to one who would sit alone, out of the others' reach."""
    seats = free.floor.seats
    alone = len(rest) == 1 and all(dist(_point(seats[rest[0]]), _point(seats[number])) > REACH for number in run)
    pair = nearest(free, run, PAIR, pool, run) if alone and len(run) > PAIR else []
    return run[:-1] + pair if len(pair) == PAIR else run + rest


def _weigh(free: FreeSeats, chairs: list[int]) -> _Found:
    box = box_of([free.floor.seats[number] for number in chairs])
    return (round(box[2] - box[0] + box[3] - box[1], 3), min(free.floor.rank[number] for number in chairs), chairs)


def _point(seat: Seat) -> tuple[float, float]:
    return seat.x, seat.y
