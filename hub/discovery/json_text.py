"""JSON as devices send it, read as strictly as Home Assistant's reader (orjson) and within limits."""

import json
import re
from typing import Any

from hub.discovery.limits import JSON_DEPTH

_SURE_DIGITS = 18
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def read_json(text: str) -> Any:  # noqa: ANN401 - JSON is any of its types
    """Return what a JSON text says. Raises ValueError for what is no JSON, and for brackets nested too deeply."""
    if text.count("[") + text.count("{") > JSON_DEPTH and _depth(text) > JSON_DEPTH:
        raise ValueError(f"brackets nested more than {JSON_DEPTH} deep")
    read = _DECODER.decode(text)
    if "\\ud" in text or "\\uD" in text:
        json.dumps(read, ensure_ascii=False).encode()  # half a surrogate pair is no text
    return read


def read_object(text: str) -> dict[str, Any]:
    """Return a JSON object. Raises ValueError for anything else."""
    read = read_json(text)
    if not isinstance(read, dict):
        raise ValueError(f"a JSON object was expected, not {type(read).__name__}")  # noqa: TRY004 - one error for a text
    return read


def write_json(value: object, *, ascii_only: bool = False, pretty: bool = False, sort_keys: bool = False) -> str:
    """Return a value as JSON, as tightly as orjson writes it. Raises TypeError and ValueError."""
    tight = None if ascii_only or pretty else (",", ":")
    return json.dumps(
        value, ensure_ascii=ascii_only, indent=2 if pretty else None, sort_keys=sort_keys, separators=tight
    )


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _whole(digits: str) -> int | float:
    """Return a whole number, beyond 64 bits as a float, as orjson does."""
    if len(digits) <= _SURE_DIGITS:
        return int(digits)
    number = float(digits)
    return int(digits) if -(2.0**63) <= number < 2.0**64 else _fraction(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if number in _ENDLESS:
        raise ValueError("a number out of range")
    return number


def _depth(text: str) -> int:
    """Return how deeply brackets are nested at the most, those in texts left out."""
    depth = deepest = 0
    for mark in _MARKS.finditer(text):
        if mark[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark[0] in "]}":
            depth -= 1
    return deepest


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_fraction, parse_int=_whole)
_ENDLESS = (float("inf"), float("-inf"))
