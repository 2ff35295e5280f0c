"""How devices and rooms stand, what they measure, and what is wrong, in words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.domain.conditions import Cause, Condition, SubjectKind
from hub.domain.errors import InvalidInput
from hub.domain.field_devices import FieldDevice, Point, Quantity, Standing
from hub.domain.meetings import Room
from hub.domain.readings import Quality, Reading
from hub.domain.task_kinds import TaskKind
from hub.domain.tasks import raise_task
from hub.domain.words import Words
from hub.web.condition_lines import STATES, Troubles, Wanted, condition_lines
from hub.web.field_states import ICONS, FieldState, by_device, device_stand, room_stand
from hub.web.room_tiles import wall
from hub.web.rooms_found import RoomsFound
from hub.web.strangers import strangers, suggested_room
from hub.web.values import told, value_text
from tests.hub.web.scene import EN, NOW, TONGUES, ZH

HOUR = timedelta(hours=1)
NODE = FieldDevice(
    id="node",
    publisher="node",
    identity="node",
    name="Node",
    standing=Standing.ADMITTED,
    room="hall",
    announced_at=NOW - HOUR,
    available=True,
    available_at=NOW - HOUR,
    heard_at=NOW,
)
WARMTH = Point(
    id="node.t",
    device="node",
    key="t",
    component="sensor",
    name="Temperature",
    quantity=Quantity.TEMPERATURE,
    unit="°C",
    expires_s=60.0,
)
HALL = Room(key="hall", name=Words("大厅", "Grand Hall"))


def wrong(cause: Cause, **changes: Any) -> Condition:  # noqa: ANN401 - any field of a condition
    """Return an open condition about the node."""
    values: dict[str, Any] = {
        "id": f"c-{cause}",
        "cause": cause,
        "about": SubjectKind.DEVICE,
        "subject": "node",
        "room": "hall",
        "since": NOW - timedelta(minutes=5),
        "opened_at": NOW - timedelta(minutes=4),
    }
    return Condition(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "causes", "state"),
    [
        ({}, (), FieldState.ONLINE),
        ({"available": None}, (), FieldState.ONLINE),
        ({"available": None, "heard_at": None}, (), FieldState.NEVER),
        ({"available": False}, (), FieldState.SUSPECT),
        ({}, (Cause.STALE,), FieldState.SUSPECT),
        ({}, (Cause.FLAPPING,), FieldState.SUSPECT),
        ({}, (Cause.TOO_HIGH,), FieldState.LIMITS),
        ({"available": False}, (Cause.OFFLINE, Cause.STALE), FieldState.OFFLINE),
        ({"available": False}, (Cause.OFFLINE, Cause.FAULT), FieldState.FAULT),
        ({"excused_until": NOW + HOUR}, (Cause.FAULT,), FieldState.EXCUSED),
        ({"excused_until": NOW}, (Cause.FAULT,), FieldState.FAULT),
        ({"standing": Standing.QUARANTINED}, (), FieldState.QUARANTINED),
        ({"standing": Standing.GONE}, (), FieldState.GONE),
    ],
)
def test_a_device_has_one_state_and_doubt_comes_before_offline(
    changes: dict[str, Any], causes: tuple[Cause, ...], state: FieldState
) -> None:
    """Its worst; an excuse covers it until its time is over, and every state has a word and an icon (T1, T2)."""
    stand = device_stand(replace(NODE, **changes), [wrong(cause) for cause in causes], NOW)
    assert stand.state is state
    for tongue in TONGUES:
        assert tongue.say(f"field.is.{stand.state}")
    assert set(ICONS) == set(FieldState)


def test_since_is_that_of_the_state_and_not_of_the_restart() -> None:
    """A device online for an hour says so; one whose trouble began five minutes ago too (T2)."""
    assert device_stand(NODE, (), NOW).since == NOW - HOUR
    assert device_stand(NODE, [wrong(Cause.FAULT)], NOW).since == NOW - timedelta(minutes=5)


def test_a_room_stands_as_its_worst_device_and_counts_those() -> None:
    """What is wrong with the room itself counts too; an empty room has no state."""
    well, away = device_stand(NODE, (), NOW), device_stand(NODE, [wrong(Cause.OFFLINE)], NOW)
    room = room_stand([well, away, away], ())
    assert room is not None
    assert (room.state, room.count, room.total) == (FieldState.OFFLINE, 2, 3)
    own = room_stand([well], [wrong(Cause.FAULT, about=SubjectKind.ROOM, subject="hall")])
    assert own is not None
    assert (own.state, own.count, own.total) == (FieldState.FAULT, 0, 1)
    assert room_stand((), ()) is None


def test_conditions_are_sorted_by_the_device_of_their_point() -> None:
    """Those about stations and rooms are nobody's."""
    point = wrong(Cause.TOO_LOW, about=SubjectKind.POINT, subject="node.t")
    station = wrong(Cause.OFFLINE, about=SubjectKind.STATION, subject="kiosk-1")
    assert by_device([point, station]) == {"node": [point], "": [station]}


