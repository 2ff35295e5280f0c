"""What one value says is wrong: out of its band, too fast, a fault, unsteady, whatever the order of readings. Pure.

The newest readings are kept and judged again when an older one comes late, so that any order and any repetition of the
same readings ends alike (I6).
"""

import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.domain.bands import MOVES, Band
from hub.domain.conditions import Cause, Condition, SubjectKind, condition_key
from hub.domain.field_devices import Point
from hub.domain.flapping import Changes, changed, flaps, quiet
from hub.domain.lasting import FINE, Delays, Lasting, opened_at
from hub.domain.rates import Sample, per_minute, sampled
from hub.domain.readings import Quality, Reading

KEPT = 32
"""Readings of a point that are judged again when one comes late. What is older than these is not judged."""

WRONG_WHEN_ON = frozenset({"problem", "safety", "smoke", "gas", "carbon_monoxide", "moisture", "heat", "tamper"})
WRONG_WHEN_OFF = frozenset({"running", "connectivity"})
"""Classes of binary sensors (Home Assistant) that say that something is wrong, and by which word."""

FAULT_WORDS = frozenset({"error", "fault", "failed", "failure"})
"""What a device's own state says when it is broken."""

_LOW_BATTERY = "battery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """By what a point is judged."""

    band: Band | None = None
    delays: Delays = field(default_factory=Delays)
    wrong_words: Mapping[str, Cause] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """How a point stands after its readings. ``values`` are the newest that were wrong, by cause."""

    lasting: Mapping[Cause, Lasting] = field(default_factory=dict)
    values: Mapping[Cause, tuple[float | None, str]] = field(default_factory=dict)
    side: Cause | None = None
    samples: tuple[Sample, ...] = ()
    changes: Changes = ()
    flapping: bool = False


def rule_of(point: Point, band: Band | None, delays: Delays) -> Rule:
    """Return by what a point is judged; ``band`` is the house's for its quantity."""
    said = point.config.get("device_class")
    words: dict[str, Cause] = {}
    if point.component == "binary_sensor":
        words |= {"on": Cause.FAULT} if said in WRONG_WHEN_ON else {}
        words |= {"off": Cause.FAULT} if said in WRONG_WHEN_OFF else {}
        words |= {"on": Cause.TOO_LOW} if said == _LOW_BATTERY else {}
    elif point.component == "sensor":
        words |= dict.fromkeys(FAULT_WORDS, Cause.FAULT)
    return Rule(band=band if point.component == "sensor" else None, delays=delays, wrong_words=words)


def judged(state: Judged, reading: Reading, rule: Rule) -> Judged:
    """Return how a point stands after one more reading, which is its newest."""
    if reading.value is not None:
        return _by_value(state, reading, reading.value, rule)
    word = reading.text.lower()
    if not word or not rule.wrong_words:
        return state
    causes = set(rule.wrong_words.values())
    return _seen(state, reading, {cause: rule.wrong_words.get(word) is cause for cause in causes}, rule.delays)


def _by_value(state: Judged, reading: Reading, value: float, rule: Rule) -> Judged:
    """Judge a number. One that the broker had kept may be from any time, and says nothing."""
    band = rule.band
    if band is None or reading.quality is Quality.RESTORED:
        return state
    side = band.side(value, state.side)
    wrong = {
        Cause.TOO_HIGH: side is Cause.TOO_HIGH,
        Cause.TOO_LOW: side is Cause.TOO_LOW,
    }
    if band.per_minute is not None:
        rate = per_minute(state.samples, reading.at, value)
        wrong |= {
            Cause.RISING: rate is not None and rate > band.per_minute,
            Cause.FALLING: rate is not None and rate < -band.per_minute,
        }
    after = _seen(state, reading, wrong, rule.delays)
    return replace(after, side=side, samples=sampled(state.samples, reading.at, value))


def _seen(state: Judged, reading: Reading, wrong: Mapping[Cause, bool], delays: Delays) -> Judged:
    before, at = state.lasting, reading.at
    lasting = {cause: before.get(cause, FINE).seen(wrong=now, at=at, delays=delays) for cause, now in wrong.items()}
    told = {cause: (reading.value, reading.text) for cause, now in wrong.items() if now}
    moved = any(now != before.get(cause, FINE).wrong for cause, now in wrong.items() if cause not in MOVES)
    changes = changed(state.changes, at) if moved else state.changes
    unsteady = flaps(changes) or (state.flapping and not quiet(changes, at))
    return replace(
        state, lasting={**before, **lasting}, values={**state.values, **told}, changes=changes, flapping=unsteady
    )


class PointJudge:
    """Judges one point; readings may come in any order, and any number of times."""

    def __init__(self, rule: Rule, start: Judged) -> None:
        """Begin with what is known already."""
        self.rule = rule
        self._base = start
        self._base_at: datetime | None = None
        self._readings: list[Reading] = []
        self.state = start

    def hear(self, reading: Reading) -> None:
        """Judge one reading."""
        place = bisect.bisect_left(self._readings, _order(reading), key=_order)
        if place < len(self._readings) and _order(self._readings[place]) == _order(reading):
            return
        if self._base_at is not None and reading.at <= self._base_at:
            return
        self._readings.insert(place, reading)
        late = place < len(self._readings) - 1
        if not late:
            self.state = judged(self.state, reading, self.rule)
        if len(self._readings) > KEPT:
            oldest = self._readings.pop(0)
            self._base, self._base_at = judged(self._base, oldest, self.rule), oldest.at
        if late:
            self.state = self._base
            for one in self._readings:
                self.state = judged(self.state, one, self.rule)

    def open(self, now: datetime) -> Mapping[Cause, tuple[Lasting, float | None, str]]:
        """Return what is wrong at an instant, each with the newest value and word that were so."""
        found: dict[Cause, tuple[Lasting, float | None, str]] = {}
        for cause, lasting in self.state.lasting.items():
            settled = lasting.at(now, self.rule.delays)
            if settled.on:
                found[cause] = (settled, *self.state.values.get(cause, (None, "")))
        if self.state.flapping and not quiet(self.state.changes, now):
            found[Cause.FLAPPING] = (opened_at(self.state.changes[0]), None, "")
        return found


def _order(reading: Reading) -> tuple[datetime, float, str]:
    return reading.at, reading.value if reading.value is not None else float("-inf"), reading.text


def start(point: Point, opened: Mapping[str, Condition]) -> Judged:
    """Return how a point stood when it was heard of last, from what is open, by key."""
    causes = {cause: opened.get(condition_key(cause, SubjectKind.POINT, point.id)) for cause in Cause}
    found = {cause: one for cause, one in causes.items() if one and cause not in {Cause.STALE, Cause.FLAPPING}}
    flapping = causes[Cause.FLAPPING]
    return Judged(
        lasting={cause: opened_at(one.since) for cause, one in found.items()},
        values={cause: (one.value, one.detail) for cause, one in found.items()},
        side=next((cause for cause in (Cause.TOO_HIGH, Cause.TOO_LOW) if cause in found), None),
        changes=(flapping.opened_at,) if flapping else (),
        flapping=flapping is not None,
    )
