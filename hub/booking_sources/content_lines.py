"""iCalendar text as a tree of components and lines (RFC 5545 section 3.1), each line kept byte for byte.

Nobody else's property is ever written anew: what is put back differs from what was read in the hub's own lines alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from hub.booking_sources.bad_events import SAVE_AGAIN, BadEvent
from hub.domain.words import Words

DEEPEST = 8
LONGEST_LINE = 256 * 1024
"""Bytes of one property. An attachment within an event may be longer; a text that is was not meant."""

_MAY_BE_LONG = frozenset({"ATTACH", "IMAGE"})
_FOLDED_AT = 74
_RAW_LINE = re.compile(rb"[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")
_FOLD = re.compile(rb"\r?\n[ \t]")
_PART = r'(?:"[^"]*"|[^";:,]*)'
_PARAMETER = rf";[A-Za-z0-9-]+={_PART}(?:,{_PART})*"
_LINE = re.compile(rf"[A-Za-z0-9-]+(?P<params>(?:{_PARAMETER})*):(?P<value>.*)", re.DOTALL)
_PARAM = re.compile(rf";([A-Za-z0-9-]+)=({_PART}(?:,{_PART})*)")
_NAME = re.compile(rb"[A-Za-z0-9-]+")
_CARET = {"^n": "\n", "^^": "^", "^'": '"'}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Line:
    """One property: ``raw`` as it stands there, folded and with its line break. Read only when it is asked for."""

    def __init__(self, raw: bytes) -> None:
        """Keep the bytes."""
        self.raw = raw
        found = _NAME.match(raw)
        self.name = found[0].decode().upper() if found else ""

    @cached_property
    def _parts(self) -> tuple[str, str]:
        self.check_length()
        try:
            text = _FOLD.sub(b"", self.raw).rstrip(b"\r\n").decode()
        except UnicodeDecodeError:
            problem = Words("不是 UTF-8 文本", "is no UTF-8 text")
            raise BadEvent(self.name or "object", problem, SAVE_AGAIN) from None
        found = _LINE.fullmatch(text)
        if found is None or "\0" in text:
            problem = Words("不符合日历的格式", "is no line of a calendar")
            raise BadEvent(self.name or "object", problem, SAVE_AGAIN)
        return found["params"], found["value"]

    def check_length(self) -> None:
        """Raise BadEvent where it is too long for what it is."""
        if len(self.raw) > LONGEST_LINE and self.name not in _MAY_BE_LONG:
            problem = Words(
                f"有 {len(self.raw):,} 字节，最多 {LONGEST_LINE:,} 字节",
                f"has {len(self.raw):,} bytes; at most {LONGEST_LINE:,} fit",
            )
            remedy = Words("请缩短；长文字请另存为文件", "shorten it; keep long texts in a file of their own")
            raise BadEvent(self.name or "object", problem, remedy)

    @property
    def head(self) -> str:
        """Return the name and parameters as written, without the colon. Raises BadEvent."""
        return self.name + self._parts[0]

    @property
    def value(self) -> str:
        """Return the value as written. Raises BadEvent."""
        return self._parts[1]

    @property
    def text(self) -> str:
        """Return the value of a TEXT property, unescaped, in one line. Raises BadEvent."""
        said = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)
        return " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())

    @cached_property
    def params(self) -> Mapping[str, str]:
        """Return the parameters; of one with several values the first (RFC 6868 for quotes). Raises BadEvent."""
        found = {name.upper(): said for name, said in _PARAM.findall(self._parts[0])}
        return {name: _plain(said) for name, said in found.items()}


def _plain(said: str) -> str:
    first = said[1 : said.index('"', 1)] if said.startswith('"') else said.split(",", 1)[0]
    return re.sub(r"\^[n^']", lambda found: _CARET[found[0]], first)


def line(head: str, value: str) -> Line:
    """Make a line, folded so that none has more than 75 bytes."""
    left, parts = f"{head}:{value}".encode(), []
    while len(left) > _FOLDED_AT:
        cut = _FOLDED_AT
        while left[cut] & 0xC0 == 0x80:  # noqa: PLR2004 - never within one character of UTF-8
            cut -= 1
        parts.append(left[:cut])
        left = left[cut:]
    return Line(b"\r\n ".join([*parts, left]) + b"\r\n")


@dataclass
class Component:
    """One component with its lines and components, in the order in which they stand. ``ends`` closes it."""

    name: str
    begins: Line
    inside: list["Line | Component"] = field(default_factory=list)
    ends: Line | None = None

    def own_lines(self) -> Iterator[Line]:
        """Yield its own lines."""
        return (one for one in self.inside if isinstance(one, Line))

    def all_lines(self) -> Iterator[Line]:
        """Yield its lines and those of its components."""
        for one in self.inside:
            if isinstance(one, Line):
                yield one
            else:
                yield from one.all_lines()

    def lines(self, name: str) -> list[Line]:
        """Return its own lines of a name."""
        return [one for one in self.own_lines() if one.name == name]

    def first(self, name: str) -> Line | None:
        """Return its first line of a name."""
        return next(iter(self.lines(name)), None)

    def components(self, name: str) -> list["Component"]:
        """Return its own components of a name."""
        return [one for one in self.inside if isinstance(one, Component) and one.name == name]

    def raw(self) -> bytes:
        """Return its text."""
        parts = [one.raw if isinstance(one, Line) else one.raw() for one in self.inside]
        return b"".join([self.begins.raw, *parts, self.ends.raw if self.ends else b""])

    def put(self, head: str, value: str | None) -> None:
        """Let it have one line of a name, where the first stood or before its components; None takes them away."""
        new = line(head, value) if value is not None else None
        name = re.split("[;:]", head, maxsplit=1)[0]
        places = [at for at, one in enumerate(self.inside) if isinstance(one, Line) and one.name == name]
        end = next((at for at, one in enumerate(self.inside) if isinstance(one, Component)), len(self.inside))
        at = places[0] if places else end
        self.inside[at : at + bool(places)] = [new] if new else []
        for extra in reversed(places[1:]):
            del self.inside[extra + bool(new) - 1]


def read(data: bytes) -> list[Component]:
    """Return the calendars (VCALENDAR) of a text. Raises BadEvent where one is not closed, or there is none."""
    stream = Component("", Line(b""))
    open_ones = [stream]
    for one in _lines(data.removeprefix(b"\xef\xbb\xbf")):
        if one.name == "BEGIN":
            inner = Component(_component_name(one), one)
            open_ones[-1].inside.append(inner)
            open_ones.append(inner)
            if len(open_ones) > DEEPEST:
                raise _damaged(Words("嵌套太深", "nests components too deeply"))
        elif one.name == "END":
            closed = open_ones.pop()
            if closed is stream or closed.name != _component_name(one):
                said = one.value[:40]
                raise _damaged(Words(f"{said} 有结尾而没有开头", f"{said} ends and never began"))
            closed.ends = one
        else:
            open_ones[-1].inside.append(one)
    if len(open_ones) > 1:
        name = open_ones[-1].name
        raise _damaged(Words(f"在 {name or '日历'} 中途断了", f"stops within {name or 'the calendar'}"))
    found = stream.components("VCALENDAR")
    if not found:
        raise _damaged(Words("里面没有日历（VCALENDAR）", "holds no calendar (VCALENDAR)"))
    return found


def _damaged(problem: Words) -> BadEvent:
    return BadEvent("object", problem, SAVE_AGAIN)


def _component_name(one: Line) -> str:
    return one.value.strip().upper()


def _lines(data: bytes) -> Iterator[Line]:
    return (Line(found[0]) for found in _RAW_LINE.finditer(data) if found[0].strip())
