"""What is wrong at an instant, and what of it is explained by something else that is wrong (S10). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.bands import Measure
from hub.domain.conditions import Cause, SubjectKind, condition_key
from hub.domain.field_devices import FieldDevice
from hub.domain.pace import real
from hub.domain.presence import AT_ONCE, SILENT
from hub.domain.silence import CEILING


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One thing that is wrong now; most fields are those of a ``Condition``.

    ``device`` is the device it is about, empty for a room. ``measure`` is what a band was for; ``pot``: a tea pot runs
    low, or its tea is cold; ``idle``: something only does not run. ``hidden_by`` is the key of what explains it.
    """

    cause: Cause
    about: SubjectKind
    subject: str
    since: datetime
    room: str | None = None
    value: float | None = None
    limit: float | None = None
    detail: str = ""
    device: str = ""
    measure: Measure | None = None
    pot: bool = False
    idle: bool = False
    hidden_by: str = ""

    @property
    def key(self) -> str:
        """Return what its open condition is known by."""
        return condition_key(self.cause, self.about, self.subject)


_AWAY = (Cause.OFFLINE, Cause.STALE)
_SAYS_NOTHING = frozenset({Cause.STALE, Cause.FAULT, Cause.FLAPPING})
"""What a point can only be because its device is away."""


def hide(wrongs: Iterable[Wrong], devices: Mapping[str, FieldDevice]) -> dict[str, Wrong]:
    """Return all of it by key, each with what explains it, if anything does."""
    found = {one.key: one for one in wrongs}
    return {key: replace(one, hidden_by=_explained(one, devices, found)) for key, one in found.items()}


def _explained(wrong: Wrong, devices: Mapping[str, FieldDevice], found: Mapping[str, Wrong]) -> str:
    """Return the key of what explains it. What was wrong long before is not explained by what came later."""
    silent = wrong.cause is Cause.STALE or wrong.detail == SILENT
    for key in _parents(wrong, devices):
        parent = found.get(key)
        if parent and (
            parent.cause is Cause.FLAPPING or parent.since - wrong.since <= real(CEILING if silent else AT_ONCE)
        ):
            return key
    return ""


def _parents(wrong: Wrong, devices: Mapping[str, FieldDevice]) -> Iterator[str]:
    """Name what would explain it, the nearest first. A room and a publisher never explain each other."""
    device = devices.get(wrong.device)
    if wrong.about is SubjectKind.POINT:
        if wrong.cause is not Cause.FLAPPING:
            yield condition_key(Cause.FLAPPING, SubjectKind.POINT, wrong.subject)
        if wrong.cause in _SAYS_NOTHING:
            yield from (condition_key(cause, SubjectKind.DEVICE, wrong.device) for cause in _AWAY)
            yield condition_key(Cause.FLAPPING, SubjectKind.DEVICE, wrong.device)
    elif wrong.about is SubjectKind.DEVICE and device:
        if device.via and device.via != device.id:
            yield from (condition_key(cause, SubjectKind.DEVICE, device.via) for cause in _AWAY)
        yield condition_key(Cause.OFFLINE, SubjectKind.STATION, device.publisher)
        if device.room:
            yield condition_key(Cause.OFFLINE, SubjectKind.ROOM, device.room)
        if wrong.cause is not Cause.FLAPPING:
            yield condition_key(Cause.FLAPPING, SubjectKind.DEVICE, device.id)
    elif wrong.about is SubjectKind.STATION and wrong.room:
        yield condition_key(Cause.OFFLINE, SubjectKind.ROOM, wrong.room)
    elif wrong.about is SubjectKind.ROOM and wrong.detail:
        yield condition_key(Cause.OFFLINE, SubjectKind.STATION, wrong.detail)
