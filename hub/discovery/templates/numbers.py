"""Numbers and truth in templates, as Home Assistant's filters make them."""

import math
import statistics
from collections.abc import Callable, Iterable
from typing import Any, Final, NoReturn

from jinja2 import Undefined
from jinja2.filters import do_int

from hub.discovery.templates.budget import Exhausted

# ruff: noqa: ANN401 - templates hold anything
# ruff: noqa: FBT002 - the arguments have the places that Home Assistant gives them

NOTHING: Final = object()
"""Stands for a default that was not given."""

_MOST_DIGITS = 30


def or_default(default: Any, name: str, value: Any) -> Any:
    """Return the default of a filter that cannot use a value. Raises ValueError where it has none."""
    if default is NOTHING:
        fail(name, value)
    return default


def fail(name: str, value: Any) -> NoReturn:
    """Say which filter cannot use what. Raises ValueError."""
    raise ValueError(f"{name} got {type(value).__name__}, which it cannot use, and no default")


def to_float(value: Any, default: Any = NOTHING) -> Any:
    """Return a number, else the default. Raises ValueError."""
    try:
        return float(value)
    except (ValueError, TypeError):
        return or_default(default, "float", value)


def to_int(value: Any, default: Any = NOTHING, base: int = 10) -> Any:
    """Return a whole number, else the default. Raises ValueError."""
    read = do_int(value, default=default, base=base)
    return or_default(NOTHING, "int", value) if read is NOTHING else read


def to_bool(value: Any, default: Any = NOTHING) -> Any:
    """Return whether a value says yes, else the default. Raises ValueError."""
    if isinstance(value, bool):
        return value
    word = value.lower().strip() if isinstance(value, str) else None
    if word in {"1", "true", "yes", "on", "enable"}:
        return True
    if word in {"0", "false", "no", "off", "disable"}:
        return False
    return value != 0 if isinstance(value, int | float) else or_default(default, "bool", value)


def rounded(value: Any, precision: int = 0, method: str = "common", default: Any = NOTHING) -> Any:
    """Round to some digits by ``common``, ``ceil``, ``floor`` or ``half``. Raises ValueError."""
    if not -_MOST_DIGITS <= precision <= _MOST_DIGITS:
        raise Exhausted
    try:
        number, factor = float(value), float(10**precision)
        if method == "ceil":
            made: float = math.ceil(number * factor) / factor
        elif method == "floor":
            made = math.floor(number * factor) / factor
        elif method == "half":
            made = round(number * 2) / 2
        else:
            made = round(number, precision)
        return int(made) if precision == 0 else made
    except (ValueError, TypeError):
        return or_default(default, "round", value)


def multiplied(value: Any, amount: Any, default: Any = NOTHING) -> Any:
    """Return a number times another. Raises ValueError."""
    try:
        return float(value) * amount
    except (ValueError, TypeError):
        return or_default(default, "multiply", value)


def added(value: Any, amount: Any, default: Any = NOTHING) -> Any:
    """Return a number and another. Raises ValueError."""
    try:
        return float(value) + amount
    except (ValueError, TypeError):
        return or_default(default, "add", value)


def is_number(value: Any) -> bool:
    """Say whether a value is, or reads as, a finite number."""
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError):
        return False


def is_defined(value: Any) -> Any:
    """Return a value that is there; fail for one that is not."""
    if isinstance(value, Undefined):
        value()
    return value


def iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = NOTHING) -> Any:
    """Choose by a condition."""
    if value is None and if_none is not NOTHING:
        return if_none
    return if_true if value else if_false


def typeof(value: Any) -> str:
    """Return the name of a value's type."""
    return str(value.__class__.__name__)


def average(*values: Any, default: Any = NOTHING) -> Any:
    """Return the mean. Raises ValueError."""
    return _statistic(statistics.fmean, "average", values, default)


def median(*values: Any, default: Any = NOTHING) -> Any:
    """Return the middle. Raises ValueError."""
    return _statistic(statistics.median, "median", values, default)


def _statistic(of: Callable[[Any], Any], name: str, values: tuple[Any, ...], default: Any) -> Any:
    if not values:
        raise TypeError(f"{name} takes at least one argument")
    items: Any = values
    if isinstance(values[0], Iterable):
        items = values[0]
        default = values[1] if len(values) > 1 and default is NOTHING else default
    elif len(values) == 1:
        raise TypeError(f"{name} takes numbers")
    try:
        return of(items)
    except (TypeError, statistics.StatisticsError):
        return or_default(default, name, values)


def of_number(name: str, of: Callable[[float], float]) -> Callable[..., Any]:
    """Return a filter that computes one number from another."""

    def function(value: Any, default: Any = NOTHING) -> Any:
        try:
            return of(float(value))
        except (ValueError, TypeError):
            return or_default(default, name, value)

    return function


def logarithm(value: Any, base: Any = math.e, default: Any = NOTHING) -> Any:
    """Return a logarithm. Raises ValueError."""
    try:
        return math.log(float(value), float(base))
    except (ValueError, TypeError):
        return or_default(default, "log", value)
