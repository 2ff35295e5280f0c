"""JSON Schemas of the messages, made from the dataclasses: what docs/mqtt.yaml publishes is tested against these."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from devices.contract.limits import Items, Number, Text

Schema = dict[str, Any]


def schema_of(kind: type) -> Schema:
    """Describe a message: its fields with types and limits, and which may be left out. Unknown fields are allowed."""
    hints = get_type_hints(kind, include_extras=True)
    required = [field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING]
    schema: Schema = {"type": "object", "properties": {field.name: _of(hints[field.name]) for field in fields(kind)}}
    if required:
        schema["required"] = required
    return schema


def parts_of(kind: type) -> set[type]:
    """Return the dataclasses a message is made of, itself included."""
    found = {kind}
    for hint in get_type_hints(kind, include_extras=True).values():
        for part in _dataclasses_in(hint):
            found |= parts_of(part)
    return found


def _of(kind: Any) -> Schema:  # noqa: ANN401 - any type form
    origin = get_origin(kind)
    if origin is Annotated:
        return _limited(kind)
    if origin in {Union, types.UnionType}:
        return {"oneOf": [*(_of(part) for part in get_args(kind) if part is not type(None)), {"type": "null"}]}
    if origin in {tuple, Mapping}:
        return _many(*(_of(part) for part in get_args(kind) if part is not ...))
    if is_dataclass(kind) and isinstance(kind, type):
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "string", "enum": [word.value for word in kind]}
    return dict(_PLAIN[kind])


def _many(*parts: Schema) -> Schema:
    """Describe a list by its parts, or an object by its keys and values."""
    if len(parts) == 1:
        return {"type": "array", "items": parts[0]}
    return {"type": "object", "propertyNames": parts[0], "additionalProperties": parts[1]}


def _limited(kind: Any) -> Schema:  # noqa: ANN401 - any type form
    inner, *limits = get_args(kind)
    schema = _of(inner)
    for limit in limits:
        if isinstance(limit, Text):
            schema["maxLength"] = limit.longest
            if limit.pattern:
                schema["pattern"] = f"^(?:{limit.pattern})$"
        elif isinstance(limit, Number):
            schema |= {"minimum": limit.least, "maximum": limit.most}
        elif isinstance(limit, Items):
            schema["maxProperties" if schema["type"] == "object" else "maxItems"] = limit.most
    return schema


def _dataclasses_in(kind: Any) -> list[type]:  # noqa: ANN401 - any type form
    if is_dataclass(kind) and isinstance(kind, type):
        return [kind]
    return [found for part in get_args(kind) for found in _dataclasses_in(part)]


_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
}
