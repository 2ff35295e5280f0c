"""Reading one TOML table: each value is checked where it is asked for, and nothing stops at the first mistake."""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar, get_args

from devices.contract.cards import PlaceCard
from devices.contract.fields import DeviceId, Key
from devices.contract.limits import Text
from hub.domain.local_time import BadMoment
from hub.domain.words import Words
from hub.usecases.findings import Finding
from hub.venue_files.lines import Lines

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

LONGEST_TEXT = 500
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _pattern(annotated: Any) -> re.Pattern[str]:  # noqa: ANN401 - an annotated type of the contract
    limit = next(part for part in get_args(annotated) if isinstance(part, Text))
    return re.compile(limit.pattern or ".*")


KEY = _pattern(Key)
DEVICE = _pattern(DeviceId)
ARROWS = tuple(_pattern(PlaceCard.__annotations__["arrow"]).pattern.split("|"))


class Report:
    """Collects what is wrong with a file."""

    def __init__(self, lines: Lines) -> None:
        """Keep where things stand."""
        self.findings: list[Finding] = []
        self._lines = lines

    def line(self, path: str) -> int:
        """Return the line of a path."""
        return self._lines.of(path)

    def add(self, path: str, problem: str, remedy: str, *, warning: bool = False) -> None:
        """Note one finding at a path such as ``meetings[0].room``."""
        at, _, name = path.rpartition(".")
        self.findings.append(
            Finding(
                line=self._lines.of(path), field=name, problem=problem, remedy=remedy, warning=warning, at=at or name
            )
        )


class Table:
    """One table of the file. Methods return a value that fits or, after noting what is wrong, a harmless one."""

    def __init__(self, values: dict[str, object], path: str, report: Report) -> None:
        """Keep the table's values and its path in the file."""
        self.path = path
        self.report = report
        self._values = values
        self._asked: list[str] = []

    def has(self, name: str) -> bool:
        """Say whether the key is there."""
        self._asked.append(name)
        return name in self._values

    def names(self) -> list[str]:
        """Return the names of what is in it, in the order of the file."""
        return list(self._values)

    def value(self, name: str) -> object:
        """Return a value as it is, None when it is not there."""
        self._asked.append(name)
        return self._values.get(name)

    def at(self, name: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, problem: str, remedy: str) -> None:
        """Note a mistake at a key."""
        self.report.add(self.at(name), problem, remedy)

    def warn(self, name: str, problem: str, remedy: str) -> None:
        """Note something to think about at a key."""
        self.report.add(self.at(name), problem, remedy, warning=True)

    def text(self, name: str, *, needed: bool = False, longest: int = LONGEST_TEXT) -> str:
        """Return a text of one line."""
        value = self.value(name)
        if value is None or value == "":
            if needed:
                self.wrong(name, "is missing", "add it")
            return ""
        if not isinstance(value, str):
            self.wrong(name, f"{value!r} is no text", 'write it in quotation marks: "…"')
            return ""
        return self._one_line(name, value, longest)

    def key(self, name: str, pattern: re.Pattern[str] = KEY) -> str:
        """Return a text that serves as a name for programs."""
        text = self.text(name, needed=True)
        if text and not pattern.fullmatch(text):
            remedy = "use 3 to 32 of a-z, 0-9 and -" if pattern is DEVICE else "use up to 64 of A-Z a-z 0-9 _ . : / -"
            self.wrong(name, f"{text!r} cannot be a key", remedy)
            return ""
        return text

    def words(self, name: str, *, needed: bool = False) -> Words | None:
        """Return a text in both languages: { zh = "…", en = "…" }, or one text for both."""
        value = self.value(name)
        if isinstance(value, dict):
            inner = Table(value, self.at(name), self.report)
            found = Words(zh=inner.text("zh"), en=inner.text("en"))
            inner.close()
        else:
            plain = self.text(name)
            found = Words(plain, plain)
        if found.zh or found.en:
            return found
        if needed and (value is None or value in ("", {})):
            self.wrong(name, "is missing", 'write { zh = "…", en = "…" }')
        return None

    def word(self, name: str, kind: type[E]) -> E | None:
        """Return one of a set of words; None when it is not there."""
        value = self.value(name)
        if value is None:
            return None
        known = {word.value: word for word in kind}
        if not isinstance(value, str) or value not in known:
            self.wrong(name, f"{value!r} is not known", f"use one of {', '.join(known)}")
            return None
        return known[value]

    def flag(self, name: str) -> bool | None:
        """Return true or false; None when it is not there."""
        value = self.value(name)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(name, f"{value!r} is neither true nor false", "write true or false, without quotation marks")
        return None

    def moment(self, name: str, read: Callable[[object], T]) -> T | None:
        """Return a date or time by a reader that raises BadMoment; None when it is not there or wrong."""
        value = self.value(name)
        if value is None:
            return None
        try:
            return read(value)
        except BadMoment as bad:
            self.wrong(name, bad.problem.en, bad.remedy.en)
            return None

    def table(self, name: str) -> "Table | None":
        """Return an inner table; None when it is not there."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(name, "is no table", f"write [{self.at(name)}]")
            return None
        return Table(value, self.at(name), self.report)

    def tables(self, name: str) -> Iterator["Table"]:
        """Yield the tables of an array."""
        value = self.value(name)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            self.wrong(name, "is no list of tables", f"write [[{name}]] before each")
            return
        for index, part in enumerate(value):
            yield Table(part, f"{self.at(name)}[{index}]", self.report)

    def close(self) -> None:
        """Note every key that nobody asked for: it is a slip, and silence would hide it."""
        for name in self._values:
            if name not in self._asked:
                close = get_close_matches(name, self._asked, n=1)
                remedy = (
                    f"did you mean {close[0]}?" if close else f"known here: {', '.join(dict.fromkeys(self._asked))}"
                )
                self.wrong(name, "is not known here", remedy)

    def _one_line(self, name: str, value: str, longest: int) -> str:
        if len(value) > longest:
            self.wrong(name, f"has {len(value):,} characters, at most {longest} fit", "shorten it")
            return ""
        if _CONTROL.search(value):
            self.wrong(name, "holds a line break or another control character", "write it in one line")
            return ""
        return value.strip()
