"""Whether a device is there, as it or its will says; and when so many go at once that it has one cause. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.domain.conditions import Cause, Condition, SubjectKind, condition_key
from hub.domain.field_devices import FieldDevice
from hub.domain.flapping import Changes, changed, flaps, quiet
from hub.domain.lasting import FINE, STANDARD_DELAYS, Lasting
from hub.domain.pace import real

AT_ONCE = timedelta(seconds=30)
"""Devices that go within this have gone together."""

LEAST_TOGETHER = 3

SILENT = "silent"
"""The detail of a condition about a device that only said nothing, instead of being told to be away."""


@dataclass(frozen=True, slots=True)
class Presence:
    """How a device stands: ``away`` as it was told last and as it counts; the changes of the last minutes."""

    away: Lasting = FINE
    changes: Changes = ()
    flapping: bool = False

    def told(self, available: bool, at: datetime) -> "Presence":  # noqa: FBT001 - what was told
        """Return how it stands after it was told to be there, or away."""
        if available != self.away.wrong:
            return self
        changes = changed(self.changes, at)
        unsteady = flaps(changes) or (self.flapping and not quiet(self.changes, at))
        return Presence(self.away.seen(wrong=not available, at=at, delays=STANDARD_DELAYS), changes, unsteady)

    def at(self, now: datetime) -> "Presence":
        """Return how it stands at an instant at which nothing new was told."""
        away = self.away.at(now, STANDARD_DELAYS)
        return self if away is self.away else replace(self, away=away)

    def flaps(self, now: datetime) -> bool:
        """Say whether it comes and goes."""
        return self.flapping and not quiet(self.changes, now)

    def anew(self) -> "Presence":
        """Return it with its delays beginning anew: nobody could be heard for a while."""
        return replace(self, away=replace(self.away, since=None)) if self.away.wrong != self.away.on else self


def went_together(away_since: Sequence[datetime], of: int, *, most: bool) -> datetime | None:
    """Return when the first went of so many that it has one cause, None when it has not.

    ``away_since`` are those that are away now, ``of`` how many there are in all; ``most``: more than half of them are
    enough, else it must be all.
    """
    needed = max(LEAST_TOGETHER, of // 2 + 1 if most else of)
    ordered = sorted(away_since)
    for first in range(len(ordered) - needed + 1):
        if ordered[first + needed - 1] - ordered[first] <= real(AT_ONCE):
            return ordered[first]
    return None


def known(away: Iterable[Presence]) -> list[datetime]:
    """Return since when those are away that are, as far as that is known."""
    return [one.away.since for one in away if one.away.wrong and one.away.since is not None]


def begun(device: FieldDevice, opened: Mapping[str, Condition]) -> Presence:
    """Return how a device stood when it was heard of last, from what is open, by key; the delay begins anew."""
    was = opened.get(condition_key(Cause.OFFLINE, SubjectKind.DEVICE, device.id))
    flapping = opened.get(condition_key(Cause.FLAPPING, SubjectKind.DEVICE, device.id))
    counts = was is not None and was.detail != SILENT
    away = Lasting(device.available is False, None, counts, was.since if was and counts else None)
    return Presence(away, (flapping.opened_at,) if flapping else (), flapping is not None)
