"""How full a tea pot is, by the load cell it stands on. Pure (``reference/iot-conventions.md`` 7).

A load cell drifts by grams within minutes, so nothing here is a small absolute weight: all limits are shares of what
this pot weighs when it is full. What a pot weighs empty is learned from the weights before and after it is refilled.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

SETTLE = timedelta(seconds=5)
"""A weight counts once it has stood still for so long."""

STILL = 0.02
"""By what share of a full pot a weight may wander and still stand: creep, and a hand on the table."""

UNLOADED = 0.4
"""Below this share of an empty pot there is none on the scale."""

GONE = timedelta(minutes=2)
"""A pot that is off its scale for longer is not lifted but gone."""

LOW = 0.2
EMPTY = 0.05
"""Shares of the tea that a pot holds."""

FIRST_GUESS = 0.5
"""What share of a full pot the pot itself weighs, as long as nobody knows: 0.8 to 1.5 kg and about as much tea."""

REFILLED = 0.15
"""A pot that is heavier by this share of its full weight was refilled."""

MAY_BE_EMPTY = 0.8
"""A pot that is refilled although it weighs more than this share of a full one says nothing of an empty one."""

ALIKE = 0.15
"""Within this share a weight before a refill is that of an empty pot again, and what is learned moves towards it."""

PULL = 0.3
"""How far it moves each time, so that drift over weeks is followed and one odd weight is not."""


TEA_WORDS = re.compile(r"(?i)(?<![a-z])(tea|pot)(?![a-z])|茶|壶")
"""By what a name says that something is about tea."""


class PotState(StrEnum):
    """What a pot does. ``LIFTED``: somebody pours; ``SETTLING``: it was just put down."""

    NO_POT = "no_pot"
    LIFTED = "lifted"
    SETTLING = "settling"
    OK = "ok"
    LOW = "low"
    EMPTY = "empty"


STANDING = frozenset({PotState.OK, PotState.LOW, PotState.EMPTY})


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedPot:
    """What is known of one pot, in the unit of its scale, whose point it is; kept over restarts.

    ``zero`` is what the scale shows without a pot. ``empty`` is None until a refill has shown it, or a person said it.
    """

    point: str
    zero: float = 0.0
    empty: float | None = None
    full: float | None = None

    def weighs_empty(self) -> float:
        """Return what the pot weighs without tea, as far as is known."""
        return self.empty if self.empty is not None else FIRST_GUESS * (self.full or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pot:
    """One pot as it is now. ``level`` is the share of tea that is left, None while nobody can say."""

    learned: LearnedPot
    state: PotState = PotState.NO_POT
    level: float | None = None
    at: datetime | None = None
    weight: float | None = None
    weight_since: datetime | None = None
    off_since: datetime | None = None
    stood: float | None = None


def weigh(pot: Pot, at: datetime, weight: float) -> Pot:
    """Return the pot after one more weight. One that comes late changes nothing."""
    if pot.at is not None and at <= pot.at:
        return pot
    net = weight - pot.learned.zero
    scale = pot.learned.full or max(abs(net), abs(pot.weight or 0.0))
    if pot.weight is None or pot.weight_since is None or abs(net - pot.weight) > STILL * scale:
        return _moving(replace(pot, at=at, weight=net, weight_since=at), net)
    if at - pot.weight_since < SETTLE:
        return _moving(replace(pot, at=at), net)
    if _unloaded(pot, net):
        return _off(replace(pot, at=at), at, net)
    return _standing(replace(pot, at=at, off_since=None), net)


def known_empty(pot: LearnedPot, empty: float | None) -> LearnedPot:
    """Return what is known once a person has said what the pot weighs; what was learned since is nearer the truth."""
    if empty is None or (pot.empty is not None and abs(pot.empty - empty) <= ALIKE * empty):
        return pot
    return replace(pot, empty=empty)


def _unloaded(pot: Pot, net: float) -> bool:
    known = pot.learned.weighs_empty()
    return net < UNLOADED * known if known else net <= 0


def _moving(pot: Pot, net: float) -> Pot:
    """Judge nothing while the weight changes."""
    if _unloaded(pot, net):
        off_since = pot.off_since or pot.at
        state = PotState.NO_POT if pot.state is PotState.NO_POT else PotState.LIFTED
        return replace(pot, state=state, off_since=off_since)
    return replace(pot, state=PotState.SETTLING)


def _off(pot: Pot, at: datetime, net: float) -> Pot:
    """Take a scale without a pot: after a while what it shows is its new zero."""
    since = pot.off_since or at
    if at - since < GONE and pot.state is not PotState.NO_POT:
        return replace(pot, state=PotState.LIFTED, off_since=since)
    learned = pot.learned
    zero = learned.zero + net if learned.full and abs(net) < STILL * 5 * learned.full else learned.zero
    return replace(
        pot,
        state=PotState.NO_POT,
        level=None,
        off_since=since,
        learned=replace(learned, zero=zero),
        weight=net - (zero - learned.zero),
    )


def _standing(pot: Pot, net: float) -> Pot:
    known, before = pot.learned, pot.stood
    if known.full is not None and known.full < UNLOADED * FIRST_GUESS * net:  # that was the bare scale
        known, before = replace(known, full=None), None
    learned = _learn(known, before, net)
    empty, full = learned.weighs_empty(), learned.full or net
    level = max(0.0, min(1.0, (net - empty) / (full - empty))) if full > empty else 0.0
    state = PotState.EMPTY if level <= EMPTY else PotState.LOW if level < LOW else PotState.OK
    return replace(pot, learned=learned, state=state, level=level, stood=net)


def _learn(learned: LearnedPot, before: float | None, net: float) -> LearnedPot:
    """Learn from a pot that stands; ``before`` is what it weighed when it stood last."""
    full, empty = max(learned.full or 0.0, net), learned.empty
    if before is not None and net - before > REFILLED * full:
        if learned.full and _alike(net, learned.full, full):
            full = learned.full + PULL * (net - learned.full)
        if empty is None:
            empty = before if before < MAY_BE_EMPTY * full else None
        elif _alike(before, empty, full):
            empty += PULL * (before - empty)
    if empty is not None and net < empty:
        empty = net
    return replace(learned, empty=empty, full=full)


def _alike(one: float, other: float, full: float) -> bool:
    return abs(one - other) <= ALIKE * full
