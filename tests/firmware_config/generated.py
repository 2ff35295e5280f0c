"""What an ESPHome device will announce, read out of the C++ that ESPHome generates for it.

The form of an announcement is that of ESPHome 2026.6.5, ``components/mqtt/mqtt_component.cpp`` and its siblings.
"""

import re
from dataclasses import dataclass, field
from functools import reduce

ENTITY = re.compile(
    r'App\.register_(?P<domain>\w+)\((?P<id>\w+), "(?P<name>[^"]*)", [^)]*\);(?: +// (?P<notes>.*))?$', re.MULTILINE
)
COMMANDED = {"switch", "light", "button"}
SILENT = {"button"}
"""These have no state to tell."""


@dataclass(frozen=True)
class Entity:
    """One entity that is announced."""

    domain: str
    name: str
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def object_id(self) -> str:
        """Its name in topics: every sign that is not ASCII becomes ``_`` (``core/entity_base.cpp``)."""
        return re.sub(rb"[^a-z0-9_-]", b"_", self.name.lower().encode()).decode()


@dataclass(frozen=True)
class Generated:
    """One device's main.cpp."""

    code: str

    def calls(self, function: str) -> list[str]:
        """Return the arguments of every call of a method, as they are written."""
        return re.findall(rf"->{function}\((.*)\);$", self.code, re.MULTILINE)

    def call(self, function: str) -> str:
        """Return the arguments of the only call of a method."""
        (only,) = self.calls(function)
        return only.strip('"')

    @property
    def name(self) -> str:
        """The device's name."""
        found = re.search(r'App\.pre_setup\("([^"]*)"', self.code)
        assert found
        return found[1]

    @property
    def entities(self) -> list[Entity]:
        """Return all entities that the broker will hear of."""
        found = []
        for match in ENTITY.finditer(self.code):
            notes = dict(note.partition(":")[::2] for note in (match["notes"] or "").split(", "))
            if "internal" not in notes and match["domain"] != "component_":
                found.append(Entity(match["domain"], match["name"], notes))
        return found

    def announcements(self, mac: str) -> dict[str, dict[str, object]]:
        """Write the announcement of each entity, by topic, for a device with this MAC address."""
        return {
            f"homeassistant/{entity.domain}/{self.name}/{entity.object_id}/config": self._announcement(entity, mac)
            for entity in self.entities
        }

    def _announcement(self, entity: Entity, mac: str) -> dict[str, object]:
        prefix = self.call("set_topic_prefix").split('"')[0]
        below = f"{prefix}/{entity.domain}/{entity.object_id}"
        _, unique, named, *_ = self.call("set_discovery_info").split(", ")
        said: dict[str, object] = {"name": entity.name, "avty_t": f"{prefix}/status"}
        said |= {
            key: entity.notes[note]
            for key, note in (("dev_cla", "dc"), ("unit_of_meas", "uom"))
            if note in entity.notes
        }
        said |= {} if entity.domain in SILENT else {"stat_t": f"{below}/state"}
        said |= {"cmd_t": f"{below}/command"} if entity.domain in COMMANDED else {}
        said |= {"schema": "json"} if entity.domain == "light" else {}
        said |= {"evt_typ": ["pressed", "held"]} if entity.domain == "event" else {}
        said["uniq_id"] = (
            f"{mac}-{entity.domain}-{fnv1(entity.name):08x}"
            if unique == "mqtt::MQTT_MAC_ADDRESS_UNIQUE_ID_GENERATOR"
            else f"ESP{entity.domain}{entity.object_id}"
        )
        if named == "mqtt::MQTT_DEVICE_NAME_OBJECT_ID_GENERATOR":
            said["obj_id"] = f"{self.name}_{entity.object_id}"
        area = re.search(r'area_id->set_name\("([^"]*)"\)', self.code)
        said["dev"] = {
            "ids": mac,
            "name": self.name,
            "mf": "yingbin",
            "cns": [["mac", mac]],
            "sa": unquoted(area[1]) if area else "",
        }
        return said


def unquoted(text: str) -> str:
    r"""Read the inside of a C string in which all but plain signs are written as octal bytes (``\344``)."""
    return re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), text.encode()).decode()


def fnv1(text: str) -> int:
    """Hash as ESPHome does, 32 bits (``core/helpers.cpp``, FNV-1)."""
    return reduce(lambda value, byte: (value * 16777619 & 0xFFFFFFFF) ^ byte, text.encode(), 2166136261)
