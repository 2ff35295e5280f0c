"""Whatever is announced, on whatever topic, is an announcement or unusable, and never a crash."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.discovery import PointReader, Unusable, abbreviations, can_read, read_announcement
from hub.discovery.options import ENTITY
from hub.domain.announcements import Announcement
from tests.hub.discovery.test_announcing import whole

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


OPTIONS = st.sampled_from(
    sorted({short for short in abbreviations.OPTIONS if len(short) < 6} | set(ENTITY) | {"~", "components", "platform"})
)


PLACES = st.sampled_from(
    [
        "sensor/x",
        "device/x",
        "device/a/x",
        "climate/x",
        "event/x",
        "number/a/b",
        "tag/x",
        "device_automation/x",
        "light/x",
    ]
)


OBJECTS = st.recursive(
    st.dictionaries(OPTIONS, JSON, max_size=5),
    lambda inner: st.dictionaries(OPTIONS | st.text(max_size=5), inner | JSON, max_size=6),
    max_leaves=5,
)


def announced_or_unusable(topic: str, payload: bytes) -> None:
    """Read an announcement and make all its readers; nothing else than Unusable may come of it."""
    try:
        read = read_announcement(topic, payload, "homeassistant")
    except Unusable as unusable:
        read = Announcement(topic=unusable.reason + unusable.detail)
    assert read.topic
    for each in read.points:
        json.dumps(each.config)
        if can_read(each.component):
            PointReader(each.component, each.config)


@given(topic=st.text(max_size=40) | PLACES.map("homeassistant/{}/config".format), payload=st.binary(max_size=200))
def test_any_bytes_on_any_topic_are_an_announcement_or_unusable(topic: str, payload: bytes) -> None:
    """Never another exception."""
    announced_or_unusable(topic, payload)


@settings(max_examples=500)
@given(place=PLACES, said=OBJECTS)
def test_any_object_is_an_announcement_or_unusable(place: str, said: dict[str, Any]) -> None:
    """Known options in any place with anything in them."""
    announced_or_unusable(f"homeassistant/{place}/config", json.dumps(said).encode())


@settings(max_examples=300)
@given(option=OPTIONS, value=JSON)
def test_any_value_of_any_option_is_taken_or_refused(option: str, value: object) -> None:
    """One option at a time, in both forms."""
    said = {"state_topic": "s", "command_topic": "c", "event_types": ["x"], "unique_id": "u", option: value}
    for component in ("sensor", "event", "number", "climate"):
        announced_or_unusable(f"homeassistant/{component}/x/config", json.dumps(said).encode())
        announced_or_unusable("homeassistant/device/x/config", json.dumps(whole(a={"p": component} | said)).encode())
