"""By what rooms are watched, as a venue file says it."""

from datetime import timedelta

import pytest

from hub.domain.bands import Band, Measure
from hub.domain.lasting import Delays
from hub.domain.room_wishes import RoomWish
from hub.domain.watch_settings import RoomClass, SensorSettings, Tea, WatchSettings
from hub.usecases.venue_plan import House
from hub.venue_files import Reading, read

CLASS = "[room_classes.hall]\n"
ROOM = '[[rooms]]\nkey = "hall"\nname = "Hall"\n'
SENSOR = '[[rooms.sensors]]\ndevice = "tag-1"\n'
M = timedelta(minutes=1)


def reading(text: str, *classes: str) -> Reading:
    """Read a file from text in a house with these classes."""
    return read(text.encode(), House(classes=frozenset(classes)))


def test_a_class_says_bands_times_and_tea_and_what_it_leaves_out_is_as_usual() -> None:
    """Each in the unit of its name."""
    found = reading(
        CLASS
        + """on_delay_s = 30
off_delay_s = 90
silence_min = 40
temperature = { low = 18, per_minute = 2 }
humidity = { watched = false }
tea = { lead_min = 20, every_min = 30, guests = 6, low_s = 90, together_min = 0, low_c = 50, high_c = 65 }
[room_classes.store]
"""
    )
    assert found.findings == ()
    assert found.file.room_classes == (
        RoomClass(
            key="hall",
            bands={Measure.TEMPERATURE: Band(low=18, high=26, margin=0.5, per_minute=2), Measure.HUMIDITY: None},
            delays=Delays(on=timedelta(seconds=30), off=timedelta(seconds=90)),
            silence=40 * M,
            tea=Tea(lead=20 * M, every=30 * M, guests=6, low_for=1.5 * M, together=0 * M, warmth=Band(low=50, high=65)),
        ),
        RoomClass(key="store"),
    )


def test_a_room_names_its_class_and_its_devices_with_settings_of_their_own() -> None:
    """A device's settings go before its room's, and those before what is usual."""
    text = CLASS + "temperature = { low = 10, high = 12 }\n" + ROOM + 'class = "hall"\n' + SENSOR
    found = reading(
        text
        + 'silence_min = 200\nempty_kg = 1.2\npot = false\nbutton = "help"\nneeded = true\n'
        + "humidity = { high = 90, margin = 1 }\n"
    )
    assert found.findings == ()
    sensor = SensorSettings(
        device="tag-1",
        room="hall",
        bands={Measure.HUMIDITY: Band(low=30, high=90, margin=1)},
        silence=200 * M,
        pot=False,
        empty_kg=1.2,
        button=RoomWish.HELP,
        needed=True,
    )
    assert (found.file.classes, found.file.sensors) == ({"hall": "hall"}, {"hall": (sensor,)})
    settings = WatchSettings(
        classes={one.key: one for one in found.file.room_classes}, rooms=found.file.classes, sensors={"tag-1": sensor}
    )
    assert settings.band(Measure.HUMIDITY, "tag-1", "hall") == sensor.bands[Measure.HUMIDITY]
    assert settings.band(Measure.TEMPERATURE, "tag-1", "hall") == Band(low=10, high=12, margin=0.5, per_minute=1)
    assert settings.band(Measure.CARBON_DIOXIDE, "tag-1", "hall") == Band(high=1200, margin=100)
    assert settings.band(Measure.POWER, "tag-1", "hall") is None
    assert (settings.silence("tag-1", "hall"), settings.silence("tag-2", "hall")) == (200 * M, 15 * M)


def test_what_a_file_does_not_name_stays() -> None:
    """And the empty class takes a room's away."""
    assert reading(ROOM).file.classes == {}
    assert reading(ROOM).file.sensors == {}
    assert reading(ROOM + 'class = ""\n').file.classes == {"hall": ""}
    assert reading(ROOM + 'class = "known"\n', "known").findings == ()


WRONG = [
    (ROOM + 'class = "attic"\n', 4, "class", "there is no class 'attic'"),
    (CLASS + 'temperature = { low = "cold" }\n', 2, "low", "'cold' is no number"),
    (CLASS + "temperature = { low = nan }\n", 2, "low", "nan is no number"),
    (CLASS + "temperature = { high = 19 }\n", 2, "high", "leaves nothing between 20 and 19"),
    (CLASS + "temperature = { low = 25.5 }\n", 2, "low", "leaves nothing between 25.5 and 26"),
    (CLASS + "temperature = 22\n", 2, "temperature", "is no table"),
    (CLASS + "temperatur = { low = 20 }\n", 2, "temperatur", "is not known here"),
    (CLASS + "temperature = { lo = 20 }\n", 2, "lo", "is not known here"),
    (CLASS + "\non_delay_s = -1\n", 3, "on_delay_s", "-1 does not fit"),
    (CLASS + "silence_min = true\n", 2, "silence_min", "True is no number"),
    (CLASS + "tea = { lead_min = 2000 }\n", 2, "lead_min", "2000 does not fit"),
    (CLASS + "tea = { low_s = 3601 }\n", 2, "low_s", "3601 does not fit"),
    (CLASS + "tea = { together_min = nan }\n", 2, "together_min", "nan is no number"),
    (CLASS + "tea = { low_c = 70 }\n", 2, "low_c", "leaves nothing between 70 and 70"),
    (CLASS + "tea = { scarce_pct = 101 }\n", 2, "scarce_pct", "101 does not fit"),
    (CLASS + "tea = { high_c = 900 }\n", 2, "high_c", "900 does not fit"),
    (CLASS + 'tea = { served = "no" }\n', 2, "served", "is neither true nor false"),
    ("[room_classes]\nhall = 3\n", 2, "hall", "is no table"),
    ('[room_classes."big hall"]\n', 1, "big hall", "cannot be a key"),
    (ROOM + SENSOR + SENSOR, 7, "device", "stands twice"),
    (ROOM + "[[rooms.sensors]]\npot = true\n", 4, "device", "is missing"),
    (ROOM + SENSOR + 'button = "whisky"\n', 6, "button", "'whisky' is not known"),
    (ROOM + SENSOR + "empty_kg = 0\n", 6, "empty_kg", "0 does not fit"),
]


@pytest.mark.parametrize(("text", "line", "name", "problem"), WRONG)
def test_every_mistake_is_found_with_its_line(text: str, line: int, name: str, problem: str) -> None:
    """And what to do instead."""
    (found,) = reading(text).findings
    assert (found.line, found.field, found.warning) == (line, name, False)
    assert problem in found.problem
    assert found.remedy
