"""What a device says of itself when it is plugged in, once it has been read and found usable.

The wire's form (Home Assistant MQTT Discovery) is read in ``hub.discovery``; here is only what it means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.domain.field_devices import Quantity, Supply


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedDevice:
    """The device as it describes itself.

    ``identity`` is the first of its identifiers, else of its connections; ``via`` is the identity of the device through
    which it speaks; ``area`` the room it suggests.
    """

    identity: str
    name: str = ""
    maker: str = ""
    model: str = ""
    software: str = ""
    area: str = ""
    via: str = ""
    supply: Supply = Supply.MAINS


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedPoint:
    """One entity. ``unique_id`` is its own for ever; ``key`` its short name within the device, of ``a-z 0-9 _ -``.

    ``config`` is its announcement with every abbreviation and base topic expanded and everything inherited filled in.
    ``topics`` are all it would have us listen to, ``command_topics`` where it would be told something.
    """

    unique_id: str
    key: str
    component: str
    name: str
    quantity: Quantity = Quantity.OTHER
    unit: str = ""
    expires_s: float | None = None
    config: Mapping[str, object] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()
    command_topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityFault:
    """Why one entity of a message for a whole device cannot be used: a stable code, a sentence, and its option."""

    reason: str
    detail: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What stands on one announcing topic now; a second one on the same topic takes the place of the first.

    Without ``device`` and ``points`` it is withdrawn: what was announced there is gone. ``hands_over``: it only moves
    to another topic, so nothing goes meanwhile. ``faults``: what is wrong with entities that cannot be used of a
    message for a whole device; the others can.
    """

    topic: str
    device: AnnouncedDevice | None = None
    points: tuple[AnnouncedPoint, ...] = ()
    hands_over: bool = False
    faults: tuple[EntityFault, ...] = ()
