"""A technician takes a device that announced itself into the house: admits, refuses, places, excuses or forgets it.

What a device calls itself comes from outside and changes nothing by itself: before a person has admitted it, nothing
that it says is kept as a reading.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.announcing import plain_at_last
from hub.domain.errors import InvalidInput, NotFound, Refused
from hub.domain.field_devices import FieldDevice, Standing, Supply
from hub.domain.meetings import Room
from hub.ports import Transaction
from hub.usecases.acting import Deciding

LONGEST_EXCUSE = timedelta(days=7)
"""An excuse ends by itself at the latest then: nobody has to remember it."""

LONGEST_NAME = 60


class Excuse(StrEnum):
    """Why nobody is to be called about a device: it is being worked on, or it is meant to be off."""

    MAINTENANCE = "maintenance"
    EXPECTED_OFF = "expected_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a device belongs: a room's key (None: in no room), the key of the thing there that it is, and its name.

    ``supply`` None leaves it as it is. An empty ``called`` leaves it the name that it gives itself.
    """

    room: str | None = None
    thing: str = ""
    called: str = ""
    supply: Supply | None = None


def admit_device(tx: Transaction, device: str, place: Place, who: Deciding) -> FieldDevice:
    """Take a device into the house and put it where it belongs, in one step. Raises NotFound, InvalidInput, Refused."""
    found = _find(tx, device)
    if found.standing is Standing.GONE:
        raise Refused(f"{device} has withdrawn its announcement; plug it in again")
    return _keep(tx, replace(_placed(tx, found, place), standing=Standing.ADMITTED, thrown_out_at=None), "admit", who)


def refuse_device(tx: Transaction, device: str, who: Deciding) -> FieldDevice:
    """Want nothing of a device: it is not heard, and does not ask again. Raises NotFound, Refused."""
    found = _find(tx, device)
    if found.standing is Standing.GONE:
        raise Refused(f"{device} is gone already")
    return _keep(tx, replace(found, standing=Standing.REFUSED, room=None, thing=""), "refuse", who)


def place_device(tx: Transaction, device: str, place: Place, who: Deciding) -> FieldDevice:
    """Put an admitted device into a room, or another one, or name it. Raises NotFound, InvalidInput, Refused."""
    return _keep(tx, _placed(tx, _admitted(tx, device), place), "place", who)


def place_by_area(tx: Transaction, before: Sequence[Room], who: Deciding) -> None:
    """Put devices into the room that they named before the house had it. ``before`` are the rooms that it had."""
    rooms = tx.meetings.rooms()
    for device in tx.field_devices.all():
        room = plain_at_last(device, before, rooms) if device.standing is Standing.ADMITTED else None
        if room is not None:
            place_device(tx, device.id, Place(room=room, called=device.called), who)


def excuse_device(tx: Transaction, device: str, excuse: Excuse, until: datetime, who: Deciding) -> FieldDevice:
    """Call nobody about a device until an instant, 7 days ahead at most (T6, T10).

    Raises NotFound, InvalidInput, Refused.
    """
    found = _admitted(tx, device)
    if not who.at < until <= who.at + LONGEST_EXCUSE:
        raise InvalidInput("until", "is over, or too far away", f"give a time in the next {LONGEST_EXCUSE.days} days")
    return _keep(tx, replace(found, excused_until=until, excuse=excuse.value), f"excuse.{excuse}", who)


def watch_device(tx: Transaction, device: str, who: Deciding) -> FieldDevice:
    """End a device's excuse before its time. Raises NotFound, Refused."""
    found = _admitted(tx, device)
    if not found.excused(who.at):
        return found
    return _keep(tx, replace(found, excused_until=None, excuse=""), "watch", who)


def forget_device(tx: Transaction, device: str, who: Deciding) -> FieldDevice:
    """Take a device off the pages that is not coming back. Raises NotFound, and Refused while it is there.

    Its row stays as a tombstone. While its announcement still stands at the broker it counts as refused, so that it
    does not come back with every restart of the hub; its history keeps its name. One that is gone waits for a
    technician again, should it ever be announced anew.
    """
    found = _find(tx, device)
    if found.available and found.standing is Standing.ADMITTED:
        raise Refused(f"{device} is online; unplug it first")
    standing = Standing.GONE if found.standing is Standing.GONE else Standing.REFUSED
    away = replace(found, standing=standing, returns_as=Standing.QUARANTINED, room=None, thing="")
    return _keep(tx, away, "forget", who)


def throw_out_device(tx: Transaction, device: str, who: Deciding) -> FieldDevice:
    """Want a device that was lost, stolen or sold at the broker no more, whether it is there or not.

    Nothing waits for it from now on, and its history stays. The broker follows (``hub.sensor_gate``). Raises NotFound,
    and Refused for one of ours.
    """
    found = _find(tx, device)
    if tx.devices.get(found.station) is not None:
        raise Refused(f"{device} is one of ours: revoke its certificate")
    tx.field_devices.save_points(replace(point, gone=True) for point in tx.field_devices.points(device))
    away = replace(
        found, standing=Standing.REFUSED, returns_as=Standing.QUARANTINED, room=None, thing="", available=False
    )
    return _keep(tx, replace(away, available_at=who.at, thrown_out_at=who.at), "throw_out", who)


def _find(tx: Transaction, device: str) -> FieldDevice:
    found = tx.field_devices.get(device)
    if found is None:
        raise NotFound(f"no device {device!r} has announced itself")
    return found


def _admitted(tx: Transaction, device: str) -> FieldDevice:
    found = _find(tx, device)
    if found.standing is not Standing.ADMITTED:
        raise Refused(f"{device} is {found.standing}; admit it first")
    return found


def _placed(tx: Transaction, device: FieldDevice, place: Place) -> FieldDevice:
    room = place.room or None
    if room is not None and room not in {one.key for one in tx.meetings.rooms()}:
        raise InvalidInput("room", f"the house has no room {room!r}", "choose one of its rooms, or none")
    if place.thing and (room is None or place.thing not in {one.key for one in tx.room_devices.of_room(room)}):
        raise InvalidInput("thing", f"nothing in this room is called {place.thing!r}", "choose what stands in the room")
    return replace(
        device, room=room, thing=place.thing, called=_name(place.called), supply=place.supply or device.supply
    )


def _name(text: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise InvalidInput("called", "is too long or not readable", f"give at most {LONGEST_NAME} characters")
    return tidy


def _keep(tx: Transaction, device: FieldDevice, action: str, who: Deciding) -> FieldDevice:
    tx.field_devices.save(device)
    tx.records.audit(who.actor, f"field_device.{action}", device.id, who.at)
    tx.feed.touch([("field_device", device.id)])
    return device
