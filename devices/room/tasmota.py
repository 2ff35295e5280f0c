"""Tasmota's own announcements, put into Home Assistant's words.

A Tasmota device keeps two retained messages at ``tasmota/discovery/<MAC>/``: ``config`` (names, topics, relays,
switches, buttons) and ``sensors`` (one example of its SENSOR message). They come in any order; empty ones withdraw.
Values then come on the device's own topics. Sources: Tasmota ``xdrv_12_discovery.ino`` and ``GetTopic_P``.

One entity has one state topic, but Tasmota says a relay's state in two places. So a relay is a ``switch`` that follows
``stat/RESULT``, which comes with each change, and beside it a ``binary_sensor`` that follows ``tele/STATE``, which
comes every TelePeriod and is how a hub that starts again learns what is on. The same holds for switches. Colours of
lights and shutters are not offered: the house has no use for them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from devices.contract.topics import DISCOVERY
from devices.room.foreign import (
    announcement,
    connection,
    is_object,
    items,
    key_of,
    mac_of,
    path,
    read_object,
    refuse,
    safe_topic,
    text,
)
from devices.room.tasmota_quantities import Meaning, meaning

_ROOT = "tasmota/discovery"
_TOPIC = re.compile(rf"{_ROOT}/([0-9A-Fa-f]{{12}})/(config|sensors)")
_RELAY, _LIGHT = 1, 2
_NO_SENSOR = {"Time", "PN532", "RDM6300"}  # the two readers say which badge they saw: a person's, and no measurement
_DEEP_SLEEP_S = 90_000
"""The longest DeepSleepTime is a day; a sleeper that says nothing for longer has not woken up."""
_PRESSES = ("SINGLE", "DOUBLE", "TRIPLE", "QUAD", "PENTA", "HOLD")
_FOLLOWING = {1, 2, 3, 4, 5, 6, 9, 10, 15, 16}  # switch modes whose state lasts: a contact, a door
_PULSES = {13, 14}  # switch modes that say ON and fall back: a motion detector
_TOGGLING = {0, 3, 4, 5, 6, 7, 8, 11, 12}  # switch modes that say TOGGLE
_HOLDING = {5, 6, 8, 9, 10}  # switch modes that say HOLD

Component = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Names:
    """How one device calls its topics and its states, from its ``config`` message."""

    mac: str
    config: Mapping[str, object]

    def topic(self, prefix: int, leaf: str) -> str:
        """Return a topic as Tasmota's ``GetTopic_P`` builds it; ``prefix`` 0 is cmnd, 1 stat, 2 tele."""
        full = text(self.config, "ft")
        if prefix == 0 and "%prefix%" not in full:
            full += "/%prefix%"
        word = items(self.config, "tp", 3)[prefix : prefix + 1]
        tokens = {"%prefix%": word[0] if word else None, "%topic%": self.config.get("t")}
        tokens |= {"%hostname%": self.config.get("hn"), "%id%": self.mac.upper()}
        for token, found in tokens.items():
            if token in full:
                full = full.replace(token, found if isinstance(found, str) else refuse("wrong_value", "a text", token))
        full = full.replace("#", "").replace("//", "/")
        return safe_topic(f"{full}{'' if full.endswith('/') else '/'}{leaf}", "ft")

    def state(self, at: int) -> str:
        """Return the device's word for OFF (0), ON (1), TOGGLE (2) or HOLD (3)."""
        words = items(self.config, "state", 8)
        return text({"state": words[at] if at < len(words) else None}, "state")

    def flag(self, option: str) -> bool:
        """Say whether a SetOption is on."""
        options = self.config.get("so")
        return is_object(options) and options.get(option) == 1

    def named(self, key: str, at: int, otherwise: str) -> str:
        """Return a name out of a list of names, where it is given."""
        names = items(self.config, key, 64)
        return text({"": names[at] if at < len(names) else None}, "", otherwise="") or otherwise

    def numbers(self, key: str) -> Iterator[tuple[int, int]]:
        """Return a list's numbers with their places, from 0."""
        for at, found in enumerate(items(self.config, key, 64)):
            yield at, found if isinstance(found, int) else refuse("wrong_value", "must be a list of numbers", key)


@dataclass(slots=True)
class _Device:
    config: Mapping[str, object] | None = None
    sensors: Mapping[str, object] = field(default_factory=dict)


