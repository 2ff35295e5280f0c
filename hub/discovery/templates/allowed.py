"""What templates may use of Jinja and of Python's own types; what is not named here they cannot reach."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from jinja2.runtime import LoopContext

FILTERS = (
    "abs", "batch", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "filesizeformat", "first",
    "groupby", "items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse",
    "select", "selectattr", "slice", "sort", "string", "title", "tojson", "trim", "truncate", "unique", "upper",
    "urlencode", "wordcount",
)  # fmt: skip
TESTS = (
    "boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge", "greaterthan", "gt", "in",
    "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none", "number", "odd", "sameas",
    "sequence", "string", "true", "undefined", "upper", "!=", "<", "<=", "==", ">", ">=",
)  # fmt: skip
_OF_TEXT = frozenset({
    "capitalize", "casefold", "count", "endswith", "find", "format", "index", "isalnum", "isalpha", "isdecimal",
    "isdigit", "islower", "isnumeric", "isspace", "isupper", "join", "ljust", "lower", "lstrip", "partition",
    "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split",
    "splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill",
})  # fmt: skip
_OF_INSTANTS = frozenset({
    "astimezone", "date", "isoformat", "isoweekday", "replace", "strftime", "time", "timestamp", "timetuple",
    "toordinal", "weekday",
})  # fmt: skip
METHODS: Mapping[type, frozenset[str]] = {
    str: _OF_TEXT,
    bytes: frozenset({"decode", "hex"}),
    dict: frozenset({"get", "items", "keys", "values"}),
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "index"}),
    int: frozenset({"bit_length"}),
    float: frozenset({"is_integer"}),
    timedelta: frozenset({"total_seconds"}),
    datetime: _OF_INSTANTS,
    date: frozenset({"isoformat", "isoweekday", "replace", "strftime", "weekday"}),
    time: frozenset({"isoformat", "replace", "strftime"}),
    LoopContext: frozenset({"cycle", "changed"}),
}
"""Methods that a template may call, by the exact type; none changes its object."""
