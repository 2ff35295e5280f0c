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
    return _DECODER.decode(text)


def read_object(text: str) -> dict[str, Any]:
    """Return a JSON object. Raises ValueError for anything else."""
    read = read_json(text)
    if not isinstance(read, dict):
        raise ValueError(f"a JSON object was expected, not {type(read).__name__}")  # noqa: TRY004 - one error for a text
    return read


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _whole(digits: str) -> int | float:
    """Return a whole number, beyond 64 bits as a float, as orjson does."""
    if len(digits) <= _SURE_DIGITS:
        return int(digits)
    number = float(digits)
    return int(digits) if -(2.0**63) <= number < 2.0**64 else number


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


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=_whole)
