"""What stands in a room, and how it is used, as a venue file says it."""

import pytest
from flask import Flask

from hub.domain.room_devices import DeviceKind, RoomDevice
from hub.domain.words import Words
from hub.usecases.venue_plan import House
from hub.venue_files import Reading, read
from hub.venue_files.house import PAGES
from hub.web.conditions import pages as conditions
from hub.web.field_devices import pages as field_devices
from hub.web.field_steps import pages as field_steps
from hub.web.room_checks import pages as room_checks
from hub.web.rooms import pages as rooms
from hub.web.spares import pages as spares

ROOM = '[[rooms]]\nkey = "hall"\nname = "Hall"\n'
DEVICE = """[[rooms.devices]]
key = "projector"
kind = "projector"
name = { zh = "投影仪", en = "Projector" }
guide = [
  { zh = "按“投影”键", en = "Press Projector" },
  { zh = "接上电脑", en = "Plug your computer in" },
]
"""


def reading(text: str) -> Reading:
    """Read a file from text."""
    return read(text.encode(), House())


def test_a_room_has_devices_with_a_guide_in_both_languages() -> None:
    """In the order of the file; a key serves again in another room."""
    found = reading(ROOM + DEVICE + DEVICE.replace('"projector"', '"sound"') + ROOM.replace("hall", "b") + DEVICE)
    assert found.findings == ()
    steps = (Words("按“投影”键", "Press Projector"), Words("接上电脑", "Plug your computer in"))
    name = Words("投影仪", "Projector")
    first = RoomDevice(room="hall", key="projector", kind=DeviceKind.PROJECTOR, name=name, guide=steps)
    assert found.file.devices["hall"][0] == first
    assert [(one.room, one.key, one.position) for one in found.file.devices["hall"]] == [
        ("hall", "projector", 0),
        ("hall", "sound", 1),
    ]
    assert [one.room for one in found.file.devices["b"]] == ["b"]


KINDS = {
    "projector": DeviceKind.PROJECTOR,
    "sound": DeviceKind.SOUND,
    "lights": DeviceKind.LIGHTS,
    "air": DeviceKind.AIR,
    "screen": DeviceKind.SCREEN,
    "video_conference": DeviceKind.VIDEO_CONFERENCE,
    "other": DeviceKind.OTHER,
}


def test_every_kind_of_device_has_its_word() -> None:
    """The words of the file are for good."""
    files = {word: DEVICE.replace('kind = "projector"', f'kind = "{word}"') for word in KINDS}
    assert {word: reading(ROOM + text).file.devices["hall"][0].kind for word, text in files.items()} == KINDS
    assert set(KINDS.values()) == set(DeviceKind)


def test_a_room_without_a_list_keeps_what_it_has_and_an_empty_list_clears_it() -> None:
    """As with answers."""
    assert reading(ROOM).file.devices == {}
    assert reading(ROOM + "devices = []\n").file.devices == {"hall": ()}


def test_a_device_without_a_guide_is_warned_of() -> None:
    """People may tell that it is broken, and learn nothing."""
    found = reading(ROOM + DEVICE[: DEVICE.index("guide")])
    assert found.usable()
    assert [(one.line, one.field, one.problem) for one in found.findings] == [(4, "guide", "is missing")]


LONG = "长" * 41


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "problem"),
    [
        ('kind = "projector"', 'kind = "beamer"', 6, "kind", "'beamer' is not known"),
        ('kind = "projector"\n', "", 4, "kind", "is missing"),
        ('key = "projector"\n', 'key = "a b"\n', 5, "key", "'a b' cannot be a key"),
        (', en = "Projector"', "", 7, "name", "is missing in en"),
        ("投影仪", "长" * 7, 7, "name", "has 7 characters in zh, at most 6 are read at a glance"),
        ("接上电脑", LONG, 8, "step 2", "has 41 characters in zh, at most 40 are read at a glance"),
        (', en = "Press Projector"', "", 8, "step 1", "is missing in en"),
        ('{ zh = "接上电脑", en = "Plug your computer in" }', "7", 8, "step 2", "7 is no text"),
        ("guide = [", "guidance = [", 8, "guidance", "is not known here"),
        ("  { zh", '  { nl = "x", zh', 8, "nl", "is not known here"),
    ],
)
def test_every_mistake_is_told_with_its_line(old: str, new: str, line: int, field: str, problem: str) -> None:
    """And with what to do about it."""
    mistakes = [one for one in reading(ROOM + DEVICE.replace(old, new, 1)).findings if not one.warning]
    assert (mistakes[0].line, mistakes[0].field, mistakes[0].problem) == (line, field, problem)
    assert mistakes[0].remedy


def test_more_than_a_panel_shows_is_refused() -> None:
    """Nobody there turns pages: 7 devices, 5 steps; and no device twice."""
    steps = DEVICE.replace("guide = [", "guide = [" + '"Step",' * 4)
    assert [one.problem for one in reading(ROOM + steps).findings] == ["has 6 steps, at most 5 fit on the room's panel"]
    many = "".join(DEVICE.replace('"projector"', f'"p-{number}"', 1) for number in range(8))
    assert [one.problem for one in reading(ROOM + many).findings] == [
        "has 8 devices, at most 7 fit on the room's panel"
    ]
    assert [one.problem for one in reading(ROOM + DEVICE + DEVICE).findings] == ["'projector' stands twice"]
    assert [one.problem for one in reading(ROOM + DEVICE.split("guide", maxsplit=1)[0] + 'guide = "no"').findings] == [
        "is no list of steps"
    ]


def test_a_room_is_not_called_like_a_page_about_rooms() -> None:
    """It could not be opened: its address is taken. Every such address is known here."""
    app = Flask(__name__)
    for pages in (conditions, field_devices, field_steps, room_checks, rooms, spares):
        app.register_blueprint(pages)
    rules = [str(rule) for rule in app.url_map.iter_rules()]
    taken = {rule.split("/")[2] for rule in rules if rule.startswith("/rooms/") and not rule.startswith("/rooms/<")}
    assert taken == PAGES
    (finding,) = reading(ROOM.replace('"hall"', '"kiosks"')).findings
    assert (finding.field, finding.line) == ("key", 2)
