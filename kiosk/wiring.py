"""The only place that chooses a kiosk's real things: camera, clock, ids, link, files."""

import signal
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.camera import Camera
from devices.clock import SystemClock
from devices.contract.messages import Answer, DeviceInfo, Need
from devices.contract.topics import Leaf, hub_state
from devices.fake.camera import FollowedScript, SceneCamera, SceneStyle
from devices.ids import uuid7
from devices.link import MqttLink
from devices.pi.camera import DeviceCamera, FolderCamera, VideoCamera
from devices.pi.machine import boot_id, cpu_celsius, free_disk_mb
from devices.pi.time_sync import is_clock_set
from devices.ports import Clock, LinkSettings
from devices.server import WebServer
from devices.texts import Texts
from kiosk import screen
from kiosk.ballast import Ballast
from kiosk.board import ScreenBoard
from kiosk.config import CameraConfig, CameraKind, ClockTrust, DeviceSecret, KioskConfig, OutboxConfig
from kiosk.database import Database
from kiosk.decode import Decoder
from kiosk.fitting import Around, Fittings
from kiosk.identity import Identity
from kiosk.loop import Loop
from kiosk.outbox import Bounds, Outbox
from kiosk.pulse import Health
from kiosk.reception import Reception
from kiosk.roster import Roster
from kiosk.steady_clock import SteadyClock
from kiosk.uplink import Uplink
from kiosk.web import create_app
from kiosk.web.bell import Bell

SOFTWARE = "yingbin-kiosk 0.1.0"
_TEXTS = Path(__file__).parent / "texts"
_WEB_THREADS = 8
_FINISH_S = 3.0


