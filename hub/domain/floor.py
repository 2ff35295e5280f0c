"""How the chairs of one seat map stand to each other: worked out once, read for every guest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import dist

from hub.domain.errors import InvalidInput
from hub.domain.seats import Seat, SeatKind

NOBODY = -1
"""Stands for a neighbour where there is none."""

PLAIN, STEP_FREE, VIP, VIP_STEP_FREE = range(4)
"""The pools: for whom a chair is kept. Each chair is in one."""

SMALLEST_RING = 3
RING_GAP = 1.2
"""A table is round when its last chair is as near to its first as neighbours are, give or take a fifth."""

Box = tuple[float, float, float, float]
"""Least x, least y, greatest x, greatest y."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A seat map by number. Chairs of one run have consecutive numbers, in the order of their places.

    From ``seats`` to ``run`` there is one value a chair: ``after`` and ``before`` are the neighbours to either side, or
    NOBODY; ``ring`` is the size of the closed circle a chair is part of, else 0. ``boxes`` is by run, ``usual_run`` a
    run's mean length. ``zones`` holds each zone's runs from front to back, ``by_rank`` each pool's chairs, best first.
    """

    seats: Sequence[Seat]
    numbers: dict[str, int]
    after: Sequence[int]
    before: Sequence[int]
    ring: Sequence[int]
    pool: Sequence[int]
    rank: Sequence[int]
    run: Sequence[int]
    runs: Sequence[range]
    boxes: Sequence[Box]
    usual_run: float
    zones: Sequence[Sequence[int]]
    by_rank: Sequence[Sequence[int]]

    @classmethod
    def of(cls, seats: Iterable[Seat]) -> "Floor":
        """Work out who sits beside whom; the order of ``seats`` does not matter.

        Raises InvalidInput when a label stands twice.
        """
        ordered = sorted(seats, key=lambda seat: (seat.zone, seat.run, seat.place, seat.label))
        numbers = {seat.label: number for number, seat in enumerate(ordered)}
        if len(numbers) < len(ordered):
            twice = next(seat.label for number, seat in enumerate(ordered) if numbers[seat.label] != number)
            raise InvalidInput("seats", f"{twice} stands twice", "give each chair its own label")
        runs = _runs(ordered)
        after, ring = _neighbours(ordered, runs)
        before = [NOBODY] * len(ordered)
        for number, neighbour in enumerate(after):
            if neighbour != NOBODY:
                before[neighbour] = number
        pool = [2 * (seat.kind is SeatKind.VIP) + seat.step_free for seat in ordered]
        ranked = sorted(range(len(ordered)), key=lambda number: (ordered[number].rank, number))
        return cls(
            seats=ordered,
            numbers=numbers,
            after=after,
            before=before,
            ring=ring,
            pool=pool,
            rank=[seat.rank for seat in ordered],
            run=[at for at, run in enumerate(runs) for _ in run],
            runs=runs,
            boxes=[box_of([ordered[number] for number in run]) for run in runs],
            usual_run=len(ordered) / max(len(runs), 1),
            zones=_zones(ordered, runs),
            by_rank=[[number for number in ranked if pool[number] == each] for each in range(4)],
        )

    def seat(self, label: str) -> Seat:
        """Return a seat by its label. Raises KeyError for one that is not here."""
        return self.seats[self.numbers[label]]


def box_of(seats: Sequence[Seat]) -> Box:
    """Return the smallest upright rectangle around some chairs."""
    across, deep = [seat.x for seat in seats], [seat.y for seat in seats]
    return (min(across), min(deep), max(across), max(deep))


def gap(one: Box, other: Box) -> float:
    """Return the square of the shortest distance between two rectangles."""
    across = max(one[0] - other[2], other[0] - one[2], 0.0)
    deep = max(one[1] - other[3], other[1] - one[3], 0.0)
    return across * across + deep * deep


def _runs(ordered: Sequence[Seat]) -> list[range]:
    runs: list[range] = []
    start = 0
    for _, group in groupby(ordered, key=lambda seat: (seat.zone, seat.run)):
        size = sum(1 for _ in group)
        runs.append(range(start, start + size))
        start += size
    return runs


def _neighbours(ordered: Sequence[Seat], runs: Sequence[range]) -> tuple[list[int], list[int]]:
    after, ring = [NOBODY] * len(ordered), [0] * len(ordered)
    for run in runs:
        for number, other in pairwise(run):
            if ordered[other].place == ordered[number].place + 1:
                after[number] = other
        if _is_ring([ordered[number] for number in run]):
            after[run[-1]] = run[0]
            ring[run[0] : run[-1] + 1] = [len(run)] * len(run)
    return after, ring


def _is_ring(seats: Sequence[Seat]) -> bool:
    first, last = seats[0], seats[-1]
    if len(seats) < SMALLEST_RING or not first.table or last.place - first.place != len(seats) - 1:
        return False
    widest = max(dist((one.x, one.y), (other.x, other.y)) for one, other in pairwise(seats))
    return dist((first.x, first.y), (last.x, last.y)) <= widest * RING_GAP


def _zones(ordered: Sequence[Seat], runs: Sequence[range]) -> list[list[int]]:
    zones: dict[str, list[int]] = {}
    for at, run in enumerate(runs):
        zones.setdefault(ordered[run[0]].zone, []).append(at)
    for within in zones.values():
        within.sort(key=lambda at: (ordered[runs[at][0]].y, at))
    return list(zones.values())
