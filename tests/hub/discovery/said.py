"""Announcements and messages as tests say them."""

import json
from datetime import UTC, datetime
from typing import Any

from hub.discovery import Message, PointReader, Said, read_announcement
from hub.domain.announcements import AnnouncedPoint, Announcement

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PREFIX = "homeassistant"


def announce(place: str, said: dict[str, Any] | bytes) -> Announcement:
    """Read what is announced on ``homeassistant/<place>/config``."""
    payload = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    return read_announcement(f"{PREFIX}/{place}/config", payload, PREFIX)


def point(place: str, said: dict[str, Any]) -> AnnouncedPoint:
    """Return the only point of an announcement."""
    (only,) = announce(place, said).points
    return only


def reader(place: str, said: dict[str, Any]) -> PointReader:
    """Return the reader of an announcement's only point, its configuration having been in a store meanwhile."""
    only = point(place, said)
    return PointReader(only.component, json.loads(json.dumps(only.config)))


def hear(of: PointReader, payload: str | bytes | Message, *, retained: bool = False) -> Said | None:
    """Give a reader a message on its only topic."""
    (topic,) = of.state_topics
    return of.hear_state(topic, payload.encode() if isinstance(payload, str) else payload, retained, NOW)


def sensor(**options: object) -> PointReader:
    """Return the reader of a sensor on the topic ``a``."""
    return PointReader("sensor", {"state_topic": "a"} | options)
