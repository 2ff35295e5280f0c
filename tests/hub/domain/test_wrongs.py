"""What explains what."""

from dataclasses import replace

import pytest

from hub.domain.conditions import Cause, SubjectKind
from hub.domain.field_devices import FieldDevice
from hub.domain.wrongs import Wrong, hide
from tests.hub.build import at

NODE = FieldDevice(id="n", publisher="pi", identity="n", name="n", room="hall", via="bridge", announced_at=at(0))
BRIDGE = FieldDevice(id="bridge", publisher="z", identity="b", name="b", via="bridge", announced_at=at(0))
DEVICES = {one.id: one for one in (NODE, BRIDGE)}


def wrong(key: str, room: str | None = None, detail: str = "") -> Wrong:
    """Return what is wrong by its key."""
    cause, about, subject = key.split(":")
    device = subject.split(".")[0] if about in {"point", "device"} else ""
    return Wrong(
        cause=Cause(cause),
        about=SubjectKind(about),
        subject=subject,
        since=at(0),
        device=device,
        room=room,
        detail=detail,
    )


EXPLAINED = [
    ("stale:point:n.t", "offline:device:n"),
    ("stale:point:n.t", "stale:device:n"),
    ("fault:point:n.t", "offline:device:n"),
    ("flapping:point:n.t", "flapping:device:n"),
    ("too_high:point:n.t", "flapping:point:n.t"),
    ("offline:device:n", "offline:device:bridge"),
    ("offline:device:n", "offline:station:pi"),
    ("offline:device:n", "offline:room:hall"),
    ("stale:device:n", "offline:room:hall"),
    ("flapping:device:n", "offline:room:hall"),
    ("offline:device:n", "flapping:device:n"),
]


@pytest.mark.parametrize(("key", "by"), EXPLAINED)
def test_a_cause_explains_what_follows_from_it(key: str, by: str) -> None:
    """One call for one cause (S10), whichever is found first."""
    for found in (hide([wrong(key), wrong(by)], DEVICES), hide([wrong(by), wrong(key)], DEVICES)):
        assert (found[key].hidden_by, found[by].hidden_by) == (by, "")


def test_a_room_that_is_too_warm_is_so_whatever_its_sensor_does() -> None:
    """It was when it was heard last, and people sit in it."""
    found = hide([wrong("too_high:point:n.t"), wrong("offline:device:n")], DEVICES)
    assert found["too_high:point:n.t"].hidden_by == ""


def test_what_was_wrong_long_before_is_not_explained_by_what_came_later() -> None:
    """Its task stays open; who is silent has said its last word before, of course."""
    room = replace(wrong("offline:room:hall"), since=at(600))
    for key, seconds, by in (
        ("offline:device:n", 569, ""),
        ("offline:device:n", 570, room.key),
        ("stale:device:n", 0, room.key),
        ("stale:device:n", -301, ""),
    ):
        assert hide([room, replace(wrong(key), since=at(seconds))], DEVICES)[key].hidden_by == by


def test_rooms_and_publishers_never_hide_each_other_both() -> None:
    """Who speaks for one room is explained by it; who speaks for several explains them."""
    one_room = hide([wrong("offline:room:hall", "hall"), wrong("offline:station:pi", "hall")], DEVICES)
    assert [one.hidden_by for one in one_room.values()] == ["", "offline:room:hall"]
    wide = hide([wrong("offline:room:hall", "hall", "pi"), wrong("offline:station:pi")], DEVICES)
    assert [one.hidden_by for one in wide.values()] == ["offline:station:pi", ""]


def test_what_speaks_through_itself_explains_itself_to_nobody() -> None:
    """Some bridges name themselves."""
    assert hide([wrong("offline:device:bridge")], DEVICES)["offline:device:bridge"].hidden_by == ""
