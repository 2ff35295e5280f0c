"""One point, ready to make values of the messages on its topics."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.discovery.availability import Availability
from hub.discovery.errors import Unusable
from hub.discovery.message import Message
from hub.discovery.options import COMPONENTS, read_options
from hub.discovery.states import HAPPENINGS, KEEPS_ON_ERROR, UNDERSTANDING
from hub.discovery.templates import Unrendered, compiled
from hub.discovery.times import said_at

_TOPIC_OF = {"climate": "temperature_state_topic", "tag": "topic", "device_automation": "topic"}
_TEMPLATE_OF = {"climate": "temperature_state_template"}


@dataclass(frozen=True, slots=True)
class Said:
    """One value of a point, in the unit it announced.

    ``value`` is the number; else ``text`` is the word (``on``, ``off``, an event's type). Neither: the device says that
    it does not know. ``at`` is when it says it measured, where that can be believed; None stands for the time of
    arrival.
    """

    value: float | None
    text: str
    at: datetime | None = None


def can_read(component: str) -> bool:
    """Say whether entities of this component give values that PointReader reads."""
    return component in UNDERSTANDING


class PointReader:
    """Reads one point, from the component and ``config`` of its AnnouncedPoint.

    ``state_topics`` and ``availability_topics`` are what to give it; ``expires_s`` and ``off_delay_s`` are spans in
    seconds that its owner keeps: after ``off_delay_s`` without another word, what said ``on`` is ``off`` by itself.
    Raises Unusable where the component gives no values or the configuration is wrong.
    """

    __slots__ = (
        "_availability", "_encoding", "_happens", "_keeps", "_template", "_topic", "_understand",
        "availability_topics", "component", "expires_s", "off_delay_s", "state_topics",
    )  # fmt: skip

    def __init__(self, component: str, config: Mapping[str, Any]) -> None:
        if component not in UNDERSTANDING:
            raise Unusable("not_used", f"the hub reads no values of the component {component}")
        known, needed = COMPONENTS[component]
        config = read_options(config, known, tuple(option for option in needed if option != "device"))
        self.component = component
        self._topic: str | None = config.get(_TOPIC_OF.get(component, "state_topic"))
        template = config.get(_TEMPLATE_OF.get(component, "value_template"), config.get("value_template"))
        self._template = compiled(template) if template else None
        self._understand = UNDERSTANDING[component](config)
        self._keeps = component in KEEPS_ON_ERROR
        self._happens = component in HAPPENINGS
        self._encoding: str = config.get("encoding", "utf-8") or "utf-8"
        self._availability = Availability(config)
        self.state_topics = frozenset() if self._topic is None else frozenset({self._topic})
        self.availability_topics = self._availability.topics
        self.expires_s: float | None = config.get("expire_after") or None
        self.off_delay_s: float | None = config.get("off_delay")

    def hear_state(self, topic: str, payload: bytes | Message, retained: bool, now: datetime) -> Said | None:  # noqa: FBT001 - an order all its callers know
        """Return what a message on one of its topics says; None: nothing of it is accepted and the old value stays.

        Give all readers of a topic the same Message. ``retained``: the broker had kept it; what happened then does not
        happen now. ``now`` is UTC.
        """
        if topic != self._topic or (retained and self._happens):
            return None
        message = self._message(payload)
        text = message.text
        if text is None:
            return None
        if self._template is None:
            understood = self._understand(text)
            return None if understood is None else Said(*understood)
        try:
            text = self._template.render(message, now)
        except Unrendered as failure:
            if self._keeps or not failure.falls_back:
                return None
        understood = self._understand(text)
        return None if understood is None else Said(*understood, said_at(message, now))

    def hear_availability(self, topic: str, payload: bytes | Message) -> None:
        """Take in what one of its availability topics says."""
        self._availability.hear(topic, self._message(payload))

    def _message(self, payload: bytes | Message) -> Message:
        """Return a payload read in the entity's own encoding; only UTF-8 is shared with other readers."""
        if self._encoding != "utf-8":
            return Message(payload.payload if isinstance(payload, Message) else payload, self._encoding)
        return payload if isinstance(payload, Message) else Message(payload)

    @property
    def available(self) -> bool | None:
        """Say whether the entity is there: None while nothing was heard, True where it never says."""
        return self._availability.now
