"""Settings files: TOML into a frozen dataclass, every mistake reported at once with its line.

A settings class is a frozen dataclass. Its fields are ``str``, ``int``, ``float``, ``bool``, ``Path`` (relative to the
file), a ``StrEnum``, another settings class (a TOML table), a tuple of these, or a ``Mapping`` from texts to them (a
table with names of the house's own); ``Annotated`` adds the limits of ``devices.contract.limits``. A field with a
default may be left out.
"""

import re
import tomllib
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from devices.contract.limits import Number, Text

T = TypeVar("T")

_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", Path: "a path as text"}
_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
_ENTRY = re.compile(r"\s*([A-Za-z0-9_\-]+)\s*=")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a settings file; ``line`` counts from 1, None when the thing is not in the file at all."""

    key: str
    problem: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.key}: {self.problem}"


class BadSettings(Exception):
    """A settings file cannot be used; ``mistakes`` lists everything that is wrong in it."""

    code = "bad_settings"

    def __init__(self, path: Path, mistakes: list[Mistake]) -> None:
        """Say all of it in one text."""
        super().__init__("\n".join([f"{path}: {len(mistakes)} mistake(s)", *(f"  {mistake}" for mistake in mistakes)]))
        self.mistakes = mistakes


Over = Callable[[Mapping[str, object], Path], Mapping[str, object]]
"""What takes the place of settings, given what a file says and where it is."""


def load(path: Path, schema: type[T], over: Over = lambda _table, _path: {}) -> T:
    """Read a settings file. Raises BadSettings with every mistake in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSettings(path, [Mistake("file", f"cannot be read: {problem}")]) from problem
    return parse(text, schema, path, over)


def parse(text: str, schema: type[T], path: Path, over: Over = lambda _table, _path: {}) -> T:
    """Read settings from text; ``path`` is for messages and relative paths. Raises BadSettings."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadSettings(path, [Mistake("file", f"is no TOML: {problem}")]) from problem
    reader = _Reader(path.parent, _lines(text))
    found = reader.table({**table, **over(table, path)}, schema, "")
    if reader.mistakes:
        raise BadSettings(path, sorted(reader.mistakes, key=lambda mistake: mistake.line or 0))
    settings: T = found
    return settings


class _Reader:
    """Walks a TOML table beside its schema and collects what is wrong."""

    def __init__(self, folder: Path, lines: dict[str, int]) -> None:
        self.mistakes: list[Mistake] = []
        self._folder = folder
        self._lines = lines

    def table(self, table: object, schema: type, at: str) -> Any:  # noqa: ANN401 - an instance of the schema
        if not isinstance(table, dict):
            self._wrong(at, "a table belongs here")
            return None
        hints = get_type_hints(schema, include_extras=True)
        self._unknown(table, list(hints), at)
        before = len(self.mistakes)
        found = {}
        for field in fields(schema):
            key = f"{at}.{field.name}" if at else field.name
            if field.name in table:
                found[field.name] = self._value(table[field.name], hints[field.name], key)
            elif field.default is MISSING and field.default_factory is MISSING:
                self._wrong(key, "is missing and has no default")
        return schema(**found) if len(self.mistakes) == before else None

    def _unknown(self, table: dict[str, object], known: list[str], at: str) -> None:
        for name in table:
            if name not in known:
                close = get_close_matches(name, known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(known)}"
                self._wrong(f"{at}.{name}" if at else name, f"is no setting; {hint}")

    def _value(self, value: object, kind: Any, key: str) -> Any:  # noqa: ANN401 - any type form
        origin = get_origin(kind)
        if origin is Annotated:
            return self._limited(value, kind, key)
        if origin in {Union, types.UnionType}:
            inner = next(part for part in get_args(kind) if part is not type(None))
            return self._value(value, inner, key)
        if origin in {tuple, Mapping}:
            return self._several(value, kind, key)
        if is_dataclass(kind) and isinstance(kind, type):
            return self.table(value, kind, key)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return self._word(value, kind, key)
        return self._plain(value, kind, key)

    def _limited(self, value: object, kind: Any, key: str) -> Any:  # noqa: ANN401 - any type form
        inner, *limits = get_args(kind)
        found = self._value(value, inner, key)
        if found is None:
            return None
        for limit in limits:
            if isinstance(limit, Number) and not limit.least <= found <= limit.most:
                self._wrong(key, f"{found} is not between {limit.least:g} and {limit.most:g}")
            if isinstance(limit, Text) and len(found) > limit.longest:
                self._wrong(key, f"has {len(found)} characters, at most {limit.longest} are allowed")
            elif isinstance(limit, Text) and limit.compiled and not limit.compiled.fullmatch(found):
                self._wrong(key, f"{found!r} does not match {limit.pattern}")
        return found

    def _tuple(self, value: object, inner: Any, key: str) -> tuple[Any, ...]:  # noqa: ANN401 - any type form
        if not isinstance(value, list):
            self._wrong(key, "a list belongs here")
            return ()
        return tuple(self._value(part, inner, f"{key}[{index}]") for index, part in enumerate(value))

    def _several(self, value: object, kind: Any, key: str) -> object:  # noqa: ANN401 - any type form
        if get_origin(kind) is tuple:
            return self._tuple(value, get_args(kind)[0], key)
        return self._mapping(value, get_args(kind)[1], key)

    def _mapping(self, value: object, inner: Any, key: str) -> dict[str, Any]:  # noqa: ANN401 - any type form
        if not isinstance(value, dict):
            self._wrong(key, "a table belongs here")
            return {}
        return {name: self._value(part, inner, f"{key}.{name}") for name, part in value.items()}

    def _word(self, value: object, kind: type[StrEnum], key: str) -> StrEnum | None:
        known = {word.value: word for word in kind}
        if not isinstance(value, str) or value not in known:
            self._wrong(key, f"{value!r} is none of {', '.join(known)}")
            return None
        return known[value]

    def _plain(self, value: object, kind: type, key: str) -> object:
        convert: dict[type, tuple[type | types.UnionType, Callable[[Any], object]]] = {
            str: (str, str),
            int: (int, int),
            float: (int | float, float),
            bool: (bool, bool),
            Path: (str, lambda text: self._folder / Path(text).expanduser()),
        }
        accepted, make = convert[kind]
        if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
            self._wrong(key, f"{value!r} is not {_NAMES[kind]}")
            return None
        return make(value)

    def _wrong(self, key: str, problem: str) -> None:
        self.mistakes.append(Mistake(key, problem, self._line(key)))

    def _line(self, key: str) -> int | None:
        while key:
            if key in self._lines:
                return self._lines[key]
            key = key[:-1].rpartition("[")[0] if key.endswith("]") else key.rpartition(".")[0]
        return None


def _lines(text: str) -> dict[str, int]:
    """Find the line of each table and key; good enough to point a person there."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            table = header[1]
            if line.lstrip().startswith("[["):
                counts[table] = counts.get(table, -1) + 1
                found.setdefault(table, number)
                table = f"{table}[{counts[table]}]"
            found.setdefault(table, number)
            continue
        entry = _ENTRY.match(line)
        if entry:
            found.setdefault(f"{table}.{entry[1]}" if table else entry[1], number)
    return found
