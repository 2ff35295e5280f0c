"""Whether an entity is there at the moment, by what it and its will said (``reference/iot-conventions.md`` 1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.discovery.message import Message
from hub.discovery.templates import Template, Unrendered, compiled


@dataclass(frozen=True, slots=True)
class _Source:
    """One topic that says whether the entity is there, and in which words."""

    there: str
    gone: str
    template: Template | None


class Availability:
    """What the topics of one entity said last; pure, fed by hand."""

    __slots__ = ("_latest", "_mode", "_said", "_sources")

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._mode: str = config.get("availability_mode", "latest")
        self._sources = dict(_sources(config))
        self._said: dict[str, bool] = {}
        self._latest: bool | None = None

    @property
    def topics(self) -> frozenset[str]:
        """Return the topics to listen on."""
        return frozenset(self._sources)

    def hear(self, topic: str, message: Message) -> None:
        """Take in what came on one of its topics; any other topic, and any other word, changes nothing."""
        source = self._sources.get(topic)
        text = message.text
        if source is None or text is None:
            return
        if source.template is not None:
            try:
                text = source.template.render(message)
            except Unrendered as failure:
                if not failure.falls_back:
                    return
        if text in (source.there, source.gone):
            self._said[topic] = self._latest = text == source.there

    @property
    def now(self) -> bool | None:
        """Say whether it is there: None while nothing was heard at all, True where it names no topic."""
        if not self._sources:
            return True
        if not self._said:
            return None
        if self._mode == "all":
            return all(self._said.get(topic, False) for topic in self._sources)
        return any(self._said.values()) if self._mode == "any" else self._latest


def _sources(config: Mapping[str, Any]) -> list[tuple[str, _Source]]:
    if "availability_topic" in config:
        entries = [
            {
                "topic": config["availability_topic"],
                "payload_available": config.get("payload_available", "online"),
                "payload_not_available": config.get("payload_not_available", "offline"),
                "value_template": config.get("availability_template"),
            }
        ]
    else:
        entries = config.get("availability", [])
    return [
        (
            entry["topic"],
            _Source(
                entry["payload_available"],
                entry["payload_not_available"],
                compiled(entry["value_template"]) if entry.get("value_template") else None,
            ),
        )
        for entry in entries
    ]
