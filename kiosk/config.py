"""The settings of one kiosk (kiosk.toml; every one is explained in firmware_config/kiosk/kiosk.toml)."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from devices.contract.cards import Words
from devices.contract.fields import DeviceId
from devices.contract.limits import Number, Text
from devices.settings import BadSettings, Mistake, load
from kiosk.badges.settings import PrinterConfig
from kiosk.hands.settings import HandsConfig

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


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerConfig:
    """The way to the hub. ``secret`` is the file the hub made for this device; ``tls_ca`` a CA's certificate."""

    secret: Path
    host: Annotated[str, Text(253)] = "127.0.0.1"
    port: Annotated[int, Number(1, 65_535)] = 1884
    tls_ca: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenConfig:
    """The page, on this machine's own loopback only; port 0 takes a free one."""

    port: Port = 8780
    language: Language = "zh"
    hub_wait_ms: Annotated[int, Number(0, 2_000)] = 250


class ClockTrust(StrEnum):
    """Whether the wall clock may turn a guest away: ``kernel`` asks whether a time service holds it."""

    KERNEL = "kernel"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockConfig:
    """The clock. ``zone`` is the venue's; ``offset_s`` moves time in demos and drills: 0 in a real house."""

    zone: Annotated[str, Text(64, pattern=r"[A-Za-z0-9_+/-]+")] = "Asia/Shanghai"
    trust: ClockTrust = ClockTrust.KERNEL
    offset_s: Annotated[float, Number(-1e9, 1e9)] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxConfig:
    """How many check-ins are held: those the hub has not answered, and answered ones, which are kept some days."""

    unanswered: Annotated[int, Number(1_000, 2_000_000)] = 200_000
    answered: Annotated[int, Number(0, 2_000_000)] = 200_000
    kept_days: Annotated[int, Number(1, 60)] = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskConfig:
    """One check-in point: who it is, at which door, and what it works with."""

    site: DeviceId
    device: DeviceId
    door: Words
    broker: BrokerConfig
    data: Path = Path("/var/lib/yingbin-kiosk")
    camera: CameraConfig = field(default_factory=CameraConfig)
    screen: ScreenConfig = field(default_factory=ScreenConfig)
    clock: ClockConfig = field(default_factory=ClockConfig)
    outbox: OutboxConfig = field(default_factory=OutboxConfig)
    hands: HandsConfig = field(default_factory=HandsConfig)
    printer: PrinterConfig = field(default_factory=PrinterConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSecret:
    """What the hub gives each device: its password, and the venue's key for the hashes of codes (hex)."""

    password: Annotated[str, Text(200)] = field(repr=False)
    lookup_key: Annotated[str, Text(128, pattern="(?:[0-9a-f]{2}){16,64}")] = field(repr=False)


def read_config(path: Path) -> tuple[KioskConfig, DeviceSecret]:
    """Read a kiosk's settings and its secret. Raises BadSettings with every mistake."""
    config = load(path, KioskConfig)
    try:
        ZoneInfo(config.clock.zone)
    except (ZoneInfoNotFoundError, ValueError):
        problem = f"{config.clock.zone!r} is no IANA time zone; write one such as Asia/Shanghai"
        raise BadSettings(path, [Mistake("clock.zone", problem)]) from None
    if not config.broker.secret.is_file():
        problem = f"no file at {config.broker.secret}; copy it from the hub's devices folder"
        raise BadSettings(path, [Mistake("broker.secret", problem)])
    if mistakes := [*config.hands.mistakes(), *config.printer.mistakes()]:
        raise BadSettings(path, mistakes)
    return config, load(config.broker.secret, DeviceSecret)
