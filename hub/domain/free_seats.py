"""Which chairs are free, kept as stretches side by side, so that a guest's chair is found without looking at all.

A stretch is a longest row of free neighbours of one pool. They are filed by pool and length, each file sorted by rank,
so the answer depends on what is free alone and not on the order in which chairs were taken and given back.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from hub.domain.floor import NOBODY, Floor

ONE_LEFT_OVER = 2.5
"""What a single chair left over weighs, in chairs: more than a pair's two, less than three, for nobody wants it but
a guest who comes alone."""


@dataclass(slots=True)
class FreeSeats:
    """The free chairs of a floor. ``count`` is per pool; ``first_of`` and ``last_of`` tie the ends of a stretch."""

    floor: Floor
    free: bytearray
    count: list[int]
    last_of: list[int]
    first_of: list[int]
    files: list[dict[int, list[tuple[int, int]]]]

    @classmethod
    def of(cls, floor: Floor, taken: Collection[int]) -> "FreeSeats":
        """Find the stretches that these taken chairs leave."""
        size = len(floor.seats)
        nobody = [NOBODY] * size
        seats = cls(floor, bytearray(b"\1") * size, [0] * 4, nobody, nobody.copy(), [{}, {}, {}, {}])
        for number in taken:
            seats.free[number] = 0
        for run in floor.runs:
            for first, last in seats._stretches(run):
                length = seats._steps(first, last) + 1
                seats.count[floor.pool[first]] += length
                seats._file(first, last, length)
        return seats

    def is_free(self, number: int, pool: int) -> bool:
        """Say whether the chair is there, free and of this pool. NOBODY is not."""
        return number != NOBODY and bool(self.free[number]) and self.floor.pool[number] == pool

    def in_run(self, run: int, pool: int) -> list[int]:
        """Return the free chairs of a pool in one run."""
        free, pools = self.free, self.floor.pool
        return [number for number in self.floor.runs[run] if free[number] and pools[number] == pool]

    def take(self, number: int) -> None:
        """Take a free chair; what is left of its stretch becomes one or two stretches."""
        floor = self.floor
        first, last, size = self.stretch(number)
        self._unfile(first, last, size)
        self.free[number] = 0
        self.count[floor.pool[number]] -= 1
        if size == floor.ring[number]:
            self._file(floor.after[number], floor.before[number], size - 1)
            return
        ahead = self._steps(first, number)
        if ahead:
            self._file(first, floor.before[number], ahead)
        if size - ahead > 1:
            self._file(floor.after[number], last, size - ahead - 1)

    def give_back(self, number: int) -> None:
        """Free a taken chair; it joins the stretches on both its sides."""
        floor = self.floor
        pool = floor.pool[number]
        self.free[number] = 1
        self.count[pool] += 1
        first = last = number
        size = 1
        left, right = floor.before[number], floor.after[number]
        if self.is_free(left, pool):
            first = self.first_of[left]
            ahead = self._steps(first, left) + 1
            self._unfile(first, left, ahead)
            size += ahead
        if size == floor.ring[number]:
            # The stretch on the left was the one on the right: the circle closes. It is filed by its first chair.
            run = floor.runs[floor.run[number]]
            first, last = run[0], run[-1]
        elif self.is_free(right, pool):
            last = self.last_of[right]
            behind = self._steps(right, last) + 1
            self._unfile(right, last, behind)
            size += behind
        self._file(first, last, size)

    def stretch(self, number: int) -> tuple[int, int, int]:
        """Return first chair, last chair and length of the stretch a free chair is in."""
        if self.first_of[number] != NOBODY:
            first = self.first_of[number]
        else:
            first = number
            while self.last_of[first] == NOBODY:
                first = self.floor.before[first]
        last = self.last_of[first]
        return first, last, self._steps(first, last) + 1

    def snug(self, size: int, pool: int) -> list[int] | None:
        """Return ``size`` chairs side by side where they leave the least useless rest; or None.

        A rest of one chair weighs as much as one run's difference in rank, so that nobody is sent to the back of an
        empty house because a run there happens to fit.
        """
        files, run = self.files[pool], self.floor.usual_run
        fitting = [
            (file[0][0] / run + (ONE_LEFT_OVER if length == size + 1 else length - size), file[0])
            for length, file in files.items()
            if length >= size
        ]
        if not fitting:
            return None
        _, (_, first) = min(fitting)
        last = self.last_of[first]
        if self.floor.rank[first] <= self.floor.rank[last]:
            return self._walk(first, self.floor.after, size)
        return self._walk(last, self.floor.before, size)

    def best(self, size: int, pool: int) -> list[int] | None:
        """Return ``size`` chairs side by side around the best-ranked chair that has the room; or None."""
        if max(self.files[pool], default=0) < size:
            return None
        for number in self.floor.by_rank[pool]:
            if self.free[number]:
                first, _, length = self.stretch(number)
                if length >= size:
                    return self._best_window(self._walk(first, self.floor.after, length), size)
        return None

    def _stretches(self, run: range) -> list[list[int]]:
        """Return first and last chair of each stretch of a run."""
        before, pool = self.floor.before, self.floor.pool
        found: list[list[int]] = []
        for number in run:
            if not self.free[number]:
                continue
            if found and found[-1][1] == before[number] and pool[before[number]] == pool[number]:
                found[-1][1] = number
            else:
                found.append([number, number])
        # In a circle the last stretch may go on in the first.
        if len(found) > 1 and found[-1][1] == before[found[0][0]] and pool[found[-1][1]] == pool[found[0][0]]:
            found[0][0] = found.pop()[0]
        return found

    def _best_window(self, chairs: list[int], size: int) -> list[int]:
        rank = self.floor.rank
        weight = least = sum(rank[number] for number in chairs[:size])
        start = 0
        for at, number in enumerate(islice(chairs, size, None), start=1):
            weight += rank[number] - rank[chairs[at - 1]]
            if weight < least:
                least, start = weight, at
        return chairs[start : start + size]

    def _walk(self, number: int, step: Sequence[int], size: int) -> list[int]:
        chairs = [number]
        while len(chairs) < size:
            number = step[number]
            chairs.append(number)
        return chairs

    def _steps(self, first: int, last: int) -> int:
        """Count the steps from one chair of a stretch to a later one; only a circle passes its end."""
        return last - first if last >= first else last - first + self.floor.ring[first]

    def _key(self, first: int, last: int) -> tuple[int, int]:
        return min(self.floor.rank[first], self.floor.rank[last]), first

    def _file(self, first: int, last: int, size: int) -> None:
        self.last_of[first], self.first_of[last] = last, first
        insort(self.files[self.floor.pool[first]].setdefault(size, []), self._key(first, last))

    def _unfile(self, first: int, last: int, size: int) -> None:
        self.last_of[first] = self.first_of[last] = NOBODY
        files = self.files[self.floor.pool[first]]
        file = files[size]
        del file[bisect_left(file, self._key(first, last))]
        if not file:
            del files[size]
