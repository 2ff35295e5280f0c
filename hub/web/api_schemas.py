"""What answers to programs look like, in JSON Schema 2020-12, as OpenAPI 3.1 takes it."""

from typing import Any

from hub.domain.field_devices import Quantity, Standing
from hub.domain.history import Level
from hub.domain.readings import Quality

_TEXT = {"type": "string"}
_INSTANT = {"type": "string", "format": "date-time", "description": "UTC, to the millisecond."}
_COUNT = {"type": "integer", "minimum": 0}


def _maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _record(description: str, **fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _of(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _one_of(words: type[Quality | Standing | Level | Quantity]) -> dict[str, Any]:
    return {"type": "string", "enum": [word.value for word in words]}


NUMBER = _maybe({"type": "number"})
LATEST = _record("The newest reading.", at=_INSTANT, value=NUMBER, text=_TEXT, quality=_one_of(Quality))
POINT = _record(
    "One value that a device in a room tells.",
    id=_TEXT,
    device=_TEXT,
    key=_TEXT,
    name=_TEXT,
    component={**_TEXT, "description": "The kind of Home Assistant entity."},
    quantity=_one_of(Quantity),
    unit={**_TEXT, "description": "The unit of all its values."},
    room=_maybe(_TEXT),
    standing=_one_of(Standing),
    gone={"type": "boolean", "description": "Its device announces it no more."},
    latest=_maybe(_of("Latest")),
)
SPOT = _record(
    "What the point said from `at` on, for one step, or, with `quality`, in one reading.",
    at=_INSTANT,
    n={**_COUNT, "description": "How many values."},
    words={**_COUNT, "description": "How many readings without a value."},
    least=NUMBER,
    mean=NUMBER,
    most=NUMBER,
    last={**NUMBER, "description": "The value of the last reading; null where that was a word, or unknown."},
    text={**_TEXT, "description": "The word of the last reading, empty where it was a value, or unknown."},
    quality=_maybe(_one_of(Quality)),
)
HISTORY = _record(
    "What a point said in a span of time, oldest first; where it said nothing there is no row.",
    point=_TEXT,
    unit=_TEXT,
    **{"from": _INSTANT, "to": _INSTANT},
    level={**_one_of(Level), "description": "From what it is told."},
    step_s={**_COUNT, "description": "Seconds for which one row stands; 0: each is one reading."},
    readings={"type": "array", "items": _of("Spot")},
    gaps={
        "type": "array",
        "items": _record("A silence longer than the point's own.", **{"from": _INSTANT, "to": _INSTANT}),
        "description": "Where a chart must not draw a line across.",
    },
)
POINTS = _record(
    "Points by id.",
    points={"type": "array", "items": _of("Point")},
    next={**_maybe(_TEXT), "description": "What to give as `after` for those that follow; null: there are none."},
)
PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "properties": {
        "type": _TEXT,
        "code": {**_TEXT, "description": "Stable; titles and details are for people."},
        "status": {"type": "integer"},
        "title": _TEXT,
        "detail": _TEXT,
        "field": {**_TEXT, "description": "The parameter that cannot be used."},
        "problem": {**_TEXT, "description": "What is wrong with it."},
        "remedy": {**_TEXT, "description": "What to give instead."},
    },
    "required": ["type", "code", "status", "title", "detail"],
}
SCHEMAS = {
    "Point": POINT,
    "Points": POINTS,
    "Latest": LATEST,
    "Spot": SPOT,
    "History": HISTORY,
    "Problem": PROBLEM,
}


def named(name: str) -> dict[str, Any]:
    """Return the reference to one of SCHEMAS."""
    return _of(name)
