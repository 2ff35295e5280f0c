"""Every MQTT topic, built and parsed here and spelled nowhere else (DESIGN 5)."""

import re
from dataclasses import dataclass
from enum import StrEnum

ROOT = "yingbin/v1"
HUB = "hub"
"""The device id that stands for the hub itself; no device may be enrolled under it."""

ID_PATTERN = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,30})[a-z0-9]")
"""Site and device ids: 3 to 32 of ``a-z 0-9 -``, so no id can be an MQTT wildcard or separator."""


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

UPWARD = (Leaf.STATE, Leaf.INFO, Leaf.TELE, Leaf.UP_CHECKIN, Leaf.UP_REQUEST, Leaf.UP_ACK)
"""What a device may write below its own id."""


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


def topic(site: str, device: str, leaf: Leaf) -> str:
    """Build the topic of one device's leaf. Raises InvalidTopic on an unsafe id."""
    for part in (site, device):
        if not is_id(part):
            message = f"{part!r} is no id: use 3 to 32 of a-z, 0-9 and '-'"
            raise InvalidTopic(message)
    return f"{ROOT}/{site}/{device}/{leaf}"


def hub_state(site: str) -> str:
    """Build the topic on which the hub says that it is there (retained)."""
    return topic(site, HUB, Leaf.STATE)


def every_device(site: str, leaf: Leaf) -> str:
    """Build the subscription for one leaf of all devices of a site."""
    if not is_id(site):
        message = f"{site!r} is no id: use 3 to 32 of a-z, 0-9 and '-'"
        raise InvalidTopic(message)
    return f"{ROOT}/{site}/+/{leaf}"


def parse(text: str) -> Address:
    """Split a received topic. Raises InvalidTopic when it is not one of ours."""
    root, version, *rest = text.split("/", 4)
    try:
        site, device, leaf = rest
        address = Address(site, device, Leaf(leaf))
    except ValueError:
        message = f"not a topic of this contract: {text[:120]!r}"
        raise InvalidTopic(message) from None
    if f"{root}/{version}" != ROOT or not is_id(site) or not is_id(device):
        message = f"not a topic of this contract: {text[:120]!r}"
        raise InvalidTopic(message)
    return address
