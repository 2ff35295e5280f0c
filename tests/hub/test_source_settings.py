"""[[sources]] in hub.toml: what a house must say of a source, and what each mistake is told with."""

from datetime import timedelta
from pathlib import Path

import pytest

from devices.settings import BadSettings
from hub.config import HubConfig, read_config

SQL = ('kind = "sql"', 'zone = "Asia/Shanghai"', 'address = "postgresql://reader@127.0.0.1/bookings"')
CALDAV = ('kind = "caldav"', 'zone = "Asia/Shanghai"', 'addresses = ["https://calendar.example/hall/"]')


def source(*lines: str, name: str = "bookings") -> str:
    """Write one source."""
    return "\n".join(("[[sources]]", f'name = "{name}"', *lines))


def read(folder: Path, *sources: str) -> HubConfig:
    """Read settings with these sources."""
    path = folder / "hub.toml"
    path.write_text("\n".join(('site = "hall-a"', *sources)), encoding="utf-8")
    return read_config(path)


def test_a_house_without_sources_follows_nothing(tmp_path: Path) -> None:
    """Its meetings come from venue files, as before."""
    assert read(tmp_path).sources == ()


def test_a_source_needs_little_and_is_asked_every_five_seconds_for_three_months(tmp_path: Path) -> None:
    """The order of the file is the order in which they are believed."""
    text = source(*CALDAV, "[sources.rooms]", '"大厅" = "hall"', name="calendar")
    first, second = read(tmp_path, source(*SQL), text).sources
    assert (first.name, first.every, first.ahead) == ("bookings", timedelta(seconds=5), timedelta(days=90))
    assert (second.name, second.rooms) == ("calendar", {"大厅": "hall"})


@pytest.mark.parametrize(
    ("lines", "key", "said"),
    [
        (('kind = "excel"', 'zone = "UTC"'), "kind", "none of sql, caldav, ical, csv"),
        (('kind = "csv"', 'file = "a.csv"'), "zone", "is missing"),
        (('kind = "csv"', 'file = "a.csv"', 'zone = "Shanghai"'), "zone", 'such as "Asia/Shanghai"'),
        (('kind = "csv"', 'file = "a.csv"', 'zone = "../Asia"'), "zone", "is no time zone"),
        ((*SQL, "every_s = 0.5"), "every_s", "not between 1 and"),
        ((*SQL, "ahead_days = 0"), "ahead_days", "not between 1 and"),
        ((*SQL, 'user = "reader"'), "user", 'does not belong to a source of kind "sql"'),
        (('kind = "sql"', 'zone = "UTC"'), "address", "is missing"),
        (('kind = "sql"', 'zone = "UTC"', 'address = "bookings.db"'), "address", "is no address of a database"),
        ((*SQL[:2], 'address = "postgresql://reader@db.lan/bookings"'), "address", "in the open, or to whoever poses"),
        (('kind = "caldav"', 'zone = "UTC"'), "addresses", "is missing"),
        ((*CALDAV, 'user = "yingbin"'), "password_file", "name the file with the password of yingbin"),
        ((*CALDAV, 'password_file = "p"'), "user", "say whose password"),
        (('kind = "ical"', 'zone = "UTC"'), "file", "give either file or address"),
        (('kind = "ical"', 'zone = "UTC"', 'address = "ftp://house"'), "address", "is no address on the web"),
        (('kind = "ical"', 'zone = "UTC"', 'address = "http://[house"'), "address", "is no address on the web"),
        (('kind = "csv"', 'zone = "UTC"'), "file", "is missing"),
    ],
)
def test_each_mistake_names_its_setting_and_what_belongs_there(
    tmp_path: Path, lines: tuple[str, ...], key: str, said: str
) -> None:
    """So a person at the file finds it."""
    with pytest.raises(BadSettings) as caught:
        read(tmp_path, source(*lines))
    (mistake,) = caught.value.mistakes
    assert mistake.key == f"sources[0].{key}"
    assert said in mistake.problem


def test_two_sources_have_two_names(tmp_path: Path) -> None:
    """What is known of one is kept under its name."""
    with pytest.raises(BadSettings, match="bookings stands twice"):
        read(tmp_path, source(*SQL), source(*CALDAV))


@pytest.mark.parametrize(
    "lines",
    [
        ('kind = "sql"', 'address = "postgresql://reader:geheim@127.0.0.1/bookings"'),
        ('kind = "caldav"', 'addresses = ["https://yingbin:geheim@calendar.example/hall/"]'),
        ('kind = "ical"', 'address = "https://yingbin:geheim@calendar.example/hall.ics"'),
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """It belongs into a file that only the hub reads."""
    with pytest.raises(BadSettings, match="password_file") as caught:
        read(tmp_path, source(*lines, 'zone = "UTC"'))
    assert "geheim" not in str(caught.value)


def test_a_password_does_not_travel_in_the_clear(tmp_path: Path) -> None:
    """Except to this machine itself."""
    signed = ('kind = "caldav"', 'zone = "UTC"', 'user = "yingbin"', 'password_file = "p"')
    with pytest.raises(BadSettings, match="in the clear"):
        read(tmp_path, source(*signed, 'addresses = ["http://calendar.example/hall/"]'))
    assert read(tmp_path, source(*signed, 'addresses = ["http://127.0.0.1:5232/hall/"]')).sources
