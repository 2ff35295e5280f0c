"""A kiosk is stolen after an evening's work: who opens its disk reads nobody's name (fault 60)."""

import base64
import gzip
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from devices.fake.printer import FakePrinter
from hub.broker_files import secrets_file
from hub.domain.guests import Invited
from tests.conftest import WAIT_S
from tests.flow.conftest import Door, House
from tests.flow.traces import traces

pytestmark = pytest.mark.broker
Wait = Callable[[Callable[[], object]], None]

WALK_IN, NUMBER = "OLGA QVIST", "13800001234"
MANY = 50


@dataclass(slots=True)
class Running:
    """A kiosk in a process of its own, and the folder that holds all it may write."""

    folder: Path
    address: str
    process: subprocess.Popen[bytes]


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[FakePrinter]:
    """Stand a printer beside the kiosk, which the thief leaves behind."""
    made = FakePrinter(tmp_path / "slips")
    yield made
    made.close()


@pytest.fixture
def door(house: House, printer: FakePrinter) -> Iterator[Door]:
    """Run a kiosk as systemd does, with home, temporary files and log in its own folder."""
    folder = house.folder / "stolen"
    folder.mkdir()
    script = house.folder / "script.jsonl"
    script.touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret = folder / "secret.toml"
    secret.write_bytes(secrets_file(house.config.data / "broker", "kiosk-1").read_bytes())
    secret.chmod(0o600)
    broker = house.hub.broker.port if house.hub.broker else 0
    (folder / "kiosk.toml").write_text(
        f'site = "house"\ndevice = "kiosk-1"\ndoor = {{ zh = "东门", en = "East" }}\ndata = "data"\n'
        f'[broker]\nsecret = "secret.toml"\nport = {broker}\n'
        f'[camera]\nkind = "simulated"\nsource = "{script}"\n'
        f'[screen]\nport = {port}\n[browser]\nexpected = false\ncompositor = "none"\n'
        f'[speech]\nkind = "simulated"\n[printer]\nkind = "escpos"\naddress = "tcp://127.0.0.1:{printer.port}"\n'
        f'[clock]\ntrust = "always"\noffset_s = {house.config.clock_offset_s!r}\n',
        encoding="utf-8",
    )
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME"), str(folder))
    with (folder / "journal").open("wb") as journal:
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "run", "--config", str(folder / "kiosk.toml")],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": ".", **places},
            cwd=Path(__file__).parents[2],
            stdout=journal,
            stderr=journal,
        )
    running = Running(folder, f"http://127.0.0.1:{port}/", process)
    yield Door(cast("Any", running), script, int(time.monotonic() * 1000))
    process.kill()
    process.wait()


def kiosk_of(door: Door) -> Running:
    """Return the process behind a door."""
    return cast("Running", door.kiosk)


def is_there(door: Door) -> bool:
    """Say whether the kiosk shows its page."""
    try:
        return 'data-action="no_code"' in door.page()
    except OSError:
        return False


def greet(door: Door, guest: Invited, wait_until: Wait) -> None:
    """Let a guest hold their letter up, and be greeted."""
    door.hold(guest.invitation.code)
    wait_until(lambda: guest.guest.salutation.zh in door.page())


def type_in(door: Door, text: str) -> None:
    """Let a guest without a code type."""
    door.touch("no_code")
    door.touch("enter", text)


