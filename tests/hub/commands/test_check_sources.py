"""``python -m hub check`` tries the booking sources before anyone relies on them, and changes nothing."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub import booking_sources
from hub.commands.check_sources import source_findings
from hub.commands.checked import Finding
from hub.config import HubConfig, read_config
from hub.domain.meetings import Room
from hub.domain.words import Words
from hub.making import open_hub_store

SCHEMA = Path(booking_sources.__file__).parent / "schema_sqlite.sql"
INSERT = "INSERT INTO yingbin_bookings (title_zh, room, starts_at, ends_at) VALUES (?, ?, ?, ?)"


def bookings(folder: Path, *rooms: str, hours: float = 2) -> Path:
    """Write a database of bookings, one in each of these rooms, tomorrow at noon there: most at night look wrong."""
    path = folder / "bookings.db"
    there = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    start = there.replace(hour=12, minute=0).astimezone(UTC)
    with closing(sqlite3.connect(path)) as file:
        file.executescript(SCHEMA.read_text(encoding="utf-8"))
        for room in rooms:
            file.execute(INSERT, (f"在{room}", room, start.isoformat(), (start + timedelta(hours=hours)).isoformat()))
        file.commit()
    return path


def settings(folder: Path, *sources: str) -> HubConfig:
    """Write the settings of a house that has a hall and a lounge."""
    path = folder / "hub.toml"
    path.write_text("\n".join(('site = "hall-a"', 'data = "data"', *sources)), encoding="utf-8")
    config = read_config(path)
    with closing(open_hub_store(config)) as store, store.write() as tx:
        tx.meetings.save_room(Room(key="hall", name=Words("大厅", "Grand Hall")))
        tx.meetings.save_room(Room(key="lounge", name=Words("贵宾室", "Lounge")))
    return config


def source(file: Path, *more: str, name: str = "bookings") -> str:
    """Write a source over a database."""
    lines = (
        "[[sources]]",
        f'name = "{name}"',
        'kind = "sql"',
        'zone = "Asia/Shanghai"',
        f'address = "sqlite:///{file}"',
    )
    return "\n".join((*lines, *more))


def wrong(found: list[Finding]) -> list[Finding]:
    """Return what is not well."""
    return [one for one in found if not one.well]


def test_a_house_without_sources_is_well(tmp_path: Path) -> None:
    """It says so."""
    (one,) = source_findings(settings(tmp_path))
    assert one.well
    assert "none is set up" in one.found


def test_a_source_that_answers_is_well_and_says_how_much_it_has(tmp_path: Path) -> None:
    """By rooms' names, keys, or what the settings say; and nothing is changed, here or there."""
    file = bookings(tmp_path, "大厅", "lounge", "Ballroom A")
    before = file.read_bytes()
    config = settings(tmp_path, source(file, "[sources.rooms]", '"Ballroom A" = "hall"'))
    found = list(source_findings(config))
    assert wrong(found) == []
    assert any("3 meetings" in one.found for one in found)
    assert file.read_bytes() == before
    with closing(open_hub_store(config)) as store, store.read() as tx:
        assert (tx.meetings.all(), tx.sync.pulls()) == ([], [])


def test_rooms_that_the_house_does_not_have_are_named_with_those_that_it_has(tmp_path: Path) -> None:
    """In the bookings, and in the settings."""
    file = bookings(tmp_path, "大厅", "水晶厅")
    config = settings(tmp_path, source(file, "[sources.rooms]", '"Ballroom A" = "ballroom"'))
    said = [(one.found, one.remedy) for one in wrong(list(source_findings(config)))]
    assert [("'Ballroom A'" in found, "'水晶厅'" in found) for found, _ in said] == [(True, False), (False, True)]
    assert all("hall, lounge" in remedy for _, remedy in said)


def test_two_sources_that_call_two_rooms_alike_are_named(tmp_path: Path) -> None:
    """One of them would send guests to the wrong door."""
    file = bookings(tmp_path)
    config = settings(
        tmp_path,
        source(file, "[sources.rooms]", '"A" = "hall"', '"B" = "hall"'),
        source(file, "[sources.rooms]", '"A" = "lounge"', '"B" = "大厅"', name="calendar"),
    )
    (one,) = wrong(list(source_findings(config)))
    assert one.found == "'A' is not the same room everywhere: hall in bookings, lounge in calendar"


def test_an_entry_of_no_use_is_told_with_its_field(tmp_path: Path) -> None:
    """An end before the start, not one line for each."""
    config = settings(tmp_path, source(bookings(tmp_path, *["大厅"] * 7, hours=-1)))
    last = wrong(list(source_findings(config)))[-1]
    assert "7 cannot be used, the first: 在大厅: ends_at it would end" in last.found
    assert last.remedy


@pytest.mark.parametrize("how", ["no database", "no schema", "no mapping"])
def test_a_source_that_cannot_serve_says_what_to_do(tmp_path: Path, how: str) -> None:
    """And the next one is looked at all the same."""
    file, more = tmp_path / "other.db", []
    if how == "no schema":
        sqlite3.connect(file).close()
    if how == "no mapping":
        more = [f'mapping = "{tmp_path / "none.toml"}"']
    config = settings(tmp_path, source(file, *more, name="broken"), source(bookings(tmp_path, "大厅")))
    found = list(source_findings(config))
    assert wrong(found)
    assert all("broken" in one.about for one in wrong(found))
    assert any("1 meetings" in one.found for one in found)


def test_without_a_database_of_its_own_the_house_is_not_compared(tmp_path: Path) -> None:
    """Before the hub's first start; everything else is looked at."""
    path = tmp_path / "hub.toml"
    file = bookings(tmp_path, "水晶厅")
    path.write_text("\n".join(('site = "hall-a"', 'data = "data"', source(file))), encoding="utf-8")
    found = list(source_findings(read_config(path)))
    assert wrong(found) == []
    assert "not compared" in found[0].found
    assert not (tmp_path / "data").exists()