@pytest.mark.parametrize(
    ("quantity", "unit", "value", "text"),
    [
        (Quantity.TEMPERATURE, "°C", 21.456, "21.5 °C"),
        (Quantity.TEMPERATURE, "°C", -0.04, "0.0 °C"),
        (Quantity.HUMIDITY, "%", 45.6, "46%"),
        (Quantity.CARBON_DIOXIDE, "ppm", 1234.5, "1,234 ppm"),
        (Quantity.WEIGHT, "kg", 1.23456, "1.235 kg"),
        (Quantity.OTHER, "", 0.000012, "1.2e-05"),
        (Quantity.OTHER, "m", 1234567.8, "1,234,568 m"),
    ],
)
def test_numbers_have_as_many_digits_as_mean_something(quantity: Quantity, unit: str, value: float, text: str) -> None:
    """And their unit; a per cent sign stands close."""
    point = replace(WARMTH, quantity=quantity, unit=unit)
    assert value_text(point, value, "", EN).replace("\N{NO-BREAK SPACE}", " ") == text


def test_words_are_said_in_the_pages_language_and_by_what_they_are_about() -> None:
    """``on`` of a door is open; a word nobody knows stays; a long one is cut; no value is unknown."""
    plain, door = replace(WARMTH, quantity=Quantity.STATE), replace(WARMTH, config={"device_class": "door"})
    assert [value_text(plain, None, "on", tongue) for tongue in TONGUES] == ["开", "on"]
    assert [value_text(door, None, "on", tongue) for tongue in TONGUES] == ["开着", "open"]
    assert value_text(plain, None, "Überhitzt", ZH) == "Überhitzt"
    assert len(value_text(plain, None, "x" * 500, ZH)) < 100
    assert value_text(plain, None, "", EN) == "unknown"
    odd = replace(WARMTH, config={"device_class": ["door"]})
    assert value_text(odd, None, "off", EN) == "off"


def test_a_value_says_how_far_it_may_be_believed() -> None:
    """Live, kept by the broker, or out of date after its point's own span."""
    now = Reading(point="node.t", at=NOW, value=20.0)
    assert told(WARMTH, now, EN, NOW).quality is Quality.LIVE
    assert told(WARMTH, now, EN, NOW + timedelta(seconds=61)).quality is Quality.STALE
    assert told(replace(WARMTH, expires_s=None), now, EN, NOW + HOUR).quality is Quality.LIVE
    assert told(WARMTH, replace(now, quality=Quality.RESTORED), EN, NOW + HOUR).quality is Quality.RESTORED
    assert told(WARMTH, None, EN, NOW).quality is None


def found(*devices: FieldDevice, **changes: Any) -> RoomsFound:  # noqa: ANN401 - any field of what was found
    """Return a house with a hall and these devices, the node's temperature among them."""
    values: dict[str, Any] = {
        "rooms": {"hall": HALL},
        "devices": {device.id: device for device in devices},
        "points": {"node": [WARMTH]},
        "latest": {"node.t": Reading(point="node.t", at=NOW, value=21.0)},
    }
    return RoomsFound(**(values | changes))


