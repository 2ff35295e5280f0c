"""What a venue file says, checked and in the hub's own words, and what the file may refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.assets import Asset
from hub.domain.drinks import STANDARD_MENU, Drink
from hub.domain.house_answers import HouseAnswer
from hub.domain.house_work import FunctionSheet
from hub.domain.materials import Document, HandOut
from hub.domain.meetings import Door, Place, Room, Segment, SetUpStyle, Venue
from hub.domain.playbooks import Playbook
from hub.domain.room_devices import RoomDevice
from hub.domain.room_set_ups import RoomSetUps
from hub.domain.roster import Staffing
from hub.domain.seats import Seat
from hub.domain.staff import Shift, Staff
from hub.domain.watch_settings import RoomClass, SensorSettings
from hub.domain.words import Words
from hub.ports import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the hub knows already, for a file to refer to. ``places`` and ``rooms`` map keys to names."""

    zone: str = ""
    rooms: Mapping[str, Words] = field(default_factory=dict)
    doors: frozenset[str] = frozenset()
    places: Mapping[str, Words] = field(default_factory=dict)
    styles: Mapping[str, SetUpStyle] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    menu: frozenset[str] = frozenset(one.key for one in STANDARD_MENU)
    floors: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingEntry:
    """One meeting of the file; instants are UTC. What is None is not in the file and stays as it is."""

    line: int
    at: str
    key: str
    title: Words
    room: str
    doors_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    style: SetUpStyle | None = None
    lounge: str | None = None
    cancelled: bool | None = None
    agenda: tuple[Segment, ...] | None = None
    seats: tuple[Seat, ...] | None = None
    answers: tuple[HouseAnswer, ...] | None = None
    notes: Words | None = None
    documents: tuple[Document, ...] | None = None
    hand_outs: tuple[HandOut, ...] | None = None
    drinks: Mapping[str, int] | None = None
    sheet: FunctionSheet | None = None
    staffing: Staffing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueFile:
    """Everything a file says. What it leaves out stays as it is; ``answers`` are all of the house's, or None.

    ``devices`` are all that stand in a room, for each room whose list the file gives; so are ``sensors``, the devices
    with settings of their own. ``classes`` maps rooms to the keys of their classes. ``set_ups`` are of those rooms of
    which the file says any. ``assets`` are pieces the house owns; those that the file does not name stay known.
    ``menu`` is the whole drinks menu, or None; so is ``staff`` for the people of the house, ``shifts`` for their roster
    from its first day on, and ``playbooks`` for the house's own.
    """

    venue: Venue | None = None
    rooms: tuple[Room, ...] = ()
    devices: Mapping[str, tuple[RoomDevice, ...]] = field(default_factory=dict)
    room_classes: tuple[RoomClass, ...] = ()
    classes: Mapping[str, str] = field(default_factory=dict)
    sensors: Mapping[str, tuple[SensorSettings, ...]] = field(default_factory=dict)
    doors: tuple[Door, ...] = ()
    places: tuple[Place, ...] = ()
    meetings: tuple[MeetingEntry, ...] = ()
    answers: tuple[HouseAnswer, ...] | None = None
    assets: tuple[Asset, ...] = ()
    menu: tuple[Drink, ...] | None = None
    playbooks: tuple[Playbook, ...] | None = None
    set_ups: tuple[RoomSetUps, ...] = ()
    staff: tuple[Staff, ...] | None = None
    shifts: tuple[Shift, ...] | None = None


def known_house(tx: Transaction) -> House:
    """Read what a file may refer to."""
    venue = tx.meetings.venue()
    return House(
        zone=venue.zone if venue else "",
        rooms={room.key: room.name for room in tx.meetings.rooms()},
        doors=frozenset(tx.meetings.doors()),
        places={place.key: place.name for place in tx.meetings.places()},
        styles={meeting.key: meeting.style for meeting in tx.meetings.all()},
        classes=frozenset(tx.watch_settings.all().classes),
        menu=frozenset(one.key for one in tx.drinks.menu()),
        floors=frozenset(filter(None, (room.floor for room in tx.meetings.rooms()))),
        staff=frozenset(one.key for one in tx.staff.all()),
    )
