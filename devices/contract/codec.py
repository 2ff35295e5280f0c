"""Bytes to messages and back: the only JSON on the wire, read strictly.

Refused, each with a stable reason and the field: more than 16 KiB, not UTF-8, duplicate keys, NaN and Infinity,
deep nesting, wrong types (a number is no text, ``true`` is no number), values outside their limits, times without
a zone, a missing field, another version. Unknown fields are ignored.
"""

import json
import math
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, NoReturn, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from devices.contract.envelope import MAX_BYTES, VERSION, Envelope
from devices.contract.limits import Items, Number, Text, columns

MAX_DEPTH = 12
MAX_DIGITS = 20
_SHOWN = 60
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_BRACKETS = re.compile(r"[\[\]{}]")

_AS_IT_IS = {str, bool, int, float, type(None)}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

M = TypeVar("M")
E = TypeVar("E", bound=Envelope)
Reader = Callable[[Any, str], Any]


class UnreadableMessage(ValueError):
    """The bytes are no message of this contract. ``reason`` is stable; ``field`` is a path such as ``card.name``."""

    def __init__(self, reason: str, detail: str, field: str = "") -> None:
        """Keep reason, field and words apart, so that a page can show all three."""
        super().__init__(f"{field}: {detail}" if field else detail)
        self.reason = reason
        self.field = field


def encode(message: Envelope) -> bytes:
    """Write a message. Raises UnreadableMessage when it would exceed 16 KiB."""
    data = _dump(_plain(message))
    if len(data) > MAX_BYTES:
        _refuse("too_large", f"{len(data)} bytes, at most {MAX_BYTES} are allowed")
    return data


def decode(data: bytes, kind: type[M]) -> M:
    """Read a message of the given kind. Raises UnreadableMessage, never anything else."""
    parsed = _object(data)
    if issubclass(kind, Envelope):
        _check_version(parsed)
    message: M = _reader_of(cast(Any, kind))(parsed, "")
    return message


def decode_one_of(data: bytes, kinds: Mapping[str, type[E]]) -> E:
    """Read a message that is one of several kinds, each known by a field that only it has.

    Raises UnreadableMessage, also where several of these fields stand in it, or none.
    """
    parsed = _object(data)
    _check_version(parsed)
    found = [name for name in kinds if name in parsed]
    if not found:
        _refuse("missing", "one of these fields must say what it is about", " or ".join(kinds))
    if len(found) > 1:
        _refuse("two_in_one", f"it is about one thing: leave out {' or '.join(found[:-1])}", found[-1])
    message: E = _reader_of(cast(Any, kinds[found[0]]))(parsed, "")
    return message


