"""Who sits where.

The first rule that has something to say wins:

1. A seat that a person has given stays (R96): one already held, or the free seat that is wished for. That one may be
   leased to a kiosk (hub.domain.seat_leases); no other rule gives such a seat away.
2. Who needs step-free access gets it or a clear refusal, never another seat (R19). Others are given such a seat when
   nothing else is left, not to keep a party together: who needs it has no other. Only the companions of a guest who
   needs it may sit beside them there, three at most.
3. VIPs sit in VIP seats while there are any, then in the best others. Nobody else is given a VIP seat.
4. A party sits side by side if some run of seats has the room, else as near to each other as can be. Members who have
   not come yet are seated with the others; those who need something special first, the others beside them.
5. Who comes alone fills gaps, so that long runs stay whole for parties.

The same seats and the same holders give the same answer, whatever happened before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from hub.domain.errors import NotFound, Refused, TakenAlready
from hub.domain.floor import PLAIN, STEP_FREE, VIP, VIP_STEP_FREE, Floor
from hub.domain.free_seats import FreeSeats
from hub.domain.nearness import beside, near, scattered
from hub.domain.seats import Seat

MOST_LEADS = 64
"""How many seats are weighed for a guest with special needs, best rank first, to keep a party beside them."""

_Need = tuple[bool, bool]
"""Step-free, VIP."""
_Group = tuple[_Need, list[str]]

COMPANIONS = 3
"""As many may sit in step-free seats beside each guest who needs one (as in 28 CFR 36.302(f)(4), three to a space)."""

POOLS: dict[_Need, tuple[int, ...]] = {
    (True, True): (VIP_STEP_FREE, STEP_FREE),
    (True, False): (STEP_FREE,),
    (False, True): (VIP, PLAIN, VIP_STEP_FREE, STEP_FREE),
    (False, False): (PLAIN, STEP_FREE),
}
"""By need: which seats a guest may be given, in this order. Who has fewest to choose from comes first."""
_LEVEL = (STEP_FREE, VIP_STEP_FREE)


class Lack(StrEnum):
    """Why there is no seat for a guest."""

    FULL = "full"
    STEP_FREE = "step_free"
    ONLY_VIP_LEFT = "only_vip_left"


@dataclass(frozen=True, slots=True)
class NoSeat:
    """No seat could be given; a person must help."""

    reason: Lack


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one member of a party needs. ``wish`` is the label of the seat that a person has planned for them."""

    invitation: str
    vip: bool = False
    step_free: bool = False
    wish: str = ""