def rows(folder: Path, query: str) -> list[Any]:
    """Ask the kiosk's file, as a thief would."""
    connection = sqlite3.connect(f"file:{folder / 'data' / 'kiosk.sqlite3'}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)  # the hub's database is not what is stolen
def test_no_byte_of_a_stolen_kiosk_names_a_guest(
    house: House, door: Door, printer: FakePrinter, wait_until: Wait
) -> None:
    """Everybody on its list, greeted or not, with and without network; killed in the middle, its outbox full."""
    guests = house.guests()
    asked = next(one for one in house.cast.guests if one.guest.name == "许知洋")
    folder = kiosk_of(door).folder
    ballast = folder / "data" / "ballast"
    wait_until(lambda: is_there(door))
    began = time.time()
    wait_until(lambda: len(rows(folder, "SELECT 1 FROM roster WHERE kind = 'guest'")) >= len(guests))
    type_in(door, "XUZY")
    wait_until(lambda: "许**" in door.page())
    door.touch("choose", "0")
    wait_until(lambda: door.shows("welcome"))
    for guest in guests[:2]:
        greet(door, guest, wait_until)
    wait_until(lambda: printer.slips)
    door.hold(house.cast.foreign[0])
    wait_until(lambda: door.shows("foreign"))
    type_in(door, "QQQZ")
    wait_until(lambda: 'data-action="walk_in"' in door.page())
    door.touch("walk_in")
    door.touch("enter", WALK_IN)
    door.touch("enter", NUMBER)
    assert house.hub.broker is not None
    house.hub.broker.stop()
    for guest in guests[3:5]:
        greet(door, guest, wait_until)
    waiting = "SELECT 1 FROM events WHERE answered_at IS NULL"
    wait_until(lambda: len(rows(folder, waiting)) >= 2)
    process = kiosk_of(door).process
    process.send_signal(signal.SIGKILL)
    process.wait(WAIT_S)

    disk = [path for path in folder.rglob("*") if path.is_file() and path != ballast]
    assert ballast.stat().st_mtime < began, "random bytes since before the first guest, in which a short name may stand"
    assert (folder / "data" / "kiosk.sqlite3-wal").stat().st_size > 0, "its log was not folded in: it is searched too"
    assert len(house.cast.guests) > MANY
    title = house.cast.meeting.title
    assert traces(disk, [title.zh]), "a search that finds nothing shows nothing: what a meeting is called is no secret"
    secret = {WALK_IN, NUMBER} | {text for one in house.cast.guests for text in texts_of(one)}
    assert traces(disk, {text for text in secret if text not in title.zh and text not in title.en}) == set()
    ids = {one.invitation.id for one in house.cast.guests}
    slips = {row[0] for row in rows(folder, "SELECT invitation FROM slips")}
    assert slips, "a slip came out: it is written down whose"
    found = {text for _, text in traces(disk, ids)}
    assert slips <= found, "a search that finds nothing shows nothing"
    # The kill may fall between a slip's bytes and its commit: they are on the disk, and no row of the table yet.
    greeted = {one.invitation.id for one in (asked, *guests[:2], *guests[3:5])}
    assert found <= greeted, "only of those whose slip was due here, and opaque"


def texts_of(one: Invited) -> set[str]:
    """Return what could tell who a guest is."""
    guest, invitation = one.guest, one.invitation
    said = {guest.name, guest.salutation.zh, guest.salutation.en, guest.company, guest.phone, guest.email}
    return {text for text in said | {invitation.code, invitation.host} if text}


PLAIN = "王建国 QVIST"


@pytest.mark.parametrize(
    "written",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("gb18030"),
        json.dumps({"name": PLAIN}).encode(),
        base64.b64encode(b"x" + PLAIN.encode() + b"xyz"),
        base64.urlsafe_b64encode(b"xx" + PLAIN.encode()),
        PLAIN.encode().hex().encode(),
        b"junk" + gzip.compress(PLAIN.encode()) + b"junk",
        b"junk" + zlib.compress(PLAIN.encode()),
    ],
    ids=["utf-8", "utf-16", "gb18030", "json", "base64", "base64 of urls", "hex", "gzip", "zlib"],
)
def test_the_search_finds_a_name_however_it_is_written(written: bytes, tmp_path: Path) -> None:
    """Else it would show nothing."""
    (tmp_path / "file").write_bytes(b"before" + written + b"after")
    assert traces([tmp_path / "file"], [PLAIN, "李小梅"]) == {("file", PLAIN)}
