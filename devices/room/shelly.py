"""Shelly Gen2+ devices, put into Home Assistant's words. They announce nothing, so their status messages are studied.

A device speaks below its own topic prefix: ``online`` (``true``, and ``false`` as its will, retained), the whole
status of each component on ``status/<component>`` (setting ``status_ntf``), and changes and button events on
``events/rpc`` (``rpc_ntf``). Source: shelly-api-docs, MQTT. The prefix is the device's id (``shellyplugsg3-<MAC>``)
unless somebody chose another one.

Any topic could end like these. So nothing is believed of a prefix before a message there has shown a Shelly: the
prefix or the ``src`` of a notification is a Shelly's id, or ``status/sys`` tells a MAC address beside what only a
Shelly's ``sys`` has. Identity is the MAC address, whichever of them tells it first.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from devices.contract.topics import DISCOVERY
from devices.room.foreign import announcement, connection, is_object, path, read_object, refuse, safe_topic, text
from devices.room.shelly_components import (
    FAILING,
    PRESSES,
    SWITCHED,
    Field,
    fields_in,
    is_status,
    kind_of,
)

_ID = re.compile(r"(shelly[a-z0-9]*)-([0-9a-f]{12})", re.IGNORECASE)
_MAC = re.compile(r"[0-9A-Fa-f]{12}")
_ONLY_A_SHELLY_HAS = {"cfg_rev", "kvs_rev", "ram_size", "fs_size", "restart_required", "available_updates"}
_NOTIFICATIONS = {"NotifyStatus", "NotifyFullStatus", "NotifyEvent"}
_MOST_COMPONENTS = 40
_WAKEUP_S = 7_200
"""How often a battery device wakes up at least, where its ``sys`` does not say."""

Component = dict[str, object]


@dataclass(slots=True)
class _Part:
    """One component as far as it was seen. ``whole``: it has a topic of its own, with its whole status."""

    fields: dict[str, Field] = field(default_factory=dict)
    whole: bool = False
    output: bool = False
    button: bool = False
    updates: bool = False


@dataclass(slots=True)
class _Heard:
    """What was heard below one prefix."""

    mac: str = ""
    model: str = ""
    software: str = ""
    online: bool = False
    wakeup_s: float = _WAKEUP_S
    on_battery: bool = False
    parts: dict[str, _Part] = field(default_factory=dict)
    said: bytes = b""


class ShellyTranslator:
    """Turns what Shelly Gen2+ devices say into announcements (``Translator``). Remembers ``most`` devices and no more.

    ``below`` is the topic level under which all of them have their prefix, where the house has set one
    (``venue/shelly``); without it every topic of the broker that looks like theirs is looked at.
    """

    def __init__(self, below: str = "", discovery: str = DISCOVERY, most: int = 500) -> None:
        """``discovery`` is the prefix of the messages it gives."""
        self._start = f"{safe_topic(below)}/" if below else ""
        self._discovery = discovery
        self._most = most
        self._devices: dict[str, _Heard] = {}
        self._strangers: dict[str, _Heard] = {}
        self._topics = re.compile(re.escape(self._start) + r"([^/]+)/(?:(online)|status/([^/]+)|events/(rpc))")

    @property
    def filters(self) -> tuple[str, ...]:
        """Return what to subscribe to."""
        return tuple(f"{self._start}+/{rest}" for rest in ("online", "status/+", "events/rpc"))

    def hear(self, topic: str, payload: bytes) -> Mapping[str, bytes]:
        """Return the announcement when this message has shown something new of a device. Raises Untranslatable."""
        match = self._topics.fullmatch(topic)
        if not match:
            return {}
        prefix = f"{self._start}{match[1]}"
        if match[2]:
            return self._hear_online(prefix, payload)
        known = prefix in self._devices
        try:
            body = read_object(payload)
        except Exception:
            if known:
                raise
            return {}  # whoever that is, it is no Shelly
        heard = self._devices.get(prefix) or self._strangers.get(prefix) or _Heard()
        mac, model = _named_by_status(match[1], match[3], body) if match[3] else _named_by_notification(body)
        if heard.mac and mac and mac != heard.mac:
            refuse("shared_prefix", f"two devices speak as {prefix}: give each a topic prefix of its own", "src")
        if match[3]:
            _learn_status(heard, match[3], body)
        elif mac:
            _learn_notification(heard, body["params"])
        return self._keep(prefix, heard, mac, model)

    def _hear_online(self, prefix: str, payload: bytes) -> Mapping[str, bytes]:
        heard = self._devices.get(prefix)
        if heard is None:
            return {}
        if payload not in {b"true", b"false", b""}:
            refuse("wrong_value", "a Shelly says true or false here", "online")
        heard.online = payload == b"true"
        if payload:
            return {}
        del self._devices[prefix]  # somebody cleared its retained messages: it was taken away
        return {self._topic(heard.mac): b""}

    def _keep(self, prefix: str, heard: _Heard, mac: str, model: str) -> Mapping[str, bytes]:
        if not heard.mac and not mac:
            self._remember_stranger(prefix, heard)
            return {}
        if not heard.mac:
            self._admit(prefix, heard, mac)
        heard.model = heard.model or model
        heard.online = True
        said = _announce(prefix, heard)
        if said == heard.said:
            return {}
        heard.said = said
        return {self._topic(heard.mac): said}

    def _remember_stranger(self, prefix: str, heard: _Heard) -> None:
        """Keep what it said for when it is known who it is; the oldest stranger makes room."""
        if heard.parts:
            self._strangers[prefix] = heard
        if len(self._strangers) > self._most:
            del self._strangers[next(iter(self._strangers))]

    def _admit(self, prefix: str, heard: _Heard, mac: str) -> None:
        elsewhere = next((before for before, other in self._devices.items() if other.mac == mac), None)
        if elsewhere is not None and self._devices[elsewhere].online:
            refuse("already_there", f"the Shelly {mac} is online as {elsewhere}; {prefix} calls itself the same", "mac")
        if elsewhere is not None:
            del self._devices[elsewhere]  # it was given another prefix
        if len(self._devices) >= self._most:
            refuse("too_many_devices", f"{self._most} Shelly devices are known already, and more are not taken")
        safe_topic(prefix)
        heard.mac = mac
        self._strangers.pop(prefix, None)
        self._devices[prefix] = heard

    def _topic(self, mac: str) -> str:
        return f"{self._discovery}/device/shelly-{mac}/config"


def _named_by_status(prefix: str, component: str, body: Mapping[str, object]) -> tuple[str, str]:
    """Return MAC and model as far as a status shows them; empty where it shows no Shelly."""
    found = _ID.fullmatch(prefix)
    if found and is_status(component, body):
        return found[2].lower(), found[1].lower()
    mac = body.get("mac")
    if component == "sys" and isinstance(mac, str) and _MAC.fullmatch(mac) and len(_ONLY_A_SHELLY_HAS & set(body)) > 1:
        return mac.lower(), ""
    return "", ""


def _named_by_notification(body: Mapping[str, object]) -> tuple[str, str]:
    """Return MAC and model of who sent a notification; empty where it was no Shelly."""
    source = body.get("src")
    found = _ID.fullmatch(source) if isinstance(source, str) else None
    if found and str(body.get("method")) in _NOTIFICATIONS and is_object(body.get("params")):
        return found[2].lower(), found[1].lower()
    return "", ""


def _learn_status(heard: _Heard, component: str, body: Mapping[str, object]) -> None:
    if is_status(component, body):
        part = _part_of(heard, component)
        part.whole = True
        _learn(heard, part, component, body)


def _learn_notification(heard: _Heard, params: object) -> None:
    for component, status in params.items() if is_object(params) else ():
        if is_object(status) and is_status(component, status):
            _learn(heard, _part_of(heard, component), component, status)
    events = params.get("events") if is_object(params) else None
    for event in events if isinstance(events, list) else ():
        name = event.get("component") if is_object(event) else None
        if isinstance(name, str) and kind_of(name) == "input" and is_status(name, event):
            _part_of(heard, name).button |= event.get("event") in PRESSES


def _part_of(heard: _Heard, component: str) -> _Part:
    if component not in heard.parts and len(heard.parts) >= _MOST_COMPONENTS:
        refuse("too_many", f"more than {_MOST_COMPONENTS} components", component)
    return heard.parts.setdefault(component, _Part())


def _learn(heard: _Heard, part: _Part, component: str, body: Mapping[str, object]) -> None:
    part.fields |= {".".join(found.place): found for found in fields_in(component, body)}
    part.output |= isinstance(body.get("output"), bool)
    part.button |= kind_of(component) == "input" and "state" in body and body["state"] is None
    if component == "sys":
        part.updates |= "available_updates" in body
        heard.software = text(body, "ver", otherwise="") or heard.software
        wakeup = body.get("wakeup_period")
        if isinstance(wakeup, int) and 0 < wakeup <= 86_400:  # noqa: PLR2004 - a day
            heard.wakeup_s = wakeup
    if kind_of(component) == "devicepower":
        external = body.get("external")
        if is_object(external) or "external.present" not in part.fields:
            heard.on_battery = not (is_object(external) and external.get("present") is True)


def _announce(prefix: str, heard: _Heard) -> bytes:
    components: dict[str, Component] = {}
    for name in sorted(heard.parts):
        for key, found in _components(prefix, name, heard.parts[name]):
            components[key] = {**found, "unique_id": f"shelly_{heard.mac}_{key}"}
            if heard.on_battery and found["platform"] in {"sensor", "binary_sensor"}:
                components[key]["expire_after"] = int(3 * heard.wakeup_s)
    if not components:
        return b""
    own = prefix.rpartition("/")[2]
    device = {
        "identifiers": [f"shelly-{heard.mac}"],
        "connections": connection(heard.mac),
        "name": own,
        "manufacturer": "Shelly",
        "model": heard.model,
        "sw_version": heard.software,
    }
    if heard.on_battery:  # it sleeps, and is offline most of the time
        return announcement(device, components, {})
    will = {"availability_topic": f"{prefix}/online", "payload_available": "true", "payload_not_available": "false"}
    return announcement(device, components, will)


def _components(prefix: str, name: str, part: _Part) -> Iterator[tuple[str, Component]]:
    topic = f"{prefix}/status/{name}" if part.whole else f"{prefix}/events/rpc"
    steps: tuple[str, ...] = () if part.whole else ("params", name)
    start, words = name.replace(":", "_"), name.replace(":", " ").capitalize()
    about: Component = {"state_topic": topic}
    if part.output and kind_of(name) in SWITCHED:
        template = _truth(path(*steps, "output"))
        command: Component = {"command_topic": f"{prefix}/command/{name}", "payload_on": "on", "payload_off": "off"}
        says: Component = {"state_on": "ON", "state_off": "OFF", "value_template": template}
        yield start, about | {"platform": "switch", "name": words} | command | says
    for found in part.fields.values():
        yield f"{start}_{'_'.join(found.place).lower()}", about | _value(words, path(*steps, *found.place), found)
    if part.whole and kind_of(name) in FAILING and (part.fields or part.output):
        template = "{{ 'ON' if value_json.errors else 'OFF' }}"
        yield f"{start}_errors", about | _inner(f"{words} errors", "problem", template)
    if part.whole and part.updates:
        template = "{{ 'ON' if (value_json.available_updates or {}).stable is defined else 'OFF' }}"
        yield "firmware", about | _inner("Firmware update", "update", template)
    if part.button:
        events = f"{path('params', 'events')} | selectattr('component', 'eq', '{name}') | map(attribute='event') | list"
        template = f"{{{{ {{'event_type': ({events})[0]}} | tojson }}}}"
        yield (
            f"{start}_event",
            {
                "platform": "event",
                "name": f"{words} button",
                "device_class": "button",
                "event_types": list(PRESSES),
                "state_topic": f"{prefix}/events/rpc",
                "value_template": template,
            },
        )


def _truth(value: str) -> str:
    """Return a template that says ON or OFF, and nothing where the value is not in this message."""
    return f"{{% if {value} is boolean %}}{{{{ 'ON' if {value} else 'OFF' }}}}{{% endif %}}"


def _inner(name: str, device_class: str, template: str) -> Component:
    found: Component = {"platform": "binary_sensor", "name": name, "device_class": device_class}
    return found | {"value_template": template, "entity_category": "diagnostic"}


def _value(words: str, value: str, found: Field) -> Component:
    said: Component = {
        "platform": "binary_sensor" if found.binary else "sensor",
        "name": f"{words} {found.name}".strip(),
    }
    said |= {"value_template": _truth(value) if found.binary else f"{{{{ {value} }}}}"}
    said |= {"device_class": found.device_class} if found.device_class else {}
    if not found.binary:
        said |= {"state_class": found.state_class} | ({"unit_of_measurement": found.unit} if found.unit else {})
    return said | ({"entity_category": "diagnostic"} if found.inner else {})
