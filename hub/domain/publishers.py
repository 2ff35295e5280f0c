"""Who speaks at the broker: a topic belongs to a publisher, and a device may name its own publisher's topics only.

Else an announcement could make the hub read any topic as somebody's temperature, or put words into another's mouth.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hub.domain.announcements import Announcement

_TASMOTA = frozenset({"tele", "stat", "cmnd"})
_OURS = "yingbin"


class Trespass(Exception):
    """A device names a topic that is not its own. ``reason`` is a stable code, ``topic`` the one it must not name."""

    def __init__(self, reason: str, topic: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.topic = topic
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What belongs to whom: our site and the devices enrolled in it, the prefix of announcements, and who is trusted.

    ``hub`` is the topic on which the hub says that it is there; our own devices' availability may name it.
    """

    site: str
    prefix: str
    hub: str = ""
    enrolled: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()

    def trusts(self, publisher: str) -> bool:
        """Say whether a publisher is let in without a technician's word: by the settings, or it is one of ours."""
        return publisher in self.trusted or publisher in self.enrolled

    def publisher(self, topic: str) -> str:
        """Return whose topic this is. Raises Trespass where it can be no device's."""
        if "+" in topic or "#" in topic:
            raise Trespass("wildcard", topic, f"{topic[:120]!r} names many topics: name one")
        if topic.startswith("$"):
            raise Trespass("trespass", topic, f"{topic[:120]!r} is the broker's own")
        parts = topic.split("/")
        if parts[0] == _OURS:
            return self._ours(topic, parts)
        below = topic.removeprefix(f"{self.prefix}/")
        if below != topic:
            return self._below_prefix(topic, below.split("/"))
        found = parts[1] if parts[0] in _TASMOTA and len(parts) > 2 else parts[0]  # noqa: PLR2004 - tele/<x>/<what>
        if not found or found in self.enrolled:  # a kiosk speaks below ours alone, so this is somebody else
            raise Trespass("trespass", topic, f"{topic[:120]!r} begins with no name that a device may have")
        return found

    def _ours(self, topic: str, parts: list[str]) -> str:
        try:
            _, _, site, device, _ = parts[:5]
        except ValueError:
            site = device = ""
        if parts[:2] != [_OURS, "v1"] or site != self.site or device not in self.enrolled:
            raise Trespass("trespass", topic, f"{topic[:120]!r} belongs to no device that is enrolled here")
        return device

    def _below_prefix(self, topic: str, parts: list[str]) -> str:
        """``<prefix>/<component>/<x>/…``: states beside the announcements, which themselves are no state."""
        if len(parts) < 3 or not parts[1] or parts[-1] == "config":  # noqa: PLR2004 - component, name, what
            raise Trespass("trespass", topic, f"{topic[:120]!r} is where devices announce themselves")
        return parts[1]


@dataclass(frozen=True, slots=True)
class Named:
    """The topics that an announcement names, by what they are for."""

    states: frozenset[str] = field(default_factory=frozenset)
    availability: frozenset[str] = field(default_factory=frozenset)


def topics_of(announcement: Announcement) -> Named:
    """Return what the device would have us listen to or speak to; its availability apart."""
    availability: set[str] = set()
    others: set[str] = set()
    for point in announcement.points:
        said = availability_of(point.config)
        availability |= said
        others |= (point.topics - said) | point.command_topics
    return Named(frozenset(others), frozenset(availability - others))


def availability_of(config: object) -> frozenset[str]:
    """Return the topics that say whether the entity is there, from its expanded announcement."""
    if not isinstance(config, dict):
        return frozenset()
    listed = config.get("availability")
    found = [one.get("topic") for one in listed if isinstance(one, dict)] if isinstance(listed, list | tuple) else []
    return frozenset(one for one in (*found, config.get("availability_topic")) if isinstance(one, str))


def publisher_of(announcement: Announcement, ground: Ground, via: Iterable[str] = ()) -> str:
    """Return the one publisher of all topics of a device; empty where it names none. Raises Trespass.

    Its availability may also name topics of the publishers ``via`` which it reaches us, and our own devices' that of
    the hub.
    """
    named = topics_of(announcement)
    found = _one({ground.publisher(topic): topic for topic in sorted(named.states)})
    allowed = {found, *via}
    roots: dict[str, str] = {}
    for topic in sorted(named.availability):
        if topic == ground.hub and (not found or found in ground.enrolled):
            continue
        roots[ground.publisher(topic)] = topic
    if not found:
        return _one({root: topic for root, topic in roots.items() if root not in via} or roots)
    for root, topic in roots.items():
        if root not in allowed:
            raise Trespass("trespass", topic, f"{topic[:120]!r} belongs to {root[:64]}, the device's states to {found}")
    return found


def _one(roots: dict[str, str]) -> str:
    if len(roots) > 1:
        names = ", ".join(root[:64] for root in sorted(roots))
        topic = roots[max(roots)]
        raise Trespass("trespass", topic, f"the device's topics belong to several publishers: {names[:300]}")
    return next(iter(roots), "")
