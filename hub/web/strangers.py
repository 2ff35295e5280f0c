"""Devices that wait for a technician: who speaks for them, what they would give, and where they say they are. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.domain.field_devices import FieldDevice, Quantity, Standing
from hub.domain.meetings import Room
from hub.web.language import Tongue
from hub.web.quarantine_lines import harmless
from hub.web.rooms_found import RoomsFound

MOST = 50
"""The newest ones are shown: a device that announces thousands does not make a slow page."""

MOST_POINTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """One device that nobody has admitted. ``gives`` names its points, ``more`` counts those not named.

    ``suggested`` is the key of the room that it means, where the house has one of that name.
    """

    device: FieldDevice
    title: str
    about: str
    gives: tuple[str, ...]
    more: int
    suggested: str


def strangers(found: RoomsFound, tongue: Tongue, standing: Standing = Standing.QUARANTINED) -> list[Stranger]:
    """Write the devices that wait, or those that were refused, the newest first."""
    ours = [device for device in found.devices.values() if device.standing is standing]
    newest = sorted(ours, key=lambda device: (device.announced_at, device.id), reverse=True)
    return [_stranger(device, found, tongue) for device in newest[:MOST]]


def suggested_room(area: str, rooms: Iterable[Room]) -> str:
    """Return the key of the room that a device means by its area; empty when there is none."""
    wanted = area.strip().casefold()
    names = ((room.key, (room.key, room.name.zh, room.name.en)) for room in rooms)
    return next((key for key, called in names if wanted and wanted in {name.casefold() for name in called}), "")


def rooms_to_choose(found: RoomsFound, tongue: Tongue) -> Sequence[tuple[str, str]]:
    """Return all rooms as key and name, by name."""
    return sorted(((room.key, tongue.read(room.name)) for room in found.rooms.values()), key=lambda one: one[1])


def _stranger(device: FieldDevice, found: RoomsFound, tongue: Tongue) -> Stranger:
    points = found.points.get(device.id, ())
    gives = [tongue.join((harmless(point.name.encode()), _kind(point.quantity, tongue))) for point in points]
    about = tongue.join(harmless(part.encode()) for part in (device.maker, device.model, device.software))
    return Stranger(
        device=device,
        title=harmless(device.title.encode()),
        about=about,
        gives=tuple(gives[:MOST_POINTS]),
        more=max(0, len(gives) - MOST_POINTS),
        suggested=suggested_room(device.area, found.rooms.values()),
    )


def _kind(quantity: Quantity, tongue: Tongue) -> str:
    return "" if quantity is Quantity.OTHER else tongue.say(f"quantity.{quantity}")
