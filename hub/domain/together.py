"""Devices that go together have one cause: a room without power or Wi-Fi, or whoever speaks for them is away. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from hub.domain.conditions import Cause, SubjectKind
from hub.domain.field_devices import FieldDevice, Supply
from hub.domain.lasting import FINE, STANDARD_DELAYS, Lasting
from hub.domain.presence import Presence, known, went_together
from hub.domain.wrongs import Wrong

Group = tuple[SubjectKind, str]
"""A room, or who speaks for devices."""

Groups = Mapping[Group, Lasting]


def seen_together(
    groups: Groups, devices: Iterable[FieldDevice], presence: Mapping[str, Presence], now: datetime
) -> dict[Group, Lasting]:
    """Return how each group stands now: most of a room's devices on mains, or all of a publisher's, went at once.

    It is over when that many are not away any more. Devices that are expected to be off do not count.
    """
    members: dict[Group, list[Presence]] = {group: [] for group in groups}
    for device in devices:
        if device.excused(now):
            continue
        members.setdefault((SubjectKind.STATION, device.publisher), []).append(presence[device.id])
        if device.room and device.supply is Supply.MAINS:
            members.setdefault((SubjectKind.ROOM, device.room), []).append(presence[device.id])
    return {group: _seen(group, groups.get(group, FINE), found, now) for group, found in members.items()}


def of_groups(groups: Groups, devices: Sequence[FieldDevice], now: datetime) -> Iterator[Wrong]:
    """Name the rooms and publishers that are away. A room's ``detail`` is the publisher that explains it, if any."""
    for (about, subject), lasting in groups.items():
        if not lasting.on:
            continue
        theirs = [one for one in devices if subject == (one.room if about is SubjectKind.ROOM else one.publisher)]
        publishers, rooms = {one.publisher for one in theirs}, {one.room for one in theirs}
        room, detail = (rooms.pop() if len(rooms) == 1 else None), ""
        if about is SubjectKind.ROOM and len(publishers) == 1:
            (only,) = publishers
            detail = only if any(one.room != subject for one in devices if one.publisher == only) else ""
        since = lasting.began or now
        yield Wrong(cause=Cause.OFFLINE, about=about, subject=subject, room=room, since=since, detail=detail)


def _seen(group: Group, before: Lasting, members: Sequence[Presence], now: datetime) -> Lasting:
    away, most = known(members), group[0] is SubjectKind.ROOM
    first = went_together(away, len(members), most=most)
    enough = len(away) * 2 > len(members) if most else 0 < len(members) == len(away)
    at = min(first, now) if first is not None and not before.wrong else now
    wrong = first is not None or (before.wrong and enough)
    return before.seen(wrong=wrong, at=at, delays=STANDARD_DELAYS).at(now, STANDARD_DELAYS)
