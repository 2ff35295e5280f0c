"""Filters, functions and tests that templates know besides Jinja's own (Home Assistant 2026.2.3, ``helpers/template``).

Only what reads a payload: nothing here knows a house, a clock of its own, or chance.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from jinja2 import Environment, pass_environment
from jinja2.filters import do_max, do_min

from hub.discovery.templates.moments import (
    as_datetime,
    as_local,
    as_timestamp,
    custom_text,
    instant_text,
    now,
    parsed_time,
)
from hub.discovery.templates.numbers import (
    added,
    average,
    iif,
    is_defined,
    is_number,
    logarithm,
    median,
    multiplied,
    of_number,
    rounded,
    to_bool,
    to_float,
    to_int,
    typeof,
)
from hub.discovery.templates.texts import (
    find_all,
    find_one,
    formatted,
    from_base64,
    from_json,
    joined,
    matches,
    packed,
    replaced,
    substituted,
    to_base64,
    to_json,
    unpacked,
)

# ruff: noqa: ANN401 - templates hold anything


def combined(*parts: Any, recursive: bool = False) -> dict[Any, Any]:
    """Return several mappings as one; later ones win. Raises TypeError."""
    made: dict[Any, Any] = {}
    for part in parts:
        if not isinstance(part, dict):
            raise TypeError("combine takes mappings")
        for key, value in part.items():
            old = made.get(key)
            both = recursive and isinstance(old, dict) and isinstance(value, dict)
            made[key] = combined(old, value, recursive=True) if both else value
    if not parts:
        raise TypeError("combine takes at least one mapping")
    return made


def flattened(value: Any, levels: int | None = None) -> list[Any]:
    """Return lists in a list as one list. Raises TypeError."""
    if not isinstance(value, list | tuple):
        raise TypeError("flatten takes a list")
    made: list[Any] = []
    for item in value:
        if isinstance(item, list | tuple) and (levels is None or levels >= 1):
            made.extend(flattened(item, None if levels is None else levels - 1))
        else:
            made.append(item)
    return made


def _of_sets(of: Callable[..., set[Any]]) -> Callable[..., list[Any]]:
    def function(value: Any, other: Any) -> list[Any]:
        if isinstance(value, str) or isinstance(other, str):
            raise TypeError("lists were expected")
        # Sorted by how they are written: a set of Python's has another order in each process.
        return sorted(of(set(value), set(other)), key=repr)

    return function


def summed(values: Iterable[Any], attribute: Any = None, start: Any = 0) -> Any:
    """Add numbers up. Raises TypeError."""
    if attribute is not None or not isinstance(start, int | float):
        raise TypeError("map an attribute before summing; start with a number")
    total = start
    for value in values:
        if not isinstance(value, int | float):
            raise TypeError("sum takes numbers")
        total += value
    return total


def extreme(of: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``min`` or ``max`` over a list or over its arguments; ``of`` is Jinja's filter. Raises TypeError."""

    @pass_environment
    def function(environment: Environment, *values: Any, **options: Any) -> Any:
        if len(values) == 1 and not isinstance(values[0], Iterable):
            raise TypeError("one argument must be a list")
        return of(environment, values[0] if len(values) == 1 else values, **options)

    return function


_OF_NUMBERS: Mapping[str, Callable[..., Any]] = {
    name: of_number(name, getattr(math, name)) for name in ("sqrt", "sin", "cos", "tan", "asin", "acos", "atan")
}
FILTERS: Mapping[str, Callable[..., Any]] = {
    **_OF_NUMBERS,
    "add": added, "as_datetime": as_datetime, "as_local": as_local, "as_timestamp": as_timestamp, "average": average,
    "base64_decode": from_base64, "base64_encode": to_base64, "bitwise_and": lambda first, second: first & second,
    "bitwise_or": lambda first, second: first | second, "bitwise_xor": lambda first, second: first ^ second,
    "bool": to_bool, "combine": combined, "contains": lambda items, item: item in items,
    "difference": _of_sets(set.difference), "flatten": flattened, "float": to_float, "format": formatted,
    "from_hex": bytes.fromhex, "from_json": from_json, "iif": iif, "int": to_int,
    "intersect": _of_sets(set.intersection), "is_defined": is_defined, "is_number": is_number, "join": joined,
    "log": logarithm, "median": median, "multiply": multiplied, "ord": ord, "pack": packed, "regex_findall": find_all,
    "regex_findall_index": find_one, "regex_match": matches("match"), "regex_replace": substituted,
    "regex_search": matches("search"), "replace": replaced, "round": rounded, "sum": summed,
    "symmetric_difference": _of_sets(set.symmetric_difference), "timestamp_custom": custom_text,
    "timestamp_local": instant_text, "timestamp_utc": instant_text, "to_json": to_json, "typeof": typeof,
    "union": _of_sets(set.union), "unpack": unpacked,
}  # fmt: skip
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **_OF_NUMBERS,
    "as_datetime": as_datetime, "as_local": as_local, "as_timestamp": as_timestamp, "average": average,
    "bool": to_bool, "combine": combined, "float": to_float, "iif": iif, "int": to_int, "is_number": is_number,
    "log": logarithm, "max": extreme(do_max), "median": median, "min": extreme(do_min), "now": now, "pack": packed,
    "set": set, "strptime": parsed_time, "timedelta": timedelta, "tuple": tuple, "typeof": typeof, "unpack": unpacked,
    "utcnow": now, "zip": zip,
}  # fmt: skip
NUMBERS: Mapping[str, float] = {"e": math.e, "inf": math.inf, "pi": math.pi, "tau": math.tau}
TESTS: Mapping[str, Callable[..., bool]] = {
    "contains": lambda items, item: item in items, "datetime": lambda value: isinstance(value, datetime),
    "is_number": is_number, "list": lambda value: isinstance(value, list), "match": matches("match"),
    "search": matches("search"), "set": lambda value: isinstance(value, set),
    "string_like": lambda value: isinstance(value, str | bytes), "tuple": lambda value: isinstance(value, tuple),
}  # fmt: skip
