"""Texts, JSON and expressions in templates, as Home Assistant's filters make them, none longer than may be made."""

import base64
import re
import struct
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from jinja2 import pass_context

from hub.discovery.json_text import read_json, write_json
from hub.discovery.templates.budget import Budget, Exhausted
from hub.discovery.templates.numbers import NOTHING, or_default
from hub.discovery.templates.patterns import pattern

# ruff: noqa: ANN401 - templates hold anything
# ruff: noqa: FBT001, FBT002 - the arguments have the places that Home Assistant gives them


class Paid(Protocol):
    """A rendering that has a budget."""

    budget: Budget


MOST_MADE: Final = 64 * 1024
"""Characters of a text that a template may make."""


def from_json(value: Any, default: Any = NOTHING) -> Any:
    """Read JSON, else the default. Raises ValueError."""
    try:
        return read_json(value.decode() if isinstance(value, bytes) else value if isinstance(value, str) else "")
    except ValueError:
        return or_default(default, "from_json", value)


def to_json(value: Any, ensure_ascii: bool = False, pretty_print: bool = False, sort_keys: bool = False) -> str:
    """Write JSON. Raises TypeError."""
    return write_json(value, ascii_only=ensure_ascii, pretty=pretty_print, sort_keys=sort_keys)


def joined(value: Iterable[Any], separator: str = "", attribute: Any = None) -> str:
    """Join items to a text; no longer than may be made."""
    if attribute is not None:
        raise TypeError("map an attribute before joining")
    items = [str(item) for item in value]
    _bounded(sum(map(len, items)) + len(items) * len(str(separator)))
    return str(separator).join(items)


def replaced(text: Any, old: Any, new: Any, count: int | None = None) -> str:
    """Replace a part of a text; the result no longer than may be made."""
    text, old, new = str(text), str(old), str(new)
    _bounded(len(text) + (text.count(old) if old else len(text) + 1) * len(new))
    return str(text).replace(old, new, -1 if count is None else count)


def _bounded(size: int) -> None:
    if size > MOST_MADE:
        raise Exhausted


def formatted(form: Any, *values: Any, **named: Any) -> str:
    """Fill values into a form with ``%``. Raises TypeError and ValueError."""
    check_form(str(form))
    return str(form) % (named or values)


def check_form(form: str) -> None:
    """Refuse a form that fills up: with widths of three digits, or widths that come with the values."""
    if _WIDE.search(form):
        raise Exhausted


_WIDE = re.compile(r"\d{3}|\*|\{[^{}]*\{")


def packed(value: Any, form: str) -> bytes | None:
    """Return a value as bytes in a form of ``struct``; None where it does not fit."""
    check_form(form)
    try:
        return struct.pack(form, value)
    except struct.error:
        return None


def unpacked(value: bytes, form: str, offset: int = 0) -> Any:
    """Return the first value that bytes hold in a form of ``struct``; None where they hold none."""
    check_form(form)
    try:
        return struct.unpack_from(form, value, offset)[0]
    except struct.error:
        return None


def to_base64(value: str | bytes) -> str:
    """Write Base64."""
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def from_base64(value: Any, encoding: str | None = "utf-8") -> Any:
    """Read Base64 as text, or as bytes where the encoding is None. Raises ValueError."""
    read = base64.b64decode(value)
    return read if encoding is None else read.decode("utf-8")


def matches(method: str) -> Callable[..., bool]:
    """Return the test whether an expression fits a text: ``match`` at its start, ``search`` anywhere."""

    @pass_context
    def match(context: Paid, value: Any, find: str = "", ignorecase: bool = False) -> bool:
        text = str(value)
        return bool(getattr(pattern(find, text, context.budget, ignore_case=ignorecase), method)(text))

    return match


@pass_context
def find_all(context: Paid, value: Any, find: str = "", ignorecase: bool = False) -> list[Any]:
    """Return all matches of an expression."""
    text = str(value)
    return pattern(find, text, context.budget, ignore_case=ignorecase).findall(text)


@pass_context
def find_one(context: Paid, value: Any, find: str = "", index: int = 0, ignorecase: bool = False) -> Any:
    """Return one match of an expression. Raises IndexError."""
    return find_all(context, value, find, ignorecase)[index]


@pass_context
def substituted(context: Paid, value: Any = "", find: str = "", replace: str = "", ignorecase: bool = False) -> str:
    """Replace what matches an expression."""
    text = str(value)
    found = pattern(find, text, context.budget, ignore_case=ignorecase)
    _bounded(len(text) + (len(text) + 1) * len(replace))
    return found.sub(replace, text)