class Kiosk:
    """One running check-in point."""

    def __init__(self, config: KioskConfig, secret: DeviceSecret) -> None:
        """Put the parts together; nothing runs before ``start``."""
        self._config = config
        machine_clock = SystemClock(timedelta(seconds=config.clock.offset_s))
        always = config.clock.trust is ClockTrust.ALWAYS
        self._clock = clock = SteadyClock(machine_clock, (lambda: True) if always else is_clock_set)
        self._identity = Identity(
            site=config.site,
            device=config.device,
            door=config.door,
            boot=uuid7(),
            clock=clock,
            new_id=uuid7,
            synced=clock.trusted,
            machine=boot_id(),
            hear_time=clock.hear,
        )
        self._database = Database(config.data / "kiosk.sqlite3", Ballast(config.data / "ballast"))
        self._outbox = outbox = Outbox(self._database, self._identity.boot, _bounds(config.outbox))
        self._roster = roster = Roster(self._database)
        board = ScreenBoard(screen.idle(config.screen.language), clock)
        texts = Texts.load(_TEXTS)
        self._stopping = threading.Event()
        self._uplink = Uplink(
            self._identity,
            outbox,
            roster,
            health=self._health,
            on_late=self._late,
            info=self._info,
        )
        bell = Bell(self._uplink.call_staff, clock)
        around = Around(
            board=board,
            roster=roster,
            database=self._database,
            clock=clock,
            texts=texts,
            call_staff=lambda: board.cover(screen.staff_called(reached=bell.ring())),
        )
        self._fittings = Fittings(config, around)
        wait_s = config.screen.hub_wait_ms / 1000
        reception = Reception(
            self._identity,
            roster,
            outbox,
            lookup_key=bytes.fromhex(secret.lookup_key),
            ask=lambda event: self._uplink.ask(event, wait_s),
            hub_reachable=lambda: self._uplink.hub_reachable,
            tell=self._fittings.tell,
        )
        camera = _camera_opener(config.camera, clock, self._stopping.wait)
        self._loop = Loop(self._identity, camera, Decoder(), reception, board, roster)
        self._link = MqttLink(self._link_settings(secret), self._uplink.received, self._uplink.connected)
        self._uplink.attach(self._link)
        app = create_app(
            board,
            call_staff=bell.ring,
            hub_connected=lambda: self._uplink.hub_reachable,
            needs=self._needs,
            texts=texts,
            clock=clock,
            zone=ZoneInfo(config.clock.zone),
        )
        self._server = WebServer(app, "127.0.0.1", config.screen.port, _WEB_THREADS)
        self._looking = threading.Thread(target=self._loop.run, name="loop", daemon=True)

    @property
    def address(self) -> str:
        """Return the address of the page, once started."""
        return f"http://127.0.0.1:{self._server.port}/"

    def start(self) -> None:
        """Open the database, then begin to show, to look and to talk. Raises sqlite3.Error, OSError, DeviceError."""
        self._database.open()
        self._server.start()
        self._uplink.start()
        self._link.start()
        self._fittings.start()
        self._looking.start()

    def stop(self) -> None:
        """End in good order: no new scan, a clean good-bye, the database closed."""
        self._stopping.set()
        self._loop.stop()
        self._fittings.stop()
        if self._looking.is_alive():
            self._looking.join(5)
            self._uplink.finish(_FINISH_S)
        self._uplink.stop()
        self._link.stop()
        self._server.stop()
        self._database.close()

    def _link_settings(self, secret: DeviceSecret) -> LinkSettings:
        identity, broker = self._identity, self._config.broker
        return LinkSettings(
            host=broker.host,
            port=broker.port,
            client_id=identity.device,
            username=identity.device,
            password=secret.password,
            tls_ca=broker.tls_ca,
            state_topic=identity.topic(Leaf.STATE),
            presence=identity.presence,
            subscriptions=(
                (identity.topic(Leaf.DOWN_REPLY), 1),
                (identity.topic(Leaf.DOWN_ROSTER), 1),
                (identity.topic(Leaf.DOWN_COMMAND), 1),
                (hub_state(identity.site), 1),
            ),
        )

    def _health(self) -> Health:
        return replace(
            self._loop.health(),
            cpu_c=cpu_celsius(),
            disk_free_mb=free_disk_mb(self._config.data),
            needs=self._needs(),
        )

    def _needs(self) -> tuple[Need, ...]:
        """Return what a person must see to, the most urgent first. Never raises: the page asks too."""
        try:
            filling = self._outbox.filling()
        except sqlite3.Error:
            filling = False
        found = {
            Need.DISK_FULL: self._database.lacks_room,
            Need.OUTBOX_FILLING: filling,
            Need.DATABASE_DAMAGED: self._database.damaged,
            Need.CLOCK_WRONG: self._clock.wrong,
        }
        return (*(need for need, present in found.items() if present), *self._fittings.needs())

    def _late(self, answer: Answer) -> None:
        self._loop.late(answer)

    def _info(self) -> DeviceInfo:
        kind = self._config.camera.kind
        return DeviceInfo(
            **self._identity.stamp(),
            kind="kiosk",
            model=f"{kind} camera",
            software=SOFTWARE,
            capabilities=("qr", *self._fittings.names()),
        )


def _bounds(config: OutboxConfig) -> Bounds:
    return Bounds(unanswered=config.unanswered, answered=config.answered, kept=timedelta(days=config.kept_days))


def run_until_signal(kiosk: Kiosk) -> None:
    """Run until SIGTERM or SIGINT, then stop in good order."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        kiosk.start()
        over.wait()
    finally:
        kiosk.stop()


def _camera_opener(config: CameraConfig, clock: Clock, wait: Callable[[float], object]) -> Callable[[], Camera]:
    """Return what opens the configured camera (anew, each time it was lost)."""
    source = config.source
    if config.kind is CameraKind.DEVICE:
        return lambda: DeviceCamera(int(source) if source.isdigit() else source)
    if config.kind is CameraKind.VIDEO:
        return lambda: VideoCamera(Path(source))
    if config.kind is CameraKind.FOLDER:
        return lambda: FolderCamera(Path(source))
    camera = SceneCamera(FollowedScript(Path(source)), clock, wait, style=SceneStyle(fps=config.frames_per_s))
    return lambda: camera
