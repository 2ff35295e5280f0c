"""How a kiosk announces itself, so that it appears in a Home Assistant unasked and its health has a history here."""

from devices.announcing import ONLINE, Component, Entity, Nameplate, announce

_EXPIRES_S = 60
"""Four heartbeats: then what a kiosk said of itself is old."""


def _figure(key: str, name: str, field: str, device_class: str = "", unit: str = "") -> Entity:
    """Describe a number of each heartbeat; one without it does not know."""
    return Entity(
        key=key,
        name=name,
        device_class=device_class,
        unit=unit,
        state_class="measurement",
        template=f"{{{{ value_json.{field} | default(none) }}}}",
        expires_s=_EXPIRES_S,
        diagnostic=True,
    )


def _trouble(key: str, name: str, field: str, when: str) -> Entity:
    """Describe a fault that a heartbeat tells in ``field``; a heartbeat without it does not know."""
    template = f"{{{{ 'None' if value_json.{field} is not defined else ('on' if {when} else 'off') }}}}"
    return Entity(
        key=key,
        name=name,
        component=Component.BINARY_SENSOR,
        device_class="problem",
        template=template,
        expires_s=_EXPIRES_S,
        diagnostic=True,
    )


ENTITIES = (
    _figure("cpu", "Processor temperature", "cpu_c", "temperature", "°C"),
    _figure("unsent", "Check-ins not answered yet", "unacked"),
    _figure("oldest", "Oldest unanswered check-in", "oldest_s", "duration", "s"),
    _figure("disk", "Room on the disk", "disk_free_mb", "data_size", "MiB"),
    _figure("memory", "Memory used", "memory_mb", "data_size", "MiB"),
    _trouble("camera", "Camera", "camera_ok", "not value_json.camera_ok"),
    _trouble("power", "Supply too weak", "power_low", "value_json.power_low"),
    _trouble("needs", "Needs a person", "needs", "value_json.needs"),
    ONLINE,
)
"""A kiosk's points; each is in its heartbeat (``devices.contract.messages.Heartbeat``) or its presence."""


def announcement_of(plate: Nameplate, *, wanted: bool) -> tuple[str, bytes]:
    """Return topic and payload to publish retained; the empty payload takes an earlier announcement back."""
    topic, payload = announce(plate, ENTITIES)
    return topic, payload if wanted else b""