class TasmotaTranslator:
    """Turns Tasmota's announcements into Home Assistant's (``Translator``). Remembers ``most`` devices and no more."""

    def __init__(self, discovery: str = DISCOVERY, most: int = 500) -> None:
        """``discovery`` is the prefix of the messages it gives."""
        self._discovery = discovery
        self._most = most
        self._devices: dict[str, _Device] = {}

    @property
    def filters(self) -> tuple[str, ...]:
        """Return what to subscribe to."""
        return (f"{_ROOT}/+/config", f"{_ROOT}/+/sensors")

    def hear(self, topic: str, payload: bytes) -> Mapping[str, bytes]:
        """Return what follows from one announcement. Raises Untranslatable."""
        match = _TOPIC.fullmatch(topic)
        if not match:
            return {}
        mac, kind = match[1].lower(), match[2]
        before = self._devices.get(mac)
        if not payload and kind == "config":
            self._devices.pop(mac, None)
            return {self._topic(mac): b""}
        if not payload and before is None:
            return {}
        before = before or _Device()
        found = read_object(payload) if payload else {}
        if kind == "config":
            if mac_of(text(found, "mac"), "mac") != mac:
                refuse("wrong_mac", f"the device is {text(found, 'mac')}, the topic says {match[1]}", "mac")
            after = _Device(found, before.sensors)
        else:
            example = found.get("sn", {})
            after = _Device(before.config, example if is_object(example) else refuse("wrong_value", "an object", "sn"))
        return self._keep(mac, after)

    def _keep(self, mac: str, device: _Device) -> Mapping[str, bytes]:
        if mac not in self._devices and len(self._devices) >= self._most:
            refuse("too_many_devices", f"{self._most} Tasmota devices are known already, and more are not taken")
        said = {} if device.config is None else {self._topic(mac): _announce(mac, device.config, device.sensors)}
        self._devices[mac] = device
        return said

    def _topic(self, mac: str) -> str:
        return f"{self._discovery}/device/tasmota-{mac}/config"


def _announce(mac: str, config: Mapping[str, object], sensors: Mapping[str, object]) -> bytes:
    names = _Names(mac, config)
    components: dict[str, Component] = {}
    for words, found in _components(names, sensors):
        key = key_of(words, components)
        components[key] = {**found, "unique_id": f"tasmota_{mac}_{key}"}
    device = {
        "identifiers": [f"tasmota-{mac}"],
        "connections": connection(mac),
        "name": text(config, "dn", otherwise="") or text(config, "t", otherwise="") or f"Tasmota {mac}",
        "manufacturer": "Tasmota",
        "model": text(config, "md", otherwise=""),
        "sw_version": text(config, "sw", otherwise=""),
    }
    if config.get("dslp"):
        return announcement(device, components, {})
    will = {"availability_topic": names.topic(2, "LWT")}
    will |= {"payload_available": text(config, "onln"), "payload_not_available": text(config, "ofln")}
    return announcement(device, components, will)


def _components(names: _Names, sensors: Mapping[str, object]) -> Iterator[tuple[tuple[object, ...], Component]]:
    """Return every component with the words its key is made of."""
    yield from _relays(names)
    yield from _switches(names)
    yield from _buttons(names)
    expires: Component = {"expire_after": _DEEP_SLEEP_S} if names.config.get("dslp") else {}
    for where, value in _leaves(sensors):
        yield where, _sensor(names.topic(2, "SENSOR"), where, meaning(where, value, sensors)) | expires
    yield from _diagnostics(names, expires)


def _relays(names: _Names) -> Iterator[tuple[tuple[object, ...], Component]]:
    relays = [at for at, kind in names.numbers("rl") if kind in {_RELAY, _LIGHT}]
    words = {"payload_on": names.state(1), "payload_off": names.state(0)}
    for at in relays:
        value = path(f"POWER{at + 1}")
        if at == 0:  # a device with one relay says POWER, or POWER1 with SetOption26
            value = f"{value} if 'POWER1' in value_json else {path('POWER')}"
        name = names.named("fn", at, f"Relay {at + 1}")
        single = "POWER" if len(relays) == 1 else f"POWER{at + 1}"
        yield (
            ("relay", at + 1),
            {
                "platform": "switch",
                "name": name,
                "state_topic": names.topic(1, single if names.flag("4") else "RESULT"),
                "value_template": f"{{{{ {value} }}}}",
                "command_topic": names.topic(0, f"POWER{at + 1}"),
                **words,
            },
        )
        yield ("relay", at + 1, "report"), _report(names.topic(2, "STATE"), value, f"{name} (report)") | words


