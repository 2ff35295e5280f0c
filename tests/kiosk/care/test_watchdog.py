"""The watchdog over real parts that are really stuck, told to a real datagram socket. Only the clock is ours."""

import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from devices.camera import Camera, CameraLost, Frame
from devices.server import WebServer
from devices.texts import Texts
from kiosk import screen
from kiosk.ballast import Ballast
from kiosk.board import ScreenBoard
from kiosk.care import probes, watchdog
from kiosk.care.probes import DURABLE_MS
from kiosk.care.service import Service
from kiosk.care.signs import BOUNDS_MS, Part
from kiosk.care.watchdog import Watchdog, WatchedCamera
from kiosk.database import Database
from kiosk.web import create_app
from tests.kiosk.test_ballast import fill

THREADS = 4
TEXTS = Path(watchdog.__file__).parents[1] / "texts"
WaitUntil = Callable[[Callable[[], object]], None]


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.ms = 1_000

    def now(self) -> datetime:
        """Return the wall time."""
        return datetime.fromtimestamp(self.ms / 1000, UTC)

    def monotonic_ms(self) -> int:
        """Return milliseconds since boot."""
        return self.ms


class House:
    """A camera's loop, a page's server and a database, watched; each can be made to hang."""

    def __init__(self, folder: Path, address: str) -> None:
        self.clock = Hand()
        self.hold = threading.Event()
        self.over = threading.Event()
        self.lost = False
        self.stuck: list[str] = []
        self.callers: list[socket.socket] = []
        self.database = Database(folder / "kiosk.sqlite3", Ballast(folder / "ballast", 1 << 20))
        self.database.open()
        board = ScreenBoard(screen.idle(), self.clock)
        app = create_app(
            board,
            press=lambda _version, _pressed: self._hang(),
            hub_connected=lambda: True,
            texts=Texts.load(TEXTS),
            clock=self.clock,
            zone=ZoneInfo("Asia/Shanghai"),
        )

        @app.get("/slow")
        def slow() -> str:
            self._hang()
            return "at last"

        self.server = WebServer(app, "127.0.0.1", 0, THREADS)
        self.server.start()
        environment = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "150000"}
        self.watchdog = Watchdog(
            Service(environment),
            self.clock,
            {
                Part.PAGE: probes.page(lambda: self.server.port),
                Part.DATABASE: probes.database(self.database, self.clock),
            },
            lambda: "well",
        )
        self.looking = threading.Thread(target=self._look, daemon=True)
        self.looking.start()
        self.watchdog.start()

    def _hang(self) -> bool:
        self.stuck.append(threading.current_thread().name)
        self.hold.wait(60)
        return True

    def _look(self) -> None:
        while not self.over.wait(0.02):
            camera: Camera = WatchedCamera(self, lambda: self.watchdog.heard(Part.CAMERA))
            try:
                while not self.over.wait(0.02):
                    camera.read()
            except CameraLost:
                camera.close()

    def read(self) -> Frame | None:
        """Be a camera: one that hangs, one that is lost, or one that works."""
        if self.lost:
            raise CameraLost("unplugged")
        if self.hanging:
            self._hang()
        return np.zeros((2, 2, 3), np.uint8)

    hanging = False

    def close(self) -> None:
        """Give nothing back."""

    def heard(self, part: Part) -> int:
        """Return when a part was last heard."""
        return self.watchdog._heard_ms[part]

    def pass_time(self, wait_until: WaitUntil, living: set[Part]) -> None:
        """Let twice every bound pass, in steps in which each living part is heard."""
        for _ in range(2 * max(BOUNDS_MS.values()) // 10_000 + 1):
            self.clock.ms += 10_000
            wait_until(lambda: all(self.heard(part) == self.clock.ms for part in living))

    def stop(self) -> None:
        """End everything."""
        self.over.set()
        self.hold.set()
        self.watchdog.stop()
        self.looking.join(5)
        for caller in self.callers:
            caller.close()
        self.server.stop()
        self.database.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """Listen as systemd does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(0.5)
        yield listening


@pytest.fixture
def house(tmp_path: Path, manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Give a house whose parts are tried every few milliseconds."""
    monkeypatch.setattr(watchdog, "PROBE_S", 0.02)
    made = House(tmp_path, manager.getsockname())
    yield made
    made.stop()


def is_fed(manager: socket.socket) -> bool:
    """Throw away what was said so far, then say whether the watchdog is fed within ten of its turns."""
    manager.setblocking(False)  # noqa: FBT003 - the socket's own way to say it
    try:
        while True:
            manager.recv(4096)
    except BlockingIOError:
        manager.settimeout(0.5)
    try:
        return any(b"WATCHDOG=1" in manager.recv(4096) for _ in range(10))
    except TimeoutError:
        return False


def test_while_all_parts_live_the_watchdog_is_fed(house: House, manager: socket.socket, wait_until: WaitUntil) -> None:
    """First that the start is over, then again and again with a line on how things are."""
    assert manager.recv(4096) == b"READY=1"
    house.pass_time(wait_until, set(Part))
    assert is_fed(manager)


def hang_camera(house: House) -> Part:
    """Let the camera's driver never return."""
    house.hanging = True
    return Part.CAMERA


def close_database(house: House) -> Part:
    """Let every use of the database raise."""
    house.database.close()
    return Part.DATABASE


def hang_database(house: House) -> Part:
    """Let a thread that waits for its disk keep the database to itself."""

    def sit() -> None:
        with house.database.read():
            house._hang()

    threading.Thread(target=sit, daemon=True).start()
    return Part.DATABASE


def fill_the_pool(house: House) -> Part:
    """Occupy every thread of the page's server."""
    for _ in range(THREADS):
        connection = socket.create_connection(("127.0.0.1", house.server.port))
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        house.callers.append(connection)
    return Part.PAGE


@pytest.mark.parametrize(
    ("block", "threads"), [(hang_camera, 1), (close_database, 0), (hang_database, 1), (fill_the_pool, THREADS)]
)
def test_one_stuck_part_ends_the_feeding_within_its_bound(
    house: House, manager: socket.socket, wait_until: WaitUntil, block: Callable[[House], Part], threads: int
) -> None:
    """A camera that hangs, a database that raises or hangs, a page without a free thread."""
    assert is_fed(manager)
    part = block(house)
    others = set(Part) - {part}
    wait_until(lambda: len(house.stuck) == threads)
    wait_until(lambda: _is_silent(house, part))
    for _ in range(BOUNDS_MS[part] // 5_000 + 1):
        house.clock.ms += 5_000
        wait_until(lambda: all(house.heard(other) == house.clock.ms for other in others))
    assert not is_fed(manager)
    assert f"stuck: {part}".encode() in manager.recv(4096)


def _is_silent(house: House, part: Part) -> bool:
    house.clock.ms += 1
    now_ms = house.clock.ms
    threading.Event().wait(0.2)
    return house.heard(part) < now_ms


def test_a_lost_camera_is_no_reason_to_restart(house: House, manager: socket.socket, wait_until: WaitUntil) -> None:
    """Its loop lives and tries again; a person is called, and a restart would not plug it in."""
    house.lost = True
    house.pass_time(wait_until, set(Part))
    assert is_fed(manager)


def test_a_full_disk_is_no_reason_to_restart(
    small_disk: Path, manager: socket.socket, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hourly write fails for want of room only: staff are told of that already."""
    monkeypatch.setattr(watchdog, "PROBE_S", 0.02)
    house = House(small_disk, manager.getsockname())
    try:
        (small_disk / "ballast").unlink()
        fill(small_disk)
        with pytest.raises(sqlite3.Error):
            probes._write(house.database)
        house.clock.ms += DURABLE_MS
        house.watchdog.heard(Part.CAMERA)
        house.pass_time(wait_until, set(Part))
        assert is_fed(manager)
    finally:
        house.stop()


def test_the_hourly_write_goes_through_to_the_disk_and_changes_nothing(tmp_path: Path) -> None:
    """One page in the write-ahead log, and not one more before the hour is over."""
    clock, path = Hand(), tmp_path / "kiosk.sqlite3"
    database = Database(path)
    database.open()
    probe = probes.database(database, clock)
    log = path.with_name(f"{path.name}-wal")
    before = log.stat().st_size
    probe()
    assert log.stat().st_size == before
    clock.ms += DURABLE_MS
    probe()
    probe()
    assert 0 < log.stat().st_size - before <= 4_096 + 24 + 32
    database.close()


def test_a_disk_that_takes_nothing_is_seen_by_the_hourly_write(tmp_path: Path) -> None:
    """A file system that went read-only after a fault: reading goes on as if nothing were wrong."""
    clock = Hand()
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    probe = probes.database(database, clock)
    with database.read() as connection:
        connection.execute("PRAGMA query_only=ON")
    probe()
    clock.ms += DURABLE_MS
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        probe()
    database.close()
