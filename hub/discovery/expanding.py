"""Short names made long and base topics filled in, in place (``reference/iot-conventions.md`` 1.2, steps 4 and 5)."""

from collections.abc import Iterator, Mapping
from typing import Any

from hub.discovery import abbreviations

BASE = "~"


def expand(said: dict[str, Any]) -> None:
    """Make every short name of an announcement long; a message for a whole device has ``components`` to go into."""
    _expand_options(said)
    if "origin" in said:
        _rename(said["origin"], abbreviations.ORIGIN)
    if "device" in said:
        _rename(said["device"], abbreviations.DEVICE)
    components = said.get("components")
    if isinstance(components, dict):
        for component in components.values():
            _expand_options(component)


def fill_in_base(said: dict[str, Any]) -> None:
    """Put the base topic ``~`` into every topic of one entity that begins or ends with it; the base itself goes."""
    if BASE not in said:
        return
    base = str(said.pop(BASE))
    for key, text in said.items():
        if key.endswith("topic") and isinstance(text, str):
            said[key] = _based(text, base)
    for entry in _availability(said):
        if isinstance(entry, dict) and entry.get("topic"):
            entry["topic"] = _based(str(entry["topic"]), base)


def _expand_options(said: object) -> None:
    """Make the short names of one entity's options long, those in each entry of its availability too."""
    _rename(said, abbreviations.OPTIONS)
    if isinstance(said, dict):
        for entry in _availability(said):
            _rename(entry, abbreviations.OPTIONS)


def _rename(said: object, names: Mapping[str, str]) -> None:
    if isinstance(said, dict):
        for short in names.keys() & said.keys():
            said[names[short]] = said.pop(short)


def _availability(said: dict[str, Any]) -> Iterator[object]:
    entries = said.get("availability")
    yield from entries if isinstance(entries, list) else [entries]


def _based(text: str, base: str) -> str:
    if text.startswith(BASE):
        text = base + text[1:]
    return text[:-1] + base if text.endswith(BASE) else text
