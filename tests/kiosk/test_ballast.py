import sqlite3
from functools import partial
from pathlib import Path

import pytest

from devices.contract.messages import CheckInEvent
from devices.ids import uuid7
from kiosk.ballast import Ballast
from kiosk.database import Database
from kiosk.outbox import Outbox
from tests.kiosk.events import event

BOOT = uuid7()
BALLAST = 1 << 20


def fill(folder: Path) -> Path:
    """Take all the room that is left on a disk."""
    path = folder / "somebody-s-film"
    with path.open("wb", buffering=0) as file:
        for size in (65_536, 4_096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return path


def scan(outbox: Outbox) -> CheckInEvent:
    """Record one event."""
    return outbox.record(partial(event, boot=BOOT))


def test_a_full_disk_still_takes_the_event_at_hand_and_says_so(small_disk: Path) -> None:
    """The ballast is given up for it (fault 16); when there is room again it comes back and the alarm ends."""
    database = Database(small_disk / "kiosk.sqlite3", Ballast(small_disk / "ballast", BALLAST))
    database.open()
    outbox = Outbox(database, BOOT)
    events = [scan(outbox)]
    assert not database.lacks_room
    film = fill(small_disk)
    while not database.lacks_room:
        events.append(scan(outbox))
        assert len(events) < 5_000
    events.append(scan(outbox))
    assert [one.seq for one in events] == list(range(1, len(events) + 1))
    assert [one.id for one in outbox.waiting(9_999)] == [one.id for one in events]
    database.keep_room()
    assert database.lacks_room
    film.unlink()
    database.keep_room()
    assert not database.lacks_room
    database.close()


def test_when_even_the_ballast_is_used_up_nobody_is_welcomed_and_nothing_is_lost(small_disk: Path) -> None:
    """The scan fails with a clear error, what was kept stays, and it goes on once there is room."""
    database = Database(small_disk / "kiosk.sqlite3", Ballast(small_disk / "ballast", BALLAST))
    database.open()
    outbox = Outbox(database, BOOT)
    events = [scan(outbox)]
    film = fill(small_disk)
    with pytest.raises(sqlite3.OperationalError):
        events.extend(scan(outbox) for _ in range(20_000))
    film.unlink()
    events.append(scan(outbox))
    assert [one.id for one in outbox.waiting(99_999)] == [one.id for one in events]
    assert database.generation > 1
    database.close()


def test_a_kiosk_starts_on_a_full_disk_by_giving_up_its_ballast(small_disk: Path) -> None:
    """A full disk overnight does not keep the doors shut in the morning."""
    database = Database(small_disk / "kiosk.sqlite3", Ballast(small_disk / "ballast", BALLAST))
    database.open()
    database.close()
    fill(small_disk)
    database.open()
    scan(Outbox(database, BOOT))
    assert database.lacks_room
    database.close()


def test_the_ballast_is_made_of_real_blocks_and_only_where_there_is_room(tmp_path: Path) -> None:
    """A hole would promise room that is not there."""
    ballast = Ballast(tmp_path / "ballast", BALLAST)
    assert not ballast.held
    assert ballast.place()
    found = (tmp_path / "ballast").stat()
    assert found.st_blocks * 512 >= BALLAST
    assert ballast.place()
    assert (tmp_path / "ballast").stat().st_ino == found.st_ino
    assert ballast.drop()
    assert not ballast.drop()
    with (tmp_path / "ballast").open("wb") as hole:
        hole.truncate(BALLAST)
    assert not ballast.held
    assert ballast.place()
    assert not Ballast(tmp_path / "too-large", 1 << 50).place()
