"""What Tasmota calls its measurements, and what they are in Home Assistant's words.

Sources: Tasmota's own JSON names (``tasmota/language/*.h``), the units in its documentation, and which of them Home
Assistant's Tasmota integration and ``hatasmota`` know.
"""

from collections.abc import Mapping
from typing import NamedTuple

from devices.room.foreign import is_number


class Meaning(NamedTuple):
    """A device class, a unit and a state class; empty where Home Assistant has no word for it."""

    device_class: str = ""
    unit: str = ""
    state_class: str = ""


def _now(device_class: str, unit: str = "") -> Meaning:
    return Meaning(device_class, unit, "measurement")


_ENERGY = Meaning("energy", "kWh", "total")
_REACTIVE = Meaning("", "kvarh", "total")
_DUST = "µg/m³"
_MEANINGS: dict[str, Meaning] = {
    "ActivePower": _now("power", "W"),
    "Ambient": _now("illuminance", "lx"),
    "ApparentPower": _now("apparent_power", "VA"),
    "Battery": _now("battery", "%"),
    "CCT": _now("", "K"),
    "CF1": _now("pm1", _DUST),
    "CF2.5": _now("pm25", _DUST),
    "CF10": _now("pm10", _DUST),
    "CarbonDioxide": _now("carbon_dioxide", "ppm"),
    "Current": _now("current", "A"),
    "CurrentNeutral": _now("current", "A"),
    "Distance": _now("distance", "cm"),
    "Energy": _ENERGY,
    "ExportActive": _ENERGY,
    "ExportReactive": _REACTIVE,
    "ExportTariff": _ENERGY,
    "Factor": _now("power_factor"),
    "Frequency": _now("frequency", "Hz"),
    "Humidity": _now("humidity", "%"),
    "Illuminance": _now("illuminance", "lx"),
    "ImportActive": _ENERGY,
    "ImportReactive": _REACTIVE,
    "Moisture": _now("moisture", "%"),
    "PM1": _now("pm1", _DUST),
    "PM2.5": _now("pm25", _DUST),
    "PM10": _now("pm10", _DUST),
    "PhaseAngle": _now("", "°"),
    "Power": _now("power", "W"),
    "ReactivePower": _now("reactive_power", "var"),
    "TVOC": _now("volatile_organic_compounds_parts", "ppb"),
    "Today": _ENERGY,
    "Total": _ENERGY,
    "TotalTariff": _ENERGY,
    "Voltage": _now("voltage", "V"),
    "Weight": _now("weight", "kg"),
    "Yesterday": Meaning("energy", "kWh"),
    "eCO2": _now("carbon_dioxide", "ppm"),
}
_TEMPERATURES = {"C": "°C", "F": "°F"}
_SPEEDS = {"m/s": "m/s", "km/h": "km/h", "kn": "kn", "mph": "mph", "ft/s": "ft/s"}
_PRESSURES = {"hPa": "hPa", "mmHg": "mmHg", "inHg": "inHg"}
_BY_THE_MESSAGE = {
    "DewPoint": ("temperature", "TempUnit", _TEMPERATURES),
    "Pressure": ("atmospheric_pressure", "PressureUnit", _PRESSURES),
    "SeaPressure": ("atmospheric_pressure", "PressureUnit", _PRESSURES),
    "Speed": ("wind_speed", "SpeedUnit", _SPEEDS),
    "Temperature": ("temperature", "TempUnit", _TEMPERATURES),
}
_NOT_IN_KWH = {("AS3935", "Energy"), ("LD2410", "Energy")}  # lightning without a unit; a share of 0 to 100


def meaning(where: tuple[str | int, ...], value: object, message: Mapping[str, object]) -> Meaning:
    """Say what the value at a place of a SENSOR message is. ``message`` names the units of the whole device.

    What has no known name counts as a measurement without unit where its value is a number, else as a word.
    """
    names = [step for step in where if isinstance(step, str)]
    plain = Meaning("", "", "measurement") if is_number(value) else Meaning()
    if tuple(names[:2]) in _NOT_IN_KWH:
        return plain
    for name in reversed(names[1:]):
        bare = name.rstrip("0123456789") if names[0] == "ANALOG" else name  # the number of the pin it hangs on
        if bare in _BY_THE_MESSAGE:
            device_class, key, units = _BY_THE_MESSAGE[bare]
            unit = units.get(str(message.get(key)), "")
            return _now(device_class, unit) if unit else plain
        if bare in _MEANINGS:
            return _MEANINGS[bare]
    return plain
