"""The only place that chooses a kiosk's real things: camera, clock, ids, link, files."""

import logging
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.announcing import Nameplate
from devices.camera import Camera
from devices.clock import SystemClock
from devices.contract.messages import Answer, DeviceInfo, Need, RequestAnswer
from devices.contract.topics import Leaf, hub_state
from devices.fake.speech import SilentSpeaker
from devices.ids import uuid7
from devices.link import MqttLink
from devices.pi.machine import boot_id, cpu_celsius, free_disk_mb, give_back_memory, memory_mb, share_heaps, strain
from devices.pi.speech import AplaySpeaker, EspeakVoice
from devices.pi.time_sync import is_clock_set
from devices.ports import LinkSettings
from devices.renewing import Renewal
from devices.server import WebServer
from devices.station import station_link
from devices.texts import Texts
from kiosk import screen
from kiosk.announcement import announcement_of
from kiosk.ballast import Ballast
from kiosk.board import ScreenBoard
from kiosk.care import probes
from kiosk.care.heat import Heat
from kiosk.care.service import Service
from kiosk.care.signs import Part
from kiosk.care.watchdog import Watchdog, WatchedCamera
from kiosk.config import (
    ClockTrust,
    DeviceSecret,
    KioskConfig,
    OutboxConfig,
    SpeechConfig,
    SpeechKind,
)
from kiosk.database import Database
from kiosk.decode import Decoder
from kiosk.evacuation import Evacuation
from kiosk.fitting import Around, Fittings
from kiosk.identity import Identity
from kiosk.journey import Journey
from kiosk.loop import Loop
from kiosk.openers import camera_opener, scanner_opener
from kiosk.outbox import Bounds, Outbox
from kiosk.preferences import Preferences
from kiosk.profiles import px_per_mm
from kiosk.pulse import Health
from kiosk.reception import Reception
from kiosk.roster import Roster
from kiosk.scanning import Scanning
from kiosk.screenshots import Screenshots
from kiosk.speech import Speech
from kiosk.steady_clock import SteadyClock
from kiosk.uplink import Uplink
from kiosk.usage import UsageMeter
from kiosk.web import Glass, create_app
from kiosk.web.alive import PageLife

_log = logging.getLogger(__name__)

try:
    _VERSION = version("yingbin")
except PackageNotFoundError:
    _VERSION = "from a checkout"
SOFTWARE = f"yingbin-kiosk {_VERSION}"
_RELEASE = Path(sys.prefix).resolve().name
"""The environment this program runs from, for whoever switched to it (kiosk/care/releases.py)."""

_TEXTS = Path(__file__).parent / "texts"
_WEB_THREADS = 8
_FINISH_S = 3.0
_HEAPS = 2
_THRIFT_S = 20.0
"""Pictures come and go all the time; so often what they leave behind in the heaps is given back. It takes some ms."""

_PAGE_LOST_S = 30.0
"""A page that is silent for longer was not revived by its browser's keeper: a person must look."""


