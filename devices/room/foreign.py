"""What the translators of makers' messages share: reading JSON with suspicion, and writing a discovery message.

Whatever comes in is somebody else's: any size, any depth, any characters. ``Untranslatable`` is the only way to fail.
"""

import json
import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import NoReturn, TypeGuard

from devices.ports import Untranslatable

MAX_BYTES = 16 * 1024
MAX_TEXT = 100
MAX_TOPIC = 200
MAX_COMPONENTS = 120
_ODD = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_TOPIC = re.compile("[^\x00-\x1f\x7f\ud800-\udfff#+$][^\x00-\x1f\x7f\ud800-\udfff#+]*")
_NOT_IN_A_KEY = re.compile(r"[^a-z0-9]+")
_MAC = re.compile(r"[0-9a-f]{12}")


def refuse(code: str, detail: str, field: str = "") -> NoReturn:
    """Raise Untranslatable."""
    raise Untranslatable(code, detail, field)


def read_object(payload: bytes) -> dict[str, object]:
    """Read one JSON object of at most 16 KiB. Raises Untranslatable: too_large, not_json or not_an_object."""
    if len(payload) > MAX_BYTES:
        refuse("too_large", f"{len(payload)} bytes, at most {MAX_BYTES} are read")
    try:
        found = json.loads(payload, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no character
    except (ValueError, RecursionError) as why:
        raise Untranslatable("not_json", f"no JSON: {str(why)[:MAX_TEXT]}") from None
    return found if is_object(found) else refuse("not_an_object", "the payload is no JSON object")


def _no_number(word: str) -> NoReturn:
    msg = f"{word} is no JSON"
    raise ValueError(msg)


def is_object(found: object) -> TypeGuard[dict[str, object]]:
    """Say whether it is a JSON object."""
    return isinstance(found, dict)


def is_number(found: object) -> TypeGuard[float]:
    """Say whether it is a finite number; ``true`` is none."""
    try:
        return isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found)
    except OverflowError:  # an integer of four thousand digits
        return False


def text(found: Mapping[str, object], key: str, *, otherwise: str | None = None) -> str:
    """Return a text of a JSON object, at most 100 characters. Raises Untranslatable, unless ``otherwise`` is given."""
    value = found.get(key)
    if isinstance(value, str) and len(value) <= MAX_TEXT and not _ODD.search(value):
        return value
    if otherwise is not None:
        return otherwise
    return refuse("wrong_value", f"must be a text of at most {MAX_TEXT} characters", key)


def items(found: Mapping[str, object], key: str, most: int) -> list[object]:
    """Return a list of a JSON object; empty when it is not there. Raises Untranslatable."""
    value = found.get(key, [])
    if not isinstance(value, list) or len(value) > most:
        refuse("wrong_value", f"must be a list of at most {most} entries", key)
    return value


def safe_topic(topic: str, field: str = "") -> str:
    """Return a topic that may be published on. Raises Untranslatable for wildcards, ``$`` and odd characters."""
    if len(topic) > MAX_TOPIC or not _TOPIC.fullmatch(topic):
        refuse("wrong_topic", f"{topic[:MAX_TEXT]!a} is no topic a device may speak on", field)
    return topic


def mac_of(found: str, field: str) -> str:
    """Return a MAC address as twelve small hexadecimal digits. Raises Untranslatable."""
    mac = found.replace(":", "").lower()
    return mac if _MAC.fullmatch(mac) else refuse("wrong_value", "must be a MAC address of 12 digits", field)


def connection(mac: str) -> list[list[str]]:
    """Return the ``connections`` of a discovery message."""
    return [["mac", ":".join(mac[at : at + 2] for at in range(0, 12, 2))]]


def path(*steps: str | int) -> str:
    """Return how a template reaches a value of the payload, whatever its keys are called.

    >>> path("DS18B20-1", "Temperature")
    'value_json["DS18B20-1"]["Temperature"]'
    """
    return "value_json" + "".join(f"[{json.dumps(step, ensure_ascii=False)}]" for step in steps)


def key_of(words: Iterable[object], taken: Iterable[str]) -> str:
    """Return a component's key, of ``a-z 0-9 _``, that is not taken yet.

    >>> key_of(["BME280", "PM2.5"], [])
    'bme280_pm2_5'
    """
    plain = _NOT_IN_A_KEY.sub("_", "_".join(map(str, words)).lower()).strip("_")[:MAX_TEXT] or "value"
    key, count = plain, 2
    while key in taken:
        key, count = f"{plain}_{count}", count + 1
    return key


def announcement(
    device: Mapping[str, object], components: Mapping[str, Mapping[str, object]], shared: Mapping[str, object]
) -> bytes:
    """Write a Home Assistant device message. ``shared`` options hold for every component. Raises Untranslatable."""
    if len(components) > MAX_COMPONENTS:
        refuse("too_many", f"{len(components)} values, at most {MAX_COMPONENTS} are taken of one device")
    said = {key: value for key, value in device.items() if value}
    message = {"device": said, "origin": {"name": "Yingbin"}, "components": components, **shared}
    return json.dumps(message, separators=(",", ":")).encode()
