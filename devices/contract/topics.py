"""Every MQTT topic, built and parsed here and spelled nowhere else (DESIGN 5)."""

import re
from dataclasses import dataclass
from enum import StrEnum

ROOT = "yingbin/v1"
HUB = "hub"
"""The device id that stands for the hub itself; no device may be enrolled under it."""

ROOMS = "hub-rooms"
"""The hub's user at the broker for what stands in rooms; no device may be enrolled under it either."""

ID_PATTERN = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,30})[a-z0-9]")
"""Site and device ids: 3 to 32 of ``a-z 0-9 -``, so no id can be an MQTT wildcard or separator."""


DISCOVERY = "homeassistant"
"""Below this topic devices announce themselves in the form of Home Assistant's MQTT discovery; its usual prefix."""


class Leaf(StrEnum):
    """The part of a topic below the device: who says what."""

    STATE = "state"
    INFO = "info"
    TELE = "tele"
    UP_CHECKIN = "up/checkin"
    UP_REQUEST = "up/request"
    UP_ACK = "up/ack"
    DOWN_REPLY = "down/reply"
    DOWN_ROSTER = "down/roster"
    DOWN_COMMAND = "down/command"
    DOWN_ALERT = "down/alert"


RETAINED = frozenset({Leaf.STATE, Leaf.INFO})
"""Only these are retained; an event or command that arrives retained is dropped."""


LEAVES_OF_HUB = (
    (Leaf.STATE, 1),
    (Leaf.INFO, 1),
    (Leaf.TELE, 0),
    (Leaf.UP_CHECKIN, 1),
    (Leaf.UP_REQUEST, 1),
    (Leaf.UP_ACK, 1),
)
"""What the hub listens to, with the QoS."""


class InvalidTopic(ValueError):
    """The text is no topic of this contract."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message belongs: site, device (or ``hub``) and leaf."""

    site: str
    device: str
    leaf: Leaf


def is_id(text: str) -> bool:
    """Say whether ``text`` may be a site or device id."""
    return ID_PATTERN.fullmatch(text) is not None


def _check_id(text: str) -> None:
    if not is_id(text):
        message = f"{text!r} is no id: use 3 to 32 of a-z, 0-9 and '-'"
        raise InvalidTopic(message)


def topic(site: str, device: str, leaf: Leaf) -> str:
    """Build the topic of one device's leaf. Raises InvalidTopic on an unsafe id."""
    for part in (site, device):
        _check_id(part)
    return f"{ROOT}/{site}/{device}/{leaf}"


def hub_state(site: str) -> str:
    """Build the topic on which the hub says that it is there (retained)."""
    return topic(site, HUB, Leaf.STATE)


def announcement(device: str, prefix: str = DISCOVERY) -> str:
    """Build the topic on which a device of ours announces itself (retained). Raises InvalidTopic on an unsafe id."""
    _check_id(device)
    return f"{prefix}/device/{device}/config"


def kept_topics(site: str, device: str, prefix: str = DISCOVERY) -> tuple[str, ...]:
    """Return the topics on which the broker keeps what a device of ours said last. Raises InvalidTopic."""
    return (*(topic(site, device, leaf) for leaf in sorted(RETAINED)), announcement(device, prefix))


def every_device(site: str, leaf: Leaf, share: str = "") -> str:
    """Build the subscription for one leaf of all devices of a site.

    Those who subscribe under the same ``share`` get each message once among them (MQTT 5, 4.8.2).
    """
    for part in (site, share) if share else (site,):
        _check_id(part)
    return f"$share/{share}/{ROOT}/{site}/+/{leaf}" if share else f"{ROOT}/{site}/+/{leaf}"


@dataclass(frozen=True, slots=True)
class Rights:
    """Topic filters for a broker's access list: what the hub, and what each device, may write and read."""

    hub: str
    device_writes: tuple[str, ...]
    device_reads: tuple[str, ...]


def rights(site: str, device: str, prefix: str = DISCOVERY) -> Rights:
    """Build the hub's and one device's part of a site's access list. Raises InvalidTopic on an unsafe id."""
    for part in (site, device):
        _check_id(part)
    below = f"{ROOT}/{site}/{device}"
    announces = f"{prefix}/device/{device}/config"
    return Rights(
        hub=f"{ROOT}/{site}/#",
        device_writes=(*(f"{below}/{leaf}" for leaf in (Leaf.STATE, Leaf.INFO, Leaf.TELE, "up/#")), announces),
        device_reads=(f"{below}/down/#", hub_state(site), announces),
    )


@dataclass(frozen=True, slots=True)
class UserRights:
    """Topic filters for one user of the broker; what is denied is denied whatever else allows it."""

    denied: tuple[str, ...]
    writes: tuple[str, ...]
    reads: tuple[str, ...]


def rights_in_rooms(site: str, birth: str, sensors: tuple[str, ...] = (), prefix: str = DISCOVERY) -> UserRights:
    """Say what the hub's user for rooms may: hear everybody but guests and orders, say that it is there, tell sensors.

    Raises InvalidTopic on an unsafe id.
    """
    for name in (site, *sensors):
        _check_id(name)
    denied = tuple(f"{ROOT}/{site}/+/{way}/#" for way in ("up", "down"))
    told = (way for name in sensors for way in (f"{name}/#", f"cmnd/{name}/#", f"{prefix}/+/{name}/#"))
    return UserRights(denied, (*((birth,) if birth else ()), *told), ("#",))


def sensor_rights(sensor: str, prefix: str = DISCOVERY, others: tuple[str, ...] = ()) -> UserRights:
    """Say what another maker's device may: announce itself, speak below its own name, and nothing of ours.

    Tasmota puts what it says before its name (``tele/<name>/SENSOR``), and some speak below the prefix itself. Many
    announce themselves under a number of their own; under the names of ``others`` nobody else does. Raises InvalidTopic
    on an unsafe id.
    """
    for name in (sensor, *others):
        _check_id(name)
    own = (f"{sensor}/#", f"{prefix}/+/{sensor}/#")
    announces = (f"{prefix}/+/+/config", f"{prefix}/+/+/+/config", "tasmota/discovery/+/+")
    return UserRights(
        denied=("yingbin/#", *(f"{prefix}/+/{name}/#" for name in others)),
        writes=(*announces, *own, f"tele/{sensor}/#", f"stat/{sensor}/#"),
        reads=(*own, f"cmnd/{sensor}/#", f"{prefix}/status"),
    )


def parse(text: str) -> Address:
    """Split a received topic. Raises InvalidTopic when it is not one of ours."""
    parts = text.split("/", 4)
    try:
        site, device, leaf = parts[2:]
        address = Address(site, device, Leaf(leaf))
    except ValueError:
        raise InvalidTopic(f"not a topic of this contract: {text[:120]!r}") from None
    if "/".join(parts[:2]) != ROOT or not is_id(site) or not is_id(device):
        raise InvalidTopic(f"not a topic of this contract: {text[:120]!r}")
    return address