class Kiosk:
    """One running check-in point."""

    def __init__(self, config: KioskConfig, secret: DeviceSecret) -> None:
        """Put the parts together; nothing runs before ``start``."""
        self._config = config
        speed = config.clock.speed
        machine_clock = SystemClock.of(config.clock.offset_s, speed, config.clock.since_s)
        if speed != 1:
            _log.warning("the clock runs %g times as fast: for demonstrations and rehearsals, not for guests", speed)
        always = config.clock.trust is ClockTrust.ALWAYS
        self._clock = clock = SteadyClock(machine_clock, (lambda: True) if always else is_clock_set, speed)
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
            speed=speed,
        )
        self._database = Database(config.data / "kiosk.sqlite3", Ballast(config.data / "ballast"))
        self._outbox = outbox = Outbox(self._database, self._identity.boot, _bounds(config.outbox))
        self._roster = roster = Roster(self._database, config.house_key or secret.house_key)
        house = Preferences(theme=config.screen.theme, volume=config.speech.volume)
        usage = UsageMeter(clock.monotonic_ms)

        def shown(on_screen: screen.Screen, at_ms: int) -> None:
            guest = not on_screen.kind.waits and on_screen.kind is not screen.Kind.EVACUATE
            usage.shows(guest=guest, at_ms=at_ms)

        board = ScreenBoard(screen.idle(config.screen.language), clock, house, shown)
        texts = Texts.load(_TEXTS)
        self._stopping = threading.Event()
        self._page_life = PageLife(clock)
        screenshots = Screenshots(self._identity, board, self._page_life.drawn)
        self._evacuation = Evacuation(self._database, roster.places, board.stand, config.screen.language)
        self._uplink = Uplink(
            self._identity,
            outbox,
            roster,
            health=self._health,
            on_late=self._late,
            info=self._info,
            on_news=self._news,
            on_hub=self._evacuation.hear,
            on_roster=self._evacuation.show,
            screenshots=screenshots,
            announcement=announcement_of(_plate(config), wanted=config.discovery),
        )
        around = Around(
            board=board,
            roster=roster,
            database=self._database,
            clock=clock,
            texts=texts,
            call_staff=self._call_staff,
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
        self.new_camera = camera_opener(config.camera, clock, self._stopping.wait)
        self._heat = Heat()
        self._began_ms = clock.monotonic_ms()
        tried = {
            Part.PAGE: probes.page(lambda: self._server.port),
            Part.DATABASE: probes.database(self._database, clock),
        }
        self._watchdog = Watchdog(Service(), clock, tried, self._status)
        self._journey = Journey(self._identity, board, roster, reception, self._uplink.request, reception.group_of)
        self._loop = Loop(
            self._identity,
            self._open_camera,
            Decoder(),
            reception,
            board,
            roster,
            divert=self._journey.scanned,
            shown=self._journey.shown,
            scanner_works=lambda: self._scanning is not None and self._scanning.works,
            usage=usage,
        )
        self.new_scanner = scanner_opener(config.scanner, self._stopping.wait)
        self._scanning = Scanning(self.new_scanner, self._loop.seen, clock) if self.new_scanner else None
        self._link = MqttLink(self.link_settings(secret.password), self._uplink.received, self._uplink.connected)
        self._uplink.attach(self._link)
        self._renewal = Renewal(config.broker, SystemClock())
        app = create_app(
            board,
            press=self._journey.press,
            hub_connected=lambda: self._uplink.hub_reachable,
            needs=self._needs,
            texts=texts,
            clock=clock,
            zone=ZoneInfo(config.clock.zone),
            life=self._page_life,
            health=self._for_the_machine,
            glass=Glass(
                px_per_mm=px_per_mm(config.screen.profile, config.screen.px_per_mm),
                lower_controls=config.screen.lower_controls,
            ),
            speech=_speech(config.speech, board, texts, self._stopping.wait),
            phone=config.screen.phone,
            pictures=screenshots,
            speed=speed,
        )
        self._server = WebServer(app, "127.0.0.1", config.screen.port, _WEB_THREADS)
        self._looking = [threading.Thread(target=self._loop.run, name="loop", daemon=True)]
        if self._scanning:
            self._looking.append(threading.Thread(target=self._scanning.run, name="scanner", daemon=True))

    @property
    def address(self) -> str:
        """Return the address of the page, once started."""
        return f"http://127.0.0.1:{self._server.port}/"

    def start(self) -> None:
        """Open the database, then begin to show, to look and to talk. Raises sqlite3.Error, OSError, DeviceError."""
        share_heaps(_HEAPS)
        self._database.open()
        self._evacuation.recall()
        self._server.start()
        self._uplink.start()
        self._link.start()
        self._fittings.start()
        for thread in self._looking:
            thread.start()
        self._watchdog.start()
        self._renewal.start()
        threading.Thread(target=self._save_memory, name="thrift", daemon=True).start()

    def stop(self) -> None:
        """End in good order: no new scan, a clean good-bye, the database closed."""
        self._watchdog.stop()
        self._renewal.stop()
        self._stopping.set()
        self._loop.stop()
        self._fittings.stop()
        if self._scanning:
            self._scanning.stop()
        looking = [thread for thread in self._looking if thread.is_alive()]
        for thread in looking:
            thread.join(5)
        if looking:
            self._uplink.finish(_FINISH_S)
        self._uplink.stop()
        self._link.stop()
        self._server.stop()
        self._database.close()

    def link_settings(self, password: str) -> LinkSettings:
        """Return how this kiosk speaks to the broker."""
        identity = self._identity
        hears = [(identity.topic(leaf), 1) for leaf in (Leaf.DOWN_REPLY, Leaf.DOWN_ROSTER, Leaf.DOWN_COMMAND)]
        return station_link(identity, self._config.broker, password, [*hears, (hub_state(identity.site), 1)])

    def _save_memory(self) -> None:
        while not self._stopping.wait(_THRIFT_S):
            give_back_memory()

    def _health(self) -> Health:
        strained = strain()
        return replace(
            self._loop.health(),
            cpu_c=cpu_celsius(),
            disk_free_mb=free_disk_mb(self._config.data),
            memory_mb=memory_mb(),
            page_s=self._page_life.last_s if self._config.browser.expected else None,
            up_s=(self._clock.monotonic_ms() - self._began_ms) // 1000,
            power_low=strained.power_low if strained else None,
            slowed=strained.slowed if strained else None,
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
            Need.CAMERA_LOST: self._loop.eye_lost,
            Need.SCANNER_LOST: self._scanning is not None and self._scanning.lost,
            Need.CLOCK_WRONG: self._clock.wrong,
            Need.OVERHEATED: self._heat.feel(cpu_celsius(), hot=bool((strained := strain()) and strained.hot)),
            Need.PAGE_LOST: self._config.browser.expected and self._page_life.silent_s > _PAGE_LOST_S,
        }
        return (*(need for need, present in found.items() if present), *self._fittings.needs())

    def _open_camera(self) -> Camera:
        return WatchedCamera(self.new_camera(), lambda: self._watchdog.heard(Part.CAMERA))

    def _for_the_machine(self) -> dict[str, object]:
        """Tell what the keepers of this machine ask: the browser's, the update's, the self-check."""
        seen = self._loop.health()
        return {
            "camera": seen.camera_ok,
            "frames_per_s": round(seen.frames_per_s, 1),
            "software": SOFTWARE,
            "release": _RELEASE,
        }

    def _status(self) -> str:
        """Say in one line how the kiosk is, for the service manager."""
        seen = self._loop.health()
        camera = f"{seen.frames_per_s:.0f} pictures a second" if seen.camera_ok else "no camera"
        hub = "with the hub" if self._uplink.hub_reachable else "without the hub"
        return f"{camera}, {hub}, page seen {self._page_life.silent_s:.0f} s ago"

    def _news(self, answer: RequestAnswer) -> None:
        self._journey.news(answer)

    def _call_staff(self) -> None:
        self._journey.call()

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


def _plate(config: KioskConfig) -> Nameplate:
    """Write the kiosk's nameplate, in the house's own language."""
    door = config.door.zh if config.screen.language == "zh" else config.door.en
    return Nameplate(
        site=config.site, device=config.device, name=f"{door} ({config.device})", model="kiosk", software=SOFTWARE
    )


def _bounds(config: OutboxConfig) -> Bounds:
    return Bounds(unanswered=config.unanswered, answered=config.answered, kept=timedelta(days=config.kept_days))


def speech_problem(config: SpeechConfig) -> str:
    """Return why screens are not read aloud and what to do about it, for a self-check; empty when they are, or off."""
    if config.kind is SpeechKind.OFF:
        return ""
    speaker = "" if config.kind is SpeechKind.SIMULATED else AplaySpeaker(config.device).problem
    return EspeakVoice().problem or speaker


def _speech(config: SpeechConfig, board: ScreenBoard, texts: Texts, wait: Callable[[float], object]) -> Speech | None:
    if config.kind is SpeechKind.OFF:
        return None
    problem = speech_problem(config)
    if problem:
        _log.warning("the button that reads aloud is not shown: %s", problem)
        return None
    speaker = SilentSpeaker(wait) if config.kind is SpeechKind.SIMULATED else AplaySpeaker(config.device)
    warning = {language: texts("warning.ask", language) for language in screen.LANGUAGES}
    return Speech(EspeakVoice(), speaker, board, warning)


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
