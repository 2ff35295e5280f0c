"""Reads what a translator gives as the hub reads it: announcements, then values from the device's own messages."""

from collections.abc import Mapping
from datetime import UTC, datetime

from devices.ports import Translator
from hub.discovery import PointReader, can_read, read_announcement
from hub.domain.announcements import AnnouncedPoint, Announcement

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PREFIX = "homeassistant"


def name_of(point: AnnouncedPoint) -> str:
    """Return how the translator calls a point: its unique id without maker and address."""
    return point.unique_id.split("_", 2)[2]


class House:
    """A hub in miniature: a translator before it, its points, and what they say."""

    def __init__(self, translator: Translator) -> None:
        self.translator = translator
        self.announcements: dict[str, Announcement] = {}
        self.readers: dict[str, PointReader] = {}
        self.values: dict[str, float | str | None] = {}

    def hear(self, topic: str, payload: bytes | str, *, retained: bool = False) -> Mapping[str, bytes]:
        """Give a message to the translator and to every point that listens on its topic."""
        raw = payload.encode() if isinstance(payload, str) else payload
        said = self.translator.hear(topic, raw)
        for where, announced in said.items():
            self.announcements[where] = read_announcement(where, announced, PREFIX)
            self._compile()
        for key, reader in self.readers.items():
            if topic in reader.availability_topics:
                reader.hear_availability(topic, raw)
            if topic in reader.state_topics:
                found = reader.hear_state(topic, raw, retained, NOW)
                if found is not None:
                    self.values[key] = found.text if found.value is None else found.value
        return said

    def point(self, key: str) -> AnnouncedPoint:
        """Return a point by its name."""
        return next(p for found in self.announcements.values() for p in found.points if name_of(p) == key)

    @property
    def keys(self) -> set[str]:
        """Return the names of all points."""
        return {name_of(point) for found in self.announcements.values() for point in found.points}

    @property
    def available(self) -> set[bool | None]:
        """Return what the points believe of their device."""
        return {reader.available for reader in self.readers.values()}

    def _compile(self) -> None:
        """Make readers for new points; the others keep what they know."""
        points = [point for found in self.announcements.values() for point in found.points]
        self.readers = {
            name_of(point): PointReader(point.component, point.config) for point in points if can_read(point.component)
        }