@dataclass(frozen=True, slots=True)
class SeatingPlan:
    """The seats of one meeting and who holds them, in memory. For one thread at a time.

    ``holders`` is by label and may name seats that the map has no longer; ``held`` is the same by invitation.
    ``leased`` are free seats (numbers) that a kiosk may give away by itself: here only a person's wish may have one.
    """

    floor: Floor
    holders: dict[str, str]
    held: dict[str, str]
    free: FreeSeats
    leased: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, seats: Iterable[Seat] | Floor, taken: Mapping[str, str]) -> "SeatingPlan":
        """Lay out the seats and who holds them (label to invitation).

        Who makes many plans of one seat map makes its Floor once. Raises InvalidInput for a label that stands twice,
        Refused for an invitation with two seats.
        """
        floor = seats if isinstance(seats, Floor) else Floor.of(seats)
        held = {invitation: label for label, invitation in taken.items()}
        if len(held) < len(taken):
            twice = next(invitation for label, invitation in taken.items() if held[invitation] != label)
            raise Refused(f"invitation {twice} holds two seats")
        numbers = {floor.numbers[label] for label in taken if label in floor.numbers}
        return cls(floor, dict(taken), held, FreeSeats.of(floor, numbers))

    def follow(self, taken: Mapping[str, str]) -> None:
        """Take over who holds the seats by now (label to invitation), where others have given and freed some.

        Raises Refused for an invitation with two seats.
        """
        for label in [label for label, holder in self.holders.items() if taken.get(label) != holder]:
            self.release(label)
        for label, invitation in taken.items():
            if label in self.floor.numbers:
                self.assign(label, invitation)
            else:
                self.holders[label], self.held[invitation] = invitation, label

    def lease(self, labels: Iterable[str]) -> None:
        """Leave these seats, and no others, to the kiosks they are leased to. One that is held is held."""
        numbers = self.floor.numbers
        wanted = {numbers[label] for label in labels if label in numbers and label not in self.holders}
        for number in self.leased - wanted:
            self.free.give_back(number)
        for number in wanted - self.leased:
            self.free.take(number)
        self.leased.clear()
        self.leased.update(wanted)

    def ordinary_left(self) -> int:
        """Count the ordinary seats that nobody holds, leased ones too."""
        return self.free.count[PLAIN] + sum(self.floor.pool[number] == PLAIN for number in self.leased)

    def choose(self, party: Sequence[Wish]) -> dict[str, str | NoSeat]:
        """Choose a seat for each member of a party, or one guest; the caller then assigns them.

        Where seats run short, those with a need go first, then those named first. Held seats are returned as they are.
        """
        choosing = _Choosing(self, {}, [], [])
        try:
            waiting: dict[str, Wish] = {}
            for wish in party:
                if not choosing.keep(wish):
                    waiting.setdefault(wish.invitation, wish)
            groups: dict[_Need, list[str]] = {}
            for wish in waiting.values():
                groups.setdefault((wish.step_free, wish.vip), []).append(wish.invitation)
            ordered = [(need, groups[need]) for need in POOLS if need in groups]
            for (need, group), following in zip(ordered, [*ordered[1:], None], strict=False):
                choosing.seat(group, need, following)
        finally:
            choosing.undo()
        return choosing.answer

    def assign(self, label: str, invitation: str) -> None:
        """Give a seat to an invitation; doing so again changes nothing.

        Raises NotFound for an unknown seat, TakenAlready when somebody else holds it, Refused when this invitation
        holds another one.
        """
        if label not in self.floor.numbers:
            raise NotFound(f"there is no seat {label}")
        holder = self.holders.get(label)
        if holder == invitation:
            return
        if holder is not None:
            raise TakenAlready(holder)
        if invitation in self.held:
            raise Refused(f"invitation {invitation} holds seat {self.held[invitation]}")
        self.holders[label], self.held[invitation] = invitation, label
        number = self.floor.numbers[label]
        if number in self.leased:
            self.leased.discard(number)
        else:
            self.free.take(number)

    def release(self, label: str) -> str | None:
        """Free a seat and return who held it; None when nobody did. Raises NotFound for an unknown seat."""
        if label not in self.floor.numbers and label not in self.holders:
            raise NotFound(f"there is no seat {label}")
        holder = self.holders.pop(label, None)
        if holder is not None:
            del self.held[holder]
            if label in self.floor.numbers:
                self.free.give_back(self.floor.numbers[label])
        return holder


