"""Chooses the parts of an agent, real or simulated, by its settings."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from devices.fake.hands import FakeButton, FakeBuzzer, FakeLamp, FakeSwitch
from devices.fake.sensors import FileSensor
from devices.hands import Button, Colour, HandLost, Light, Note, Pattern, Switch
from devices.pi.analogue import AnalogueSensor
from devices.pi.bme280 import ADDRESS as BME280_AT
from devices.pi.bme280 import Bme280
from devices.pi.gpio import GpioButton, GpioBuzzer, GpioLamp, GpioSwitch, open_pins
from devices.pi.i2c import I2cWire
from devices.pi.load_cell import LoadCell
from devices.pi.one_wire import OneWireThermometer
from devices.pi.sht4x import ADDRESS as SHT4X_AT
from devices.pi.sht4x import Sht4x
from devices.room.config import ButtonSettings, PinsKind, RoomConfig, SensorKind, SensorSettings
from devices.room.instruments import Instrument
from devices.room.projectors import Projector
from devices.room.sensing import Reopening, SensorInstrument
from devices.room.switching import SwitchInstrument
from devices.room.thermostat import Thermostat
from devices.sensors import Measure, Sensor, SensorLost

_SHOWN_S = 20.0
_FOUND = Light(Colour.WHITE, Pattern.QUICK_BLINK)
_DARK = Light(Colour.WHITE, Pattern.OFF)
_TUNE = (Note(880, 200), Note(0, 200)) * 5
_VOLUME = 0.2


def measures_of(settings: SensorSettings) -> Sequence[Measure]:
    """Return what a sensor of these settings measures."""
    match settings.kind:
        case SensorKind.SHT4X:
            return (Measure.TEMPERATURE, Measure.HUMIDITY)
        case SensorKind.BME280:
            return (Measure.TEMPERATURE, Measure.HUMIDITY, Measure.PRESSURE)
        case SensorKind.DS18B20:
            return (Measure.TEMPERATURE,)
        case SensorKind.MCP3008:
            return (settings.measure,)
        case SensorKind.HX711:
            return (Measure.WEIGHT,)
        case SensorKind.FILE:
            return settings.measures


@dataclass(slots=True)
class Parts:
    """Opens what the settings name. Pins are looked for when the first part needs one, and again after a failure."""

    config: RoomConfig
    stopping: threading.Event

    def instruments(self) -> list[Instrument]:
        """Return all instruments, none of them opened yet."""
        config = self.config
        sensors = {one.key: Reopening(partial(self.sensor, one)) for one in config.sensors}
        found: list[Instrument] = [
            SensorInstrument(one.key, one.name or one.key, measures_of(one), sensors[one.key], one.every_s)
            for one in config.sensors
        ]
        for relay in config.relays:
            new_switch = self._switch(relay.pin, relay.active_high)
            found.append(SwitchInstrument(relay.key, relay.name or relay.key, new_switch, relay.every_s, self._wait))
        found += [
            Thermostat(
                one.key,
                one.name or one.key,
                mode=one.mode,
                new_switch=self._switch(one.pin, one.active_high),
                sensor=sensors[one.sensor],
                set_point=one.set_point,
                limits=(one.least, one.most),
                rest_s=one.rest_s,
                every_s=one.every_s,
                now_s=time.monotonic,
            )
            for one in config.thermostats
        ]
        found += [
            Projector(
                one.key,
                one.address,
                port=one.port,
                password_file=one.password_file,
                lamps=one.lamps,
                every_s=one.every_s,
            )
            for one in config.projectors
        ]
        return found

    def sensor(self, settings: SensorSettings) -> Sensor:
        """Open one sensor. Raises DeviceError."""
        match settings.kind:
            case SensorKind.SHT4X:
                return Sht4x(I2cWire(settings.bus, settings.i2c or SHT4X_AT), self._wait)
            case SensorKind.BME280:
                return Bme280(I2cWire(settings.bus, settings.i2c or BME280_AT), self._wait)
            case SensorKind.MCP3008:
                return AnalogueSensor(
                    settings.channel,
                    self._pins(),
                    measure=settings.measure,
                    per_volt=settings.per_volt,
                    zero=settings.zero,
                    select=settings.select,
                )
            case SensorKind.HX711 if settings.data_pin is not None and settings.clock_pin is not None:
                return LoadCell(
                    settings.data_pin,
                    settings.clock_pin,
                    self._pins(),
                    empty=settings.empty,
                    per_gram=settings.per_gram,
                    now_ns=time.perf_counter_ns,
                )
            case SensorKind.FILE if settings.file is not None:
                return FileSensor(settings.file)
            case SensorKind.DS18B20:
                return OneWireThermometer(settings.address)
            case _:
                raise SensorLost(f"{settings.key}: its settings are not complete")

    def button(self, settings: ButtonSettings) -> Button:
        """Open one button. Raises HandLost."""
        if self.config.pins is PinsKind.SIMULATED:
            return FakeButton()
        return GpioButton(settings.pin, self._pins(), hold_s=settings.hold_s)

    def identify(self) -> Callable[[], None] | None:
        """Return what blinks and beeps for a while; None where there is neither lamp nor buzzer. Raises HandLost."""
        lamp_pin, buzzer_pin = self.config.identify.lamp_pin, self.config.identify.buzzer_pin
        simulated = self.config.pins is PinsKind.SIMULATED
        if lamp_pin is None and buzzer_pin is None:
            return None
        lamp = buzzer = None
        if lamp_pin is not None:
            lamp = FakeLamp() if simulated else GpioLamp((lamp_pin,), self._pins())
        if buzzer_pin is not None:
            buzzer = FakeBuzzer() if simulated else GpioBuzzer(buzzer_pin, self._pins(), _VOLUME)

        def show() -> None:
            if buzzer is not None:
                buzzer.play(_TUNE)
            if lamp is not None:
                lamp.show(_FOUND)
                dark = threading.Timer(_SHOWN_S, lamp.show, (_DARK,))
                dark.daemon = True
                dark.start()

        return show

    def _switch(self, pin: int, active_high: bool) -> Callable[[], Switch]:  # noqa: FBT001 - a relay's own polarity
        if self.config.pins is PinsKind.SIMULATED:
            return FakeSwitch
        return lambda: GpioSwitch(pin, self._pins(), active_high=active_high)

    def _pins(self) -> Any:  # noqa: ANN401 - gpiozero ships no types
        """Return the factory of this machine's pins. Raises HandLost."""
        if self.config.pins is PinsKind.SIMULATED:
            raise HandLost('pins = "simulated": there is no chip behind them; use kind = "file"')
        return open_pins(self.config.data)

    def _wait(self, seconds: float) -> None:
        self.stopping.wait(seconds)
