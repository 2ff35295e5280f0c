"""Free chairs near others, for parties that no run of chairs holds, and for those who join somebody seated."""

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, chain
from math import ceil

from hub.domain.floor import box_of, gap
from hub.domain.free_seats import FreeSeats
from hub.domain.seats import Seat

MOST_POINTS = 8
"""Of how many seated members the distance is measured: of a large party, some stand for all."""
MOST_STARTS = 4
"""How many runs are tried as the middle of a party that is larger than any zone."""
PAIR = 2

_Far = tuple[float, int, int]
"""Distance squared, rank, chair."""


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
    return list(found)[: max(size, 0)]


def near(free: FreeSeats, others: Sequence[int], size: int, pool: int, without: Collection[int] = ()) -> list[int]:
    """Return the free chairs of a pool that are nearest to the others, up to ``size``, without some.

    Among tables a chair near by is not company: those who cannot join the others stay together at the nearest table
    that holds them.
    """
    view = _View(free, pool, others, without)
    if free.floor.seats[others[0]].table:
        return view.at_tables(size)
    return view.anywhere(size)


class _View:
    """The free chairs of a pool as seen from some others."""

    def __init__(self, free: FreeSeats, pool: int, others: Sequence[int], without: Collection[int]) -> None:
        self._free, self._pool, self._without = free, pool, without
        self._seats, self._rank = free.floor.seats, free.floor.rank
        self._points = [_point(self._seats[number]) for number in others[:: ceil(len(others) / MOST_POINTS)]]
        middle = box_of([self._seats[number] for number in others])
        self._runs = sorted((gap(middle, box), run) for run, box in enumerate(free.floor.boxes))

    def anywhere(self, size: int) -> list[int]:
        """Return the nearest chairs, looking no farther than needed."""
        found: list[_Far] = []
        for away, run in self._runs:
            if len(found) >= size and away > found[-1][0]:
                break
            found = sorted(found + self._by_distance(run))[:size]
        return [number for _, _, number in found]

    def at_tables(self, size: int) -> list[int]:
        """Return chairs at as few tables as can be, the nearest ones among those."""
        seen: set[int] = set()
        spare: list[int] = []
        found: list[int] = []
        while len(found) < size and (table := self._table(size - len(found), seen)) is not None:
            seen.add(table)
            chairs = [number for _, _, number in sorted(self._by_distance(table))]
            share = _share(size - len(found), len(chairs))
            found += chairs[:share]
            spare += chairs[share:]
        # A chair that was left for company's sake is taken after all when there is no other.
        return found + spare[: size - len(found)]

    def _table(self, size: int, seen: Collection[int]) -> int | None:
        """Return the nearest table that holds so many, else the nearest of those that hold most."""
        best, most = None, 0
        for _, run in self._runs:
            chairs = 0 if run in seen else len(self._in_run(run))
            if chairs > most:
                best, most = run, chairs
            if most >= size:
                break
        return best

    def _in_run(self, run: int) -> list[int]:
        return [number for number in self._free.in_run(run, self._pool) if number not in self._without]

    def _by_distance(self, run: int) -> list[_Far]:
        return [(self._far(self._seats[number]), self._rank[number], number) for number in self._in_run(run)]

    def _far(self, seat: Seat) -> float:
        return min((seat.x - x) ** 2 + (seat.y - y) ** 2 for x, y in self._points)


def _share(size: int, chairs: int) -> int:
    """Return how many of a party sit at a table: all it holds, but one less if the last one would then be alone."""
    alone = size - chairs == 1 and chairs > PAIR
    return chairs - 1 if alone else min(size, chairs)


def scattered(free: FreeSeats, size: int, pool: int) -> list[int]:
    """Return ``size`` free chairs of a pool, which must have them, as near to each other as can be.

    Adjacent rows of one zone or one table are best; else a run is filled and the chairs nearest to it join.
    """
    rows = min(_in_one_zone(free, size, pool), default=None)
    if rows:
        return rows[-1]
    return min(_around_a_run(free, size, pool))[-1]


_Found = tuple[int, float, int, list[int]]
"""At how many tables, how far apart, the best rank, the chairs: the least is the best."""


def _in_one_zone(free: FreeSeats, size: int, pool: int) -> Iterator[_Found]:
    floor = free.floor
    for zone in floor.zones:
        rows = [free.in_run(run, pool) for run in zone]
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
    runs = [free.in_run(run, pool) for run in range(len(floor.runs))]
    starts = sorted((-len(run), floor.rank[run[0]], run) for run in runs if run)
    for _, _, run in starts[:MOST_STARTS]:
        core = run[: _share(size, len(run))] if floor.seats[run[0]].table else run
        yield _weigh(free, core + near(free, core, size - len(core), pool, core))


def _weigh(free: FreeSeats, chairs: list[int]) -> _Found:
    floor = free.floor
    box = box_of([floor.seats[number] for number in chairs])
    tables = len({floor.run[number] for number in chairs}) if floor.seats[chairs[0]].table else 0
    spread = round(box[2] - box[0] + box[3] - box[1], 3)
    return tables, spread, min(floor.rank[number] for number in chairs), chairs


def _point(seat: Seat) -> tuple[float, float]:
    return seat.x, seat.y