@dataclass(frozen=True, slots=True)
class _Choosing:
    """One party on its way to its seats. What is picked is taken while the others are seated, then given back."""

    plan: SeatingPlan
    answer: dict[str, str | NoSeat]
    picked: list[int]
    step_free: list[int]

    def keep(self, wish: Wish) -> bool:
        """Settle who was given a seat by a person: it is held, or it is wished for and free."""
        if wish.invitation in self.answer:
            return True
        label = self.plan.held.get(wish.invitation)
        if label is None and wish.wish:
            number = self.plan.floor.numbers.get(wish.wish)
            if number is not None and self.plan.free.free[number]:
                label = wish.wish
                self._pick([number])
            elif number in self.plan.leased and wish.wish not in self.answer.values():
                label = wish.wish
        if label is None:
            return False
        self.answer[wish.invitation] = label
        number = self.plan.floor.numbers.get(label)
        if wish.step_free and number is not None and self.plan.floor.pool[number] in _LEVEL:
            self.step_free.append(number)
        return True

    def seat(self, waiting: list[str], need: _Need, following: _Group | None) -> None:
        """Seat members with the same need near those of the party who have a seat, with room for those who follow."""
        free = self.plan.free
        chairs = self._companions(len(waiting), need)
        self._pick(chairs)
        for pool in POOLS[need]:
            size = min(len(waiting) - len(chairs), free.count[pool])
            if size:
                found = self._in_pool(size, pool, need, following)
                self._pick(found)
                chairs += found
        if need[0]:
            self.step_free.extend(chairs)
        lack = NoSeat(self._lack(step_free=need[0]))
        for at, invitation in enumerate(waiting):
            self.answer[invitation] = self.plan.floor.seats[chairs[at]].label if at < len(chairs) else lack

    def undo(self) -> None:
        """Give back what was picked: choosing changes nothing."""
        for number in self.picked:
            self.plan.free.give_back(number)

    def _companions(self, size: int, need: _Need) -> list[int]:
        """Return seats beside the guests who need step-free access, where ordinary ones there do not suffice."""
        free = self.plan.free
        pools = [pool for pool in POOLS[need] if free.count[pool]]
        if need[0] or not self.step_free or not pools:
            return []
        others = self._others()
        if len(beside(free, others, size, pools[0])) == size:
            return []
        on_level = sum(self.plan.floor.pool[number] in _LEVEL for number in others)
        most = COMPANIONS * len(self.step_free) - (on_level - len(self.step_free))
        runs = {self.plan.floor.run[number] for number in self.step_free}
        block = [number for number in others if self.plan.floor.run[number] in runs]
        return beside(free, block, min(size, most), pools[0], *_level(need))

    def _in_pool(self, size: int, pool: int, need: _Need, following: _Group | None) -> list[int]:
        free = self.plan.free
        others = self._others()
        if others:
            found = beside(free, others, size, pool)
            return found if len(found) == size else near(free, others, size, pool)
        if following and size == 1:
            return [self._lead(pool, following)]
        return (free.best if need[1] else free.snug)(size, pool) or scattered(free, size, pool)

    def _others(self) -> list[int]:
        """Return the seats of the party so far."""
        numbers = self.plan.floor.numbers
        labels = (label for label in self.answer.values() if isinstance(label, str))
        return list(dict.fromkeys([*(numbers[label] for label in labels if label in numbers), *self.picked]))

    def _lead(self, pool: int, following: _Group) -> int:
        """Return the seat with most room beside it for those who follow, then the best-ranked one."""
        need, group = following
        free, size = self.plan.free, len(group)
        theirs = next((each for each in POOLS[need] if free.count[each]), pool)
        level = _level(need) if pool in _LEVEL else ()
        most, lead = (-1, -1), -1
        ranked = (number for number in self.plan.floor.by_rank[pool] if free.free[number])
        for number in islice(ranked, MOST_LEADS):
            own = len(beside(free, [number], size, theirs))
            room = (max(own, len(beside(free, [number], min(size, COMPANIONS), theirs, *level))), own)
            if room > most:
                most, lead = room, number
            if own == size:
                break
        return lead

    def _pick(self, numbers: list[int]) -> None:
        for number in numbers:
            self.plan.free.take(number)
        self.picked.extend(numbers)

    def _lack(self, *, step_free: bool) -> Lack:
        if not any(self.plan.free.count):
            return Lack.FULL
        return Lack.STEP_FREE if step_free else Lack.ONLY_VIP_LEFT


def _level(need: _Need) -> tuple[int, ...]:
    """Return the step-free pools among those a guest may be given."""
    return tuple(pool for pool in POOLS[need] if pool in _LEVEL)
