"""The settings of an agent in a room (room.toml; every one is explained in firmware_config/room/room.toml)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

from devices.contract.fields import DeviceId, Key
from devices.contract.limits import Items, Number, Text
from devices.joined import ROOMS, in_place_of
from devices.room.thermostat import Mode
from devices.sensors import Measure
from devices.settings import BadSettings, Mistake, load
from devices.station import BrokerConfig

Pin = Annotated[int, Number(2, 27)]
"""A pin by Broadcom's number. 0 and 1 belong to add-on boards; there are none above 27."""

Handle = Annotated[str, Text(30, pattern="[a-z][a-z0-9_]{0,29}")]
"""What an instrument is called in topics and commands."""

Every = Annotated[float, Number(0.5, 3_600)]
Celsius = Annotated[float, Number(5, 40)]


class PinsKind(StrEnum):
    """Whether the pins are real. Simulated parts only write into the log what they would do."""

    GPIO = "gpio"
    SIMULATED = "simulated"


class Wish(StrEnum):
    """What a button asks for."""

    HELP = "help"
    TEA = "tea"
    TOO_COLD = "too_cold"
    TOO_HOT = "too_hot"


class SensorKind(StrEnum):
    """Which chip it is, or ``file``: a simulated one."""

    DS18B20 = "ds18b20"
    SHT4X = "sht4x"
    BME280 = "bme280"
    MCP3008 = "mcp3008"
    HX711 = "hx711"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyConfig:
    """What makes the device seen or heard in its room when it is told to identify itself."""

    lamp_pin: Pin | None = None
    buzzer_pin: Pin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonSettings:
    """A button between a pin and ground. With ``held`` a press counts when the finger leaves."""

    pin: Pin
    pressed: Wish
    held: Wish | None = None
    hold_s: Annotated[float, Number(0.3, 10)] = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """A relay that stays as it is told."""

    key: Handle
    name: Annotated[str, Text(60)] = ""
    pin: Pin
    active_high: bool = True
    every_s: Every = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorSettings:
    """A sensor. Which of the fields count depends on ``kind``; room.toml says so."""

    key: Handle
    name: Annotated[str, Text(60)] = ""
    kind: SensorKind
    every_s: Every = 15.0
    address: Annotated[str, Text(20, pattern="|[0-9a-f]{2}-[0-9a-f]{12}")] = ""
    bus: Annotated[int, Number(0, 30)] = 1
    i2c: Annotated[int, Number(0, 0x77)] = 0
    channel: Annotated[int, Number(0, 7)] = 0
    select: Annotated[int, Number(0, 1)] = 0
    measure: Measure = Measure.VOLTAGE
    per_volt: Annotated[float, Number(-1e6, 1e6)] = 1.0
    zero: Annotated[float, Number(-1e6, 1e6)] = 0.0
    data_pin: Pin | None = None
    clock_pin: Pin | None = None
    empty: Annotated[float, Number(-1e7, 1e7)] = 0.0
    per_gram: Annotated[float, Number(-1e6, 1e6)] = 420.0
    file: Path | None = None
    measures: Annotated[tuple[Measure, ...], Items(8)] = (Measure.TEMPERATURE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermostatSettings:
    """A relay that keeps a room at its set-point, by a sensor of the list."""

    key: Handle
    name: Annotated[str, Text(60)] = ""
    mode: Mode
    pin: Pin
    active_high: bool = True
    sensor: Handle
    set_point: Celsius = 22.0
    least: Celsius = 18.0
    most: Celsius = 28.0
    rest_s: Annotated[float, Number(0, 3_600)] = 180.0
    every_s: Every = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectorSettings:
    """A projector that speaks PJLink. ``password_file`` holds its password in one line."""

    key: Handle
    address: Annotated[str, Text(253)]
    port: Annotated[int, Number(1, 65_535)] = 4352
    password_file: Path | None = None
    lamps: Annotated[int, Number(1, 8)] = 1
    every_s: Every = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomConfig:
    """One agent: who it is, in which room, and what it works with. ``area`` is the room in words.

    ``joined`` is the folder that ``python -m devices join`` fills: what it was told there takes the place of ``site``,
    ``device`` and ``broker``.
    """

    site: DeviceId
    device: DeviceId
    room: Key
    area: Annotated[str, Text(60)] = ""
    broker: BrokerConfig
    every_s: Annotated[float, Number(1, 600)] = 15.0
    discovery: bool = True
    pins: PinsKind = PinsKind.GPIO
    data: Path = Path("/var/lib/yingbin-room")
    identify: IdentifyConfig = field(default_factory=IdentifyConfig)
    buttons: Annotated[tuple[ButtonSettings, ...], Items(8)] = ()
    relays: Annotated[tuple[RelaySettings, ...], Items(8)] = ()
    sensors: Annotated[tuple[SensorSettings, ...], Items(20)] = ()
    thermostats: Annotated[tuple[ThermostatSettings, ...], Items(4)] = ()
    projectors: Annotated[tuple[ProjectorSettings, ...], Items(2)] = ()
    joined: Path = ROOMS


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSecret:
    """What the hub gives each device; an agent knows no codes and uses only the password of it."""

    password: Annotated[str, Text(200)] = field(default="", repr=False)
    lookup_key: Annotated[str, Text(128)] = field(default="", repr=False)
    house_key: Annotated[str, Text(128)] = ""


def read_config(path: Path) -> tuple[RoomConfig, str]:
    """Read an agent's settings and its password. Raises BadSettings with every mistake."""
    config = load(path, RoomConfig, partial(in_place_of, usual=ROOMS))
    mistakes = [*_twice(config), *_incomplete(config), *config.broker.mistakes()]
    if mistakes:
        raise BadSettings(path, mistakes)
    return config, load(config.broker.secret, DeviceSecret).password


def _twice(config: RoomConfig) -> Iterator[Mistake]:
    instruments: tuple[RelaySettings | SensorSettings | ThermostatSettings | ProjectorSettings, ...] = (
        *config.relays,
        *config.sensors,
        *config.thermostats,
        *config.projectors,
    )
    keys = Counter(one.key for one in instruments)
    for key in (key for key, count in keys.items() if count > 1):
        yield Mistake(key, "two instruments have this key: each needs one of its own")
    pins = Counter(pin for pin in _pins(config) if pin is not None)
    for pin in (pin for pin, count in pins.items() if count > 1):
        yield Mistake(f"pin {pin}", "two parts are on this pin: give each one of its own")


def _pins(config: RoomConfig) -> Iterator[int | None]:
    yield from (config.identify.lamp_pin, config.identify.buzzer_pin)
    parts: tuple[ButtonSettings | RelaySettings | ThermostatSettings, ...] = (
        *config.buttons,
        *config.relays,
        *config.thermostats,
    )
    yield from (one.pin for one in parts)
    for sensor in config.sensors:
        yield from (sensor.data_pin, sensor.clock_pin) if sensor.kind is SensorKind.HX711 else ()


def _incomplete(config: RoomConfig) -> Iterator[Mistake]:
    for number, sensor in enumerate(config.sensors):
        needs = _needs(sensor)
        for name in (name for name, value in needs.items() if not value):
            yield Mistake(f"sensors[{number}].{name}", f"a {sensor.kind} needs it")
    known = {sensor.key for sensor in config.sensors}
    for number, one in enumerate(config.thermostats):
        if one.sensor not in known:
            yield Mistake(f"thermostats[{number}].sensor", f"there is no sensor {one.sensor!r} in this file")
        if not one.least <= one.set_point <= one.most:
            yield Mistake(f"thermostats[{number}].set_point", "must be between least and most")


def _needs(sensor: SensorSettings) -> dict[str, object]:
    """Return the fields that a sensor of its kind cannot do without, with what they hold."""
    match sensor.kind:
        case SensorKind.DS18B20:
            return {"address": sensor.address}
        case SensorKind.HX711:
            return {"data_pin": sensor.data_pin, "clock_pin": sensor.clock_pin, "per_gram": sensor.per_gram}
        case SensorKind.FILE:
            return {"file": sensor.file}
        case _:
            return {}
