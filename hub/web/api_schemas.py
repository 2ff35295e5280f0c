"""What answers to programs look like, in JSON Schema 2020-12, as OpenAPI 3.1 takes it."""

from enum import StrEnum
from typing import Any

from hub.domain.condition_steps import Ends
from hub.domain.conditions import Cause, SubjectKind
from hub.domain.field_devices import Quantity, Standing
from hub.domain.history import Level
from hub.domain.readings import Quality
from hub.domain.severity import Severity

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


def _one_of(words: type[StrEnum]) -> dict[str, Any]:
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
CONDITION = _record(
    "One thing that is wrong in a room, or was.",
    id=_TEXT,
    cause=_one_of(Cause),
    about=_one_of(SubjectKind),
    subject={**_TEXT, "description": "The id of the point, device or station, or the key of the room."},
    room=_maybe(_TEXT),
    severity={**_one_of(Severity), "description": "Worked out now: a fault is urgent while a meeting has the room."},
    state={"type": "string", "enum": ["new", "accepted", "acknowledged", "hidden", "over"]},
    since=_INSTANT,
    opened_at=_INSTANT,
    over_at=_maybe(_INSTANT),
    value={**NUMBER, "description": "The reading that counted, in the unit of its point."},
    limit=NUMBER,
    detail={**_TEXT, "description": "A word of the device's own."},
    hidden_by={**_maybe(_TEXT), "description": "The id of the condition that explains it."},
    task={**_maybe(_TEXT), "description": "The open task about it."},
    assignee={**_maybe(_TEXT), "description": "Who sees to it: the task's owner, else to whom it was given."},
    acked_by=_maybe(_TEXT),
    acked_at=_maybe(_INSTANT),
    cleared_by=_maybe(_TEXT),
    ends_by={**_maybe(_one_of(Ends)), "description": "By what it ends by itself; null: a person may clear it."},
    notes={
        "type": "array",
        "items": _record("A comment, the oldest first.", at=_INSTANT, by=_TEXT, text=_TEXT),
    },
)
CONDITIONS = _record(
    "What is wrong, and what was in the last 7 days: what is open first, the worst of it first.",
    conditions={"type": "array", "items": _of("Condition")},
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
    "Condition": CONDITION,
    "Conditions": CONDITIONS,
    "Problem": PROBLEM,
}


def named(name: str) -> dict[str, Any]:
    """Return the reference to one of SCHEMAS."""
    return _of(name)
