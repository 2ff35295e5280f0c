"""Topics on which devices announce themselves, and topics that they may name (``reference/iot-conventions.md`` 1.1)."""

import re
from dataclasses import dataclass

from hub.discovery.errors import Unusable
from hub.discovery.limits import TOPIC_BYTES

DEVICE = "device"

_FORM = re.compile(r"(?P<component>\w+)/(?:(?P<node>[a-zA-Z0-9_-]+)/)?(?P<object>[a-zA-Z0-9_-]+)/config", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was announced: ``<prefix>/<component>/[<node>/]<object>/config``.

    ``component`` is ``device`` for the form that announces a whole device at once.
    """

    topic: str
    component: str
    node: str
    object: str

    @property
    def path(self) -> str:
        """Return node and object as one text, the identity of what names none itself."""
        return f"{self.node}/{self.object}" if self.node else self.object


def filters(prefix: str) -> tuple[str, ...]:
    """Return what to subscribe to for hearing everything that is announced below a prefix."""
    return (f"{prefix}/+/+/config", f"{prefix}/+/+/+/config")


def read_place(topic: str, prefix: str) -> Place:
    """Take an announcing topic apart. Raises Unusable where Home Assistant would call it illegal."""
    start = f"{prefix}/"
    found = _FORM.fullmatch(topic[len(start) :]) if topic.startswith(start) else None
    if found is None or len(topic.encode(errors="replace")) > TOPIC_BYTES:
        raise Unusable(
            "discovery_topic",
            f"announce on {prefix}/<component>/[<node_id>/]<object_id>/config, ids of letters, digits, _ and - only",
        )
    return Place(topic, found["component"], found["node"] or "", found["object"])


def check_topic(topic: str) -> str:
    """Return a topic to listen on or to publish to, as it is.

    Home Assistant takes wildcards where it listens; we do not: one announcement must not make the hub read other
    devices' topics as this one's values, nor the broker's own (``$SYS``). Raises Unusable.
    """
    if not topic:
        raise Unusable("topic", "a topic must not be empty")
    try:
        size = len(topic.encode())
    except UnicodeEncodeError as error:
        raise Unusable("topic", "a topic must be valid UTF-8") from error
    if size > TOPIC_BYTES:
        raise Unusable("topic_too_long", f"a topic may have {TOPIC_BYTES} bytes, this one has {size}")
    if "+" in topic or "#" in topic:
        raise Unusable("topic_wildcard", "a topic must name one topic: the wildcards + and # are not taken here")
    if topic.startswith("$"):
        raise Unusable("topic_reserved", "topics that begin with $ belong to the broker")
    if _FORBIDDEN.search(topic):
        raise Unusable("topic", "a topic must not hold NUL, control characters or non-characters")
    return topic


_FORBIDDEN = re.compile(
    "[\0-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))
    + "]"
)
"""What MQTT 5.0, 1.5.4 advises against."""
