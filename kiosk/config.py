"""The settings of one kiosk (kiosk.toml; every one is explained in firmware_config/kiosk/kiosk.toml)."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from devices.clock import FASTEST, SLOWEST, speed_problem
from devices.contract.cards import Words
from devices.contract.fields import DeviceId
from devices.contract.limits import Number, Text
from devices.joined import KIOSKS, in_place_of
from devices.settings import BadSettings, Mistake, load
from devices.station import BrokerConfig
from kiosk.badges.settings import PrinterConfig
from kiosk.hands.settings import HandsConfig
from kiosk.preferences import LOUDEST, Theme
from kiosk.profiles import LEAST_PX_PER_MM, Profile

Language = Annotated[str, Text(2, pattern="zh|en")]
Port = Annotated[int, Number(0, 65_535)]


class CameraKind(StrEnum):
    """Where the pictures come from."""

    DEVICE = "device"
    VIDEO = "video"
    FOLDER = "folder"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraConfig:
    """The eye. ``source``: a device number or path, a video file, a folder of images, or a script of holds.

    ``frames_per_s`` is for a simulated camera; a real one gives what it can.
    """

    kind: CameraKind = CameraKind.DEVICE
    source: Annotated[str, Text(500)] = "0"
    frames_per_s: Annotated[int, Number(1, 60)] = 15


class ScannerKind(StrEnum):
    """Whether a code scanner stands beside the camera."""

    NONE = "none"
    DEVICE = "device"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerConfig:
    """A code scanner that plays a keyboard. ``source``: its path or a pattern, or the file of a simulated one."""

    kind: ScannerKind = ScannerKind.NONE
    source: Path = Path("/dev/input/by-id/usb-*-event-kbd")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenConfig:
    """The page, on this machine's own loopback only; port 0 takes a free one.

    ``profile`` gives the pixels in a millimetre, unless ``px_per_mm`` does (0: it does not). ``phone`` is the house's
    own number.
    """

    port: Port = 8780
    language: Language = "zh"
    hub_wait_ms: Annotated[int, Number(0, 2_000)] = 250
    profile: Profile = Profile.AUTO
    px_per_mm: Annotated[float, Number(0, 40)] = 0.0
    theme: Theme = Theme.LIGHT
    lower_controls: bool = False
    phone: Annotated[str, Text(30, pattern=r"[0-9+() /-]*")] = ""


class SpeechKind(StrEnum):
    """Who hears what is read aloud: ``alsa`` one named output, ``simulated`` nobody; ``off`` shows no button."""

    ALSA = "alsa"
    SIMULATED = "simulated"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechConfig:
    """Screens read aloud on request. ``device`` is the ALSA name of the output; ``volume`` the step to begin with."""

    kind: SpeechKind = SpeechKind.ALSA
    device: Annotated[str, Text(200)] = "plughw:CARD=Headphones"
    volume: Annotated[int, Number(1, LOUDEST)] = 3


class Compositor(StrEnum):
    """What puts the browser on the screen: ``cage`` is started with it; ``none`` where a session is there already."""

    CAGE = "cage"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserConfig:
    """The browser that shows the page, kept by ``python -m kiosk browser``.

    ``expected``: staff are called when no page is seen for 30 s. ``program`` empty: Debian's Chromium. It is started
    anew each night in the hour ``nightly_hour`` of the venue's zone, when nobody stands there; -1 never.
    """

    expected: bool = True
    program: Annotated[str, Text(500)] = ""
    compositor: Compositor = Compositor.CAGE
    nightly_hour: Annotated[int, Number(-1, 23)] = 4
    flags: tuple[str, ...] = ()


class ClockTrust(StrEnum):
    """Whether the wall clock may turn a guest away: ``kernel`` asks whether a time service holds it."""

    KERNEL = "kernel"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockConfig:
    """The clock. ``zone`` is the venue's; ``offset_s`` moves time in demos and drills: 0 in a real house.

    ``speed`` is how many seconds pass in the house in a real one, for rehearsals: 1 in a real house. It runs fast from
    ``since_s``, in Unix seconds. The hub and every kiosk of the house have the same three numbers.
    """

    zone: Annotated[str, Text(64, pattern=r"[A-Za-z0-9_+/-]+")] = "Asia/Shanghai"
    trust: ClockTrust = ClockTrust.KERNEL
    offset_s: Annotated[float, Number(-1e9, 1e9)] = 0.0
    speed: Annotated[float, Number(SLOWEST, FASTEST)] = 1.0
    since_s: Annotated[float, Number(0, 1e11)] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxConfig:
    """How many check-ins are held: those the hub has not answered, and answered ones, which are kept some days."""

    unanswered: Annotated[int, Number(1_000, 2_000_000)] = 200_000
    answered: Annotated[int, Number(0, 2_000_000)] = 200_000
    kept_days: Annotated[int, Number(1, 60)] = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskConfig:
    """One check-in point: who it is, at which door, and what it works with.

    ``discovery``: it announces itself as Home Assistant's MQTT discovery wants it. ``house_key`` (hex) is the public
    half of the key that vouches for the keys of signed codes; empty: the one it was given when it joined, else the
    first that the hub names. ``joined`` is the folder that ``python -m kiosk join`` fills: what it was told there takes
    the place of ``site``, ``device`` and ``broker``.
    """

    site: DeviceId
    device: DeviceId
    door: Words
    broker: BrokerConfig
    data: Path = Path("/var/lib/yingbin-kiosk")
    camera: CameraConfig = field(default_factory=CameraConfig)
    scanner: ScannerConfig = field(default_factory=ScannerConfig)
    screen: ScreenConfig = field(default_factory=ScreenConfig)
    browser: BrowserConfig = field(default_factory=BrowserConfig)
    speech: SpeechConfig = field(default_factory=SpeechConfig)
    clock: ClockConfig = field(default_factory=ClockConfig)
    outbox: OutboxConfig = field(default_factory=OutboxConfig)
    hands: HandsConfig = field(default_factory=HandsConfig)
    printer: PrinterConfig = field(default_factory=PrinterConfig)
    discovery: bool = True
    house_key: Annotated[str, Text(64, pattern="|[0-9a-f]{64}")] = ""
    joined: Path = KIOSKS


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSecret:
    """What the hub gives a device: its password, unless it has a certificate, and the key for hashes of codes (hex).

    ``house_key`` (hex) is the public half of the house's own key, as it was when the device joined.
    """

    password: Annotated[str, Text(200)] = field(default="", repr=False)
    lookup_key: Annotated[str, Text(128, pattern="(?:[0-9a-f]{2}){16,64}")] = field(repr=False)
    house_key: Annotated[str, Text(64, pattern="|[0-9a-f]{64}")] = ""


def read_config(path: Path) -> tuple[KioskConfig, DeviceSecret]:
    """Read a kiosk's settings and its secret. Raises BadSettings with every mistake."""
    config = load(path, KioskConfig, partial(in_place_of, usual=KIOSKS))
    try:
        ZoneInfo(config.clock.zone)
    except (ZoneInfoNotFoundError, ValueError):
        problem = f"{config.clock.zone!r} is no IANA time zone; write one such as Asia/Shanghai"
        raise BadSettings(path, [Mistake("clock.zone", problem)]) from None
    if problem := speed_problem(config.clock.speed, config.clock.since_s):
        raise BadSettings(path, [Mistake("clock.speed", problem)])
    if 0 < config.screen.px_per_mm < LEAST_PX_PER_MM:
        problem = (
            f"{config.screen.px_per_mm} is too few for a screen; divide its width in pixels by that in millimetres"
        )
        raise BadSettings(path, [Mistake("screen.px_per_mm", problem)])
    if mistakes := [*config.broker.mistakes(), *config.hands.mistakes(), *config.printer.mistakes()]:
        raise BadSettings(path, mistakes)
    return config, load(config.broker.secret, DeviceSecret)