def test_a_tile_shows_what_worries_most_and_marks_what_is_old() -> None:
    """The warmest of several; an old one only where there is no other."""
    warmer = replace(WARMTH, id="node.u", key="u")
    latest = {
        "node.t": Reading(point="node.t", at=NOW, value=21.0),
        "node.u": Reading(point="node.u", at=NOW - HOUR, value=35.0),
    }
    house = found(NODE, points={"node": [WARMTH, warmer]}, latest=latest)
    (tile,) = wall(house, EN, NOW).tiles
    (figure,) = tile.figures
    assert (figure.text.replace("\N{NO-BREAK SPACE}", " "), figure.sure) == ("21.0 °C", True)
    (tile,) = wall(house, EN, NOW + 2 * HOUR).tiles
    assert (tile.figures[0].text[:4], tile.figures[0].sure) == ("35.0", False)


def test_the_wall_is_searched_by_room_device_and_state() -> None:
    """In both languages; every word must be found."""
    house = found(replace(NODE, called="讲台插座"), troubles={"node": [wrong(Cause.FAULT)]})
    for words in ("hall", "大厅", "讲台", "grand 讲台", "故障"):
        assert len(wall(house, ZH, NOW, words).tiles) == 1, words
    assert wall(house, ZH, NOW, "hall kiosk").tiles == ()
    assert wall(house, ZH, NOW, "hall kiosk").tally == ((FieldState.FAULT, 1),), "the sum is of all rooms"


def test_conditions_are_sentences_with_value_limit_and_who_sees_to_them() -> None:
    """What, where, since when; a task that somebody has names them (T11)."""
    hot = wrong(Cause.TOO_HIGH, about=SubjectKind.POINT, subject="node.t", value=28.6, limit=27.0, task="t")
    task = raise_task(TaskKind.HUB_FAULT, "x", task_id="t", at=NOW, facts={})
    taken = Troubles([hot], {"t": replace(task, accepted_by="小李")})
    (line,) = condition_lines(taken, found(NODE), EN, NOW)
    assert line.words.replace("\N{NO-BREAK SPACE}", " ") == "Temperature too high: 28.6 °C, limit 27.0 °C"
    assert (line.room_name, line.where, line.by, line.state) == ("Grand Hall", "Node", "小李", "accepted")
    assert condition_lines(Troubles([hot]), found(NODE), EN, NOW)[0].state == "new"
    for cause in Cause:
        for tongue in TONGUES:
            assert condition_lines(Troubles([wrong(cause, detail="lamp")]), found(NODE), tongue, NOW)[0].words


def test_conditions_are_chosen_by_room_cause_and_state() -> None:
    """What another trouble explains calls nobody, and is not among the open ones (S10)."""
    there = [
        wrong(Cause.FAULT),
        wrong(Cause.OFFLINE, hidden_by="c-room"),
        wrong(Cause.STALE, over_at=NOW, room="annex"),
    ]

    def chosen(**wanted: str) -> list[str]:
        lines = condition_lines(Troubles(there), found(NODE), EN, NOW, Wanted(**wanted))
        return [line.cause.value for line in lines]

    assert chosen() == ["fault", "offline", "stale"]
    assert chosen(state="open") == ["fault"]
    assert chosen(state="hidden") == ["offline"]
    assert chosen(state="over") == chosen(room="annex") == chosen(cause="stale") == ["stale"]
    for wanted in ({"state": "closed"}, {"cause": "magic"}):
        with pytest.raises(InvalidInput):
            Wanted(**wanted)
    for tongue in TONGUES:
        assert all(tongue.say(f"conditions.state.{state}") for state in STATES)


def test_a_stranger_is_shown_harmlessly_with_what_it_would_give_and_the_room_it_means() -> None:
    """A name is text and nothing else; of a thousand values a dozen are named and the rest are counted."""
    odd = replace(NODE, name="\u202e<b>x", standing=Standing.QUARANTINED, room=None, area=" grand hall ")
    many = [replace(WARMTH, id=f"node.{n}", key=str(n), name=f"T{n}") for n in range(1000)]
    (one,) = strangers(found(odd, points={"node": many}), EN)
    assert one.title == "\\u202e<b>x"
    assert (len(one.gives), one.more, one.gives[0]) == (12, 988, "T0 · temperature")
    assert one.suggested == "hall"
    assert suggested_room("", [HALL]) == suggested_room("attic", [HALL]) == ""
    for quantity in Quantity:
        for tongue in TONGUES:
            assert quantity is Quantity.OTHER or tongue.say(f"quantity.{quantity}")
