"""Settings become sources that have asked nothing yet; what is wrong about their files is said, and no secret is."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from devices.settings import BadSettings
from hub.making_sources import followed, make_source
from tests.hub.test_source_settings import read, source

ZONE = 'zone = "Asia/Shanghai"'
CALENDAR = ('kind = "caldav"', ZONE, 'addresses = ["http://127.0.0.1:5232/hall/"]', 'user = "yingbin"')


def password(folder: Path, text: str = "geheim\n", mode: int = 0o600) -> Path:
    """Write a password file."""
    path = folder / "password"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("lines", "collections"),
    [
        (('kind = "ical"', 'file = "hall.ics"'), 1),
        (('kind = "ical"', 'address = "https://calendar.example/hall.ics"'), 1),
        (('kind = "csv"', 'file = "bookings.csv"'), 1),
        (('kind = "caldav"', 'addresses = ["https://a.example/1/", "https://a.example/2/"]'), 2),
    ],
)
def test_each_kind_is_made_and_asks_nothing(tmp_path: Path, lines: tuple[str, ...], collections: int) -> None:
    """Neither file nor server need be there."""
    (one,) = read(tmp_path, source(ZONE, *lines)).sources
    made = make_source(one)
    assert (made.name, len(made.collections())) == ("bookings", collections)
    made.close()


def test_a_password_comes_from_its_file(tmp_path: Path) -> None:
    """And stands in nothing that is shown."""
    (one,) = read(tmp_path, source(*CALENDAR, f'password_file = "{password(tmp_path)}"')).sources
    assert make_source(one).name == "bookings"
    assert "geheim" not in repr(one)


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("geheim\n", 0o640, "chmod 600"),
        ("", 0o600, "holds no password"),
        ("geheim\nzwei\n", 0o600, "its one line"),
        ("\udcff", 0o600, "is no UTF-8"),
    ],
)
def test_a_password_file_that_cannot_serve_is_named_with_what_to_do(
    tmp_path: Path, text: str, mode: int, said: str
) -> None:
    """As other secrets are; what stands in it is not repeated."""
    path = password(tmp_path, text, mode)
    (one,) = read(tmp_path, source(*CALENDAR, f'password_file = "{path}"')).sources
    with pytest.raises(BadSettings, match=said) as caught:
        make_source(one)
    assert "password_file of bookings" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A hub without it would be refused by the server again and again."""
    (one,) = read(tmp_path, source(*CALENDAR, f'password_file = "{tmp_path / "none"}"')).sources
    with pytest.raises(BadSettings, match=f"cannot be read: {os.strerror(2)}"):
        make_source(one)


def test_all_sources_are_read_in_the_order_of_the_settings(tmp_path: Path) -> None:
    """The first is believed first; each has its own names for rooms, and its own time before the doors open."""
    first = source(ZONE, 'kind = "csv"', 'file = "a.csv"', "doors_before_min = 10", "[sources.rooms]", '"A" = "hall"')
    second = source(ZONE, 'kind = "csv"', 'file = "b.csv"', "every_s = 60", name="other")
    how = followed(read(tmp_path, first, second))
    assert [(name, one.kind, one.every) for name, one in how.items()] == [
        ("bookings", "csv", timedelta(seconds=5)),
        ("other", "csv", timedelta(minutes=1)),
    ]
    reading = how["other"].following.readings["bookings"]
    assert (reading.order, reading.rooms, reading.doors_before) == (
        ("bookings", "other"),
        {"A": "hall"},
        timedelta(minutes=10),
    )