def _switches(names: _Names) -> Iterator[tuple[tuple[object, ...], Component]]:
    result = names.topic(1, "RESULT")
    for at, mode in names.numbers("swc"):
        own = names.named("swn", at, f"Switch{at + 1}")
        value = path(own, "Action")
        words = {"payload_on": names.state(1), "payload_off": names.state(0)} if mode != -1 else {}
        if mode in _FOLLOWING | _PULSES:
            found: Component = {"platform": "binary_sensor", "name": own, "state_topic": result, **words}
            delay = {"off_delay": 1} if mode in _PULSES else {}
            yield ("switch", at + 1), found | {"value_template": f"{{{{ {value} }}}}"} | delay
        if mode in _FOLLOWING:
            yield ("switch", at + 1, "report"), _report(names.topic(2, "SENSOR"), path(own), f"{own} (report)") | words
        types = [names.state(2)] * (mode in _TOGGLING) + [names.state(3)] * (mode in _HOLDING)
        if types:
            yield ("switch", at + 1, "event"), _event(result, value, own, types)


def _buttons(names: _Names) -> Iterator[tuple[tuple[object, ...], Component]]:
    if not names.flag("73"):
        return
    types = _PRESSES[:1] if names.flag("13") else _PRESSES
    for at, there in names.numbers("btn"):
        if there:
            own = f"Button{at + 1}"
            yield ("button", at + 1), _event(names.topic(1, "RESULT"), path(own, "Action"), own, list(types))


def _event(topic: str, value: str, name: str, types: list[str]) -> Component:
    template = f"{{{{ {{'event_type': {value}}} | to_json }}}}"
    found: Component = {"platform": "event", "name": name, "state_topic": topic, "value_template": template}
    return found | {"event_types": types, "device_class": "button"}


def _report(topic: str, value: str, name: str) -> Component:
    found: Component = {"platform": "binary_sensor", "name": name, "state_topic": topic}
    return found | {"value_template": f"{{{{ {value} }}}}", "entity_category": "diagnostic"}


def _leaves(message: Mapping[str, object]) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Return every value of a SENSOR message with its place; a list gives one value for each entry."""
    for name, sensor in message.items():
        if name in _NO_SENSOR or not is_object(sensor):
            continue
        for key, value in sensor.items():
            inner: list[tuple[tuple[str | int, ...], object]] = [((name, key), value)]
            if is_object(value):
                inner = [((name, key, part), found) for part, found in value.items()]
            elif isinstance(value, list):
                inner = [((name, key, at), found) for at, found in enumerate(value)]
            yield from ((where, found) for where, found in inner if not isinstance(found, list | dict))


def _sensor(topic: str, where: tuple[str | int, ...], means: Meaning) -> Component:
    place = path(*where)
    if where[-1] == 0:  # the first of several phases is a plain number where there is one phase only
        place = f"{path(*where[:-1])} if {path(*where[:-1])} is number else {place}"
    name = text({"": " ".join(str(step + 1 if isinstance(step, int) else step) for step in where)}, "", otherwise="")
    found: Component = {"platform": "sensor", "name": name or "value", "state_topic": topic}
    template = f"{{{{ {place} }}}}" if means.state_class or means.unit else f"{{{{ ({place}) | is_defined }}}}"
    words = {"device_class": means.device_class, "unit_of_measurement": means.unit, "state_class": means.state_class}
    return found | {"value_template": template} | {key: word for key, word in words.items() if word}


def _diagnostics(names: _Names, expires: Component) -> Iterator[tuple[tuple[object, ...], Component]]:
    state = names.topic(2, "STATE")
    about = {"entity_category": "diagnostic", **expires}
    signal = Meaning("signal_strength", "dBm", "measurement")
    yield ("wifi_signal",), _sensor(state, ("Wifi", "Signal"), signal) | about | {"name": "Wi-Fi signal"}
    quality = Meaning("", "%", "measurement")
    yield ("wifi_quality",), _sensor(state, ("Wifi", "RSSI"), quality) | about | {"name": "Wi-Fi quality"}
    uptime = Meaning("duration", "s", "measurement")
    yield ("uptime",), _sensor(state, ("UptimeSec",), uptime) | about | {"name": "Uptime"}
    if names.config.get("bat"):
        battery = Meaning("battery", "%", "measurement")
        yield ("battery",), _sensor(state, ("BatteryPercentage",), battery) | about | {"name": "Battery"}