def _object(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        _refuse("too_large", f"{len(data)} bytes, at most {MAX_BYTES} are allowed")
    parsed = _parse(data)
    if not isinstance(parsed, dict):
        _refuse("not_an_object", "the payload is no JSON object")
    return parsed


def _check_version(parsed: Mapping[str, Any]) -> None:
    if parsed.get("v") != VERSION:
        _refuse("wrong_version", f"version {str(parsed.get('v'))[:_SHOWN]} is not known here, {VERSION} is", "v")


def dump_card(card: object) -> str:
    """Write a card (a message part) as JSON text for a roster item's body."""
    return _dump(_plain(card)).decode()


def dump_briefly(card: object) -> str:
    """Write a card without the fields that hold their default, which ``load_card`` fills in again: for long lists."""
    return _dump(_brief(card)).decode()


def load_card(text: str, kind: type[M]) -> M:
    """Read a card from a roster item's body. Raises UnreadableMessage."""
    card: M = _reader_of(cast(Any, kind))(_parse(text.encode()), "")
    return card


def _dump(plain: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return _ENCODER.encode(plain).encode()


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    kind: Any = type(value)
    if kind in _AS_IT_IS:
        return value
    names = _names_of(kind)
    if names:
        found = {}
        for name in names:
            part = getattr(value, name)
            if part is not None:
                found[name] = part if type(part) in _AS_IT_IS else _plain(part)
        return found
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return value


def _brief(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    kind: Any = type(value)
    names = _names_of(kind)
    if names:
        usual = _defaults_of(kind)
        parts = ((name, getattr(value, name)) for name in names)
        return {name: _brief(part) for name, part in parts if name not in usual or part != usual[name]}
    return [_brief(part) for part in value] if isinstance(value, tuple) else _plain(value)


@cache
def _defaults_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any class
    """Return what a message or a part of one holds where nothing is said."""
    return {field.name: field.default for field in fields(kind) if field.default is not MISSING}


@cache
def _names_of(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - any class
    """Return the fields of a message or a part of one; none for any other type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def format_time(moment: datetime) -> str:
    """Write an aware instant as ``2026-12-31T01:02:03.004Z``. Raises ValueError on a naive one."""
    if moment.tzinfo is None:
        message = "a time without a zone cannot go on the wire"
        raise ValueError(message)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parse(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        _refuse("not_utf8", f"byte {problem.start} is no UTF-8")
    if _depth(text) > MAX_DEPTH:
        _refuse("too_deep", f"nested more than {MAX_DEPTH} deep")
    try:
        return _DECODER.decode(text)
    except UnreadableMessage:
        raise
    except ValueError as problem:
        _refuse("not_json", str(problem)[:200])


def _depth(text: str) -> int:
    """Return the deepest nesting, brackets inside strings included: an upper bound, found before parsing."""
    deepest = depth = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        _refuse("duplicate_key", "the key stands twice", twice[:_SHOWN])
    return found


def _no_constant(name: str) -> NoReturn:
    _refuse("not_a_number", f"{name} is no JSON number")


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        _refuse("out_of_range", f"a number of {len(digits)} digits")
    return int(digits)


def _refuse(reason: str, detail: str, field: str = "") -> NoReturn:
    raise UnreadableMessage(reason, detail, field)


# Made once: json.loads makes another for each message.
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_whole)


@cache
def _reader_of(kind: Any) -> Reader:  # noqa: ANN401 - any type form
    """Build, once for each type, the function that checks and converts a JSON value."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _limited(get_args(kind)[0], get_args(kind)[1:])
    if origin in {Union, types.UnionType}:
        inner = _either_reader([_reader_of(part) for part in get_args(kind) if part is not type(None)])
        return lambda value, path: None if value is None else inner(value, path)
    if origin in _MANY:
        return _MANY[origin](*(_reader_of(part) for part in get_args(kind) if part is not ...))
    if isinstance(kind, type) and is_dataclass(kind):
        return _object_reader(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _word_reader(kind)
    return _PLAIN_READERS[kind]


def _limited(kind: Any, limits: tuple[Any, ...]) -> Reader:  # noqa: ANN401 - any type form
    inner = _reader_of(kind)

    def read(value: Any, path: str) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, list | dict):
            for limit in limits:
                if isinstance(limit, Items) and len(value) > limit.most:
                    _refuse("too_many", f"{len(value)} entries, at most {limit.most} are allowed", path)
        found = inner(value, path)
        for limit in limits:
            if isinstance(limit, Text):
                _check_text(found, limit, path)
            elif isinstance(limit, Number) and not limit.least <= found <= limit.most:
                _refuse("out_of_range", f"{found} is not between {limit.least:g} and {limit.most:g}", path)
        return found

    return read


def _check_text(found: str, limit: Text, path: str) -> None:
    if len(found) > limit.longest:
        _refuse("too_long", f"{len(found)} characters, at most {limit.longest} are allowed", path)
    if limit.compiled and not limit.compiled.fullmatch(found):
        _refuse("wrong_form", f"{found[:_SHOWN]!r} does not match {limit.pattern}", path)
    if limit.columns is not None and columns(found) > limit.columns:
        wide = f"{columns(found)} columns wide (a Chinese character is two)"
        _refuse("too_long", f"{wide}, at most {limit.columns} are allowed", path)


def _list_reader(inner: Reader) -> Reader:
    def read(value: Any, path: str) -> tuple[Any, ...]:  # noqa: ANN401 - any JSON value
        if not isinstance(value, list):
            _refuse("wrong_type", "a list belongs here", path)
        return tuple(inner(part, f"{path}[{index}]") for index, part in enumerate(value))

    return read


def _either_reader(readers: list[Reader]) -> Reader:
    """Read a value of one kind, or where there are two, a number or a text: no other pair is on the wire."""
    if len(readers) == 1:
        return readers[0]
    number, text = readers
    return lambda value, path: text(value, path) if isinstance(value, str) else number(value, path)


def _table_reader(key: Reader, inner: Reader) -> Reader:
    def read(value: Any, path: str) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
        if not isinstance(value, dict):
            _refuse("wrong_type", "an object belongs here", path)
        return {key(name, path): inner(part, f"{path}.{name[:_SHOWN]}") for name, part in value.items()}

    return read


def _object_reader(kind: type) -> Reader:
    hints = get_type_hints(kind, include_extras=True)
    readers = [(field.name, _reader_of(hints[field.name]), _required(field)) for field in fields(kind)]

    def read(value: Any, path: str) -> Any:  # noqa: ANN401 - any JSON value
        if not isinstance(value, dict):
            _refuse("wrong_type", "an object belongs here", path)
        found = {}
        for name, reader, required in readers:
            where = f"{path}.{name}" if path else name
            if name in value:
                found[name] = reader(value[name], where)
            elif required:
                _refuse("missing", "the field is missing", where)
        return kind(**found)

    return read


def _required(field: Any) -> bool:  # noqa: ANN401 - dataclasses.Field of anything
    return field.default is MISSING and field.default_factory is MISSING


def _word_reader(kind: type[StrEnum]) -> Reader:
    known = {word.value: word for word in kind}

    def read(value: Any, path: str) -> StrEnum:  # noqa: ANN401 - any JSON value
        if not isinstance(value, str) or value not in known:
            _refuse("unknown_word", f"{str(value)[:_SHOWN]!r} is none of {', '.join(known)}", path)
        return known[value]

    return read


def _text(value: Any, path: str) -> str:  # noqa: ANN401 - any JSON value
    if not isinstance(value, str):
        _refuse("wrong_type", "a text belongs here", path)
    if _UNWRITABLE.search(value):
        _refuse("wrong_form", "the text holds a NUL or half a surrogate pair", path)
    return value


def _integer(value: Any, path: str) -> int:  # noqa: ANN401 - any JSON value
    if not isinstance(value, int) or isinstance(value, bool):
        _refuse("wrong_type", "a whole number belongs here", path)
    return value


def _number(value: Any, path: str) -> float:  # noqa: ANN401 - any JSON value
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        _refuse("wrong_type", "a number belongs here", path)
    return float(value)


def _truth(value: Any, path: str) -> bool:  # noqa: ANN401 - any JSON value
    if not isinstance(value, bool):
        _refuse("wrong_type", "true or false belongs here", path)
    return value


def _moment(value: Any, path: str) -> datetime:  # noqa: ANN401 - any JSON value
    text = _text(value, path)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        _refuse("wrong_form", f"{text[:_SHOWN]!r} is no ISO 8601 time", path)
    if moment.tzinfo is None:
        _refuse("wrong_form", "the time has no zone", path)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        _refuse("out_of_range", "the time is out of range", path)


_MANY: dict[Any, Callable[..., Reader]] = {tuple: _list_reader, Mapping: _table_reader}
_PLAIN_READERS: dict[Any, Reader] = {str: _text, int: _integer, float: _number, bool: _truth, datetime: _moment}
