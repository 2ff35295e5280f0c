"""What a sensor may say: device classes with their units (Home Assistant 2026.2.3, ``components/sensor/const.py``).

``None`` among the units stands for no unit. A class that is not a key takes any unit.
"""

UNITS: dict[str, frozenset[str | None]] = {
    "absolute_humidity": frozenset({"g/m³", "mg/m³"}),
    "apparent_power": frozenset({"VA", "kVA", "mVA"}),
    "aqi": frozenset({None}),
    "area": frozenset({"ac", "cm²", "ft²", "ha", "in²", "km²", "mi²", "mm²", "m²", "yd²"}),
    "atmospheric_pressure": frozenset(
        {"Pa", "bar", "cbar", "hPa", "inHg", "inH₂O", "kPa", "mPa", "mbar", "mmHg", "psi"}
    ),
    "battery": frozenset({"%"}),
    "blood_glucose_concentration": frozenset({"mg/dL", "mmol/L"}),
    "carbon_dioxide": frozenset({"ppm"}),
    "carbon_monoxide": frozenset({"mg/m³", "ppb", "ppm", "μg/m³"}),
    "conductivity": frozenset({"S/cm", "mS/cm", "μS/cm"}),
    "current": frozenset({"A", "mA"}),
    "data_rate": frozenset(
        {"B/s", "GB/s", "Gbit/s", "GiB/s", "KiB/s", "MB/s", "Mbit/s", "MiB/s", "bit/s", "kB/s", "kbit/s"}
    ),
    "data_size": frozenset(
        {
            "B",
            "EB",
            "EiB",
            "GB",
            "Gbit",
            "GiB",
            "KiB",
            "MB",
            "Mbit",
            "MiB",
            "PB",
            "PiB",
            "TB",
            "TiB",
            "YB",
            "YiB",
            "ZB",
            "ZiB",
            "bit",
            "kB",
            "kbit",
        }
    ),
    "distance": frozenset({"cm", "ft", "in", "km", "m", "mi", "mm", "nmi", "yd"}),
    "duration": frozenset({"d", "h", "min", "ms", "s", "μs"}),
    "energy": frozenset(
        {"GJ", "GWh", "Gcal", "J", "MJ", "MWh", "Mcal", "TWh", "Wh", "cal", "kJ", "kWh", "kcal", "mWh"}
    ),
    "energy_distance": frozenset({"Wh/km", "kWh/100km", "km/kWh", "mi/kWh"}),
    "energy_storage": frozenset(
        {"GJ", "GWh", "Gcal", "J", "MJ", "MWh", "Mcal", "TWh", "Wh", "cal", "kJ", "kWh", "kcal", "mWh"}
    ),
    "frequency": frozenset({"GHz", "Hz", "MHz", "kHz"}),
    "gas": frozenset({"CCF", "L", "MCF", "ft³", "m³"}),
    "humidity": frozenset({"%"}),
    "illuminance": frozenset({"lx"}),
    "irradiance": frozenset({"BTU/(h⋅ft²)", "W/m²"}),
    "moisture": frozenset({"%"}),
    "nitrogen_dioxide": frozenset({"ppb", "μg/m³"}),
    "nitrogen_monoxide": frozenset({"ppb", "μg/m³"}),
    "nitrous_oxide": frozenset({"μg/m³"}),
    "ozone": frozenset({"ppb", "μg/m³"}),
    "ph": frozenset({None}),
    "pm1": frozenset({"μg/m³"}),
    "pm10": frozenset({"μg/m³"}),
    "pm25": frozenset({"μg/m³"}),
    "pm4": frozenset({"μg/m³"}),
    "power": frozenset({"GW", "MW", "TW", "W", "kW", "mW"}),
    "power_factor": frozenset({"%", None}),
    "precipitation": frozenset({"cm", "in", "mm"}),
    "precipitation_intensity": frozenset({"in/d", "in/h", "mm/d", "mm/h"}),
    "pressure": frozenset({"Pa", "bar", "cbar", "hPa", "inHg", "inH₂O", "kPa", "mPa", "mbar", "mmHg", "psi"}),
    "reactive_energy": frozenset({"kvarh", "varh"}),
    "reactive_power": frozenset({"kvar", "mvar", "var"}),
    "signal_strength": frozenset({"dB", "dBm"}),
    "sound_pressure": frozenset({"dB", "dBA"}),
    "speed": frozenset(
        {"Beaufort", "ft/s", "in/d", "in/h", "in/s", "km/h", "kn", "m/min", "m/s", "mm/d", "mm/h", "mm/s", "mph"}
    ),
    "sulphur_dioxide": frozenset({"ppb", "μg/m³"}),
    "temperature": frozenset({"K", "°C", "°F"}),
    "temperature_delta": frozenset({"K", "°C", "°F"}),
    "volatile_organic_compounds": frozenset({"mg/m³", "μg/m³"}),
    "volatile_organic_compounds_parts": frozenset({"ppb", "ppm"}),
    "voltage": frozenset({"MV", "V", "kV", "mV", "μV"}),
    "volume": frozenset({"CCF", "L", "MCF", "fl. oz.", "ft³", "gal", "mL", "m³"}),
    "volume_flow_rate": frozenset(
        {"L/h", "L/min", "L/s", "ft³/min", "gal/d", "gal/h", "gal/min", "mL/s", "m³/h", "m³/min", "m³/s"}
    ),
    "volume_storage": frozenset({"CCF", "L", "MCF", "fl. oz.", "ft³", "gal", "mL", "m³"}),
    "water": frozenset({"CCF", "L", "MCF", "ft³", "gal", "m³"}),
    "weight": frozenset({"g", "kg", "lb", "mg", "oz", "st", "μg"}),
    "wind_direction": frozenset({"°"}),
    "wind_speed": frozenset({"Beaufort", "ft/s", "in/s", "km/h", "kn", "m/min", "m/s", "mm/s", "mph"}),
}

FREE = frozenset({"date", "enum", "timestamp", "monetary"})
"""Classes that take any unit, or none."""

WORDS = frozenset({"date", "enum", "timestamp"})
"""Classes whose values are no numbers."""

SPELLINGS = {
    "\u00b5Sv/h": "μSv/h",
    "\u00b5S/cm": "μS/cm",
    "\u00b5V": "μV",
    "\u00b5g/ft³": "μg/ft³",
    "\u00b5g/m³": "μg/m³",
    "\u00b5mol/s⋅m²": "μmol/s⋅m²",
    "\u00b5g": "μg",
    "\u00b5s": "μs",
    "mVAr": "mvar",
    "VAr": "var",
    "kVAr": "kvar",
    "VArh": "varh",
    "kVArh": "kvarh",
}
"""Other spellings of units, by which Home Assistant knows them too: the micro sign, reactive power."""

BINARY = frozenset({
    "battery", "battery_charging", "carbon_monoxide", "cold", "connectivity", "door", "garage_door", "gas", "heat",
    "light", "lock", "moisture", "motion", "moving", "occupancy", "opening", "plug", "power", "presence", "problem",
    "running", "safety", "smoke", "sound", "tamper", "update", "vibration", "window",
})  # fmt: skip
"""Classes of what is on or off."""
