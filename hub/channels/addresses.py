"""Where staff are reached outside the house: a TOML file of secrets, each mistake in it told with its line.

An address is an Apprise URL and mostly a password at once, so none is ever written into a log, an error or a page: what
is said of it is whose it is and which service it belongs to, as ``xiaoli: ntfys 2``.
"""

import re
import stat
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devices.settings import BadSettings, Mistake

GROUPS = "groups"
KNOWN_GROUPS = ("leads", "all")
"""Chats that are told as well when a task reaches the leads, or everybody (``hub.usecases.call_outside.GROUPS``)."""

_MOST = 8
"""Addresses of one person: each is a message at the same moment."""

_KEY = re.compile(r"\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|'(?P<plain>[^']*)'|(?P<bare>[A-Za-z0-9_-]+))\s*=")
_TABLE = re.compile(r"\s*\[\s*([^\[\]\s]+)\s*\]")
_SCHEMA = re.compile(r"([a-z]{2,16})://", re.IGNORECASE)

Understand = Callable[[str], str]
"""Says what is wrong with an address, without the address; empty where nothing is."""


@dataclass(frozen=True, slots=True)
class Address:
    """One way to one person or group. ``name`` may be shown, ``url`` may not."""

    owner: str
    name: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AddressBook:
    """All addresses, by the key of a person or the name of a group."""

    by_owner: Mapping[str, tuple[Address, ...]]

    def of(self, owner: str) -> tuple[Address, ...]:
        """Return where a person or group is reached; empty where nowhere."""
        return self.by_owner.get(owner, ())

    def all(self) -> Iterator[Address]:
        """Return every address, in the order of the file."""
        return (one for theirs in self.by_owner.values() for one in theirs)


def read_addresses(path: Path, understand: Understand) -> AddressBook:
    """Read the file. Raises BadSettings with every mistake, or when others than its owner may read it."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise BadSettings(path, [Mistake("file", f"cannot be read: {problem.strerror}")]) from None
    except UnicodeDecodeError:
        raise BadSettings(path, [Mistake("file", "is no UTF-8")]) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        open_to = f"others may read or change it (mode {stat.S_IMODE(mode):04o}): type chmod 600 {path}"
        raise BadSettings(path, [Mistake("file", open_to)])
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadSettings(path, [Mistake("file", f"is no TOML: {_where(problem)}")]) from None
    reader = _Reader(_lines(text), understand)
    book = reader.book(tree)
    if reader.mistakes:
        raise BadSettings(path, sorted(reader.mistakes, key=lambda mistake: mistake.line or 0))
    return book


class _Reader:
    """Walks the file's tables and collects what is wrong, never with an address in it."""

    def __init__(self, lines: Mapping[str, int], understand: Understand) -> None:
        self.mistakes: list[Mistake] = []
        self._lines = lines
        self._understand = understand

    def book(self, tree: Mapping[str, object]) -> AddressBook:
        groups = tree.get(GROUPS, {})
        people = {key: self._addresses(key, key, value) for key, value in tree.items() if key != GROUPS}
        if not isinstance(groups, dict):
            self._wrong(GROUPS, "is the table of groups: write [groups], and below it a line for each")
            return AddressBook(people)
        found = dict(people)
        for name, value in groups.items():
            at = f"{GROUPS}.{name}"
            if name not in KNOWN_GROUPS:
                self._wrong(at, f"is no group: the hub knows {', '.join(KNOWN_GROUPS)}")
            if name in people:
                self._wrong(at, "is the key of a person as well: give the person another one")
            found[name] = self._addresses(at, name, value)
        return AddressBook(found)

    def _addresses(self, at: str, owner: str, value: object) -> tuple[Address, ...]:
        """Return the addresses of a line."""
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            self._wrong(at, 'a list of addresses belongs here, such as ["ntfys://…"]')
            return ()
        if len(value) > _MOST:
            self._wrong(at, f"has {len(value)} addresses, at most {_MOST} are allowed")
        if len(set(value)) < len(value):
            self._wrong(at, "an address stands twice")
        found: list[Address] = []
        counts: Counter[str] = Counter()
        for number, text in enumerate(value, start=1):
            schema = service_of(text)
            counts[schema] += 1
            problem = self._understand(text)
            if problem:
                self._wrong(at, f"address {number} ({schema or 'no service'}): {problem}")
            found.append(Address(owner, schema if counts[schema] == 1 else f"{schema} {counts[schema]}", text))
        return tuple(found)

    def _wrong(self, at: str, problem: str) -> None:
        # Whoever turns a line round writes an address where the key belongs.
        shown = "a line's key" if "://" in at else at
        self.mistakes.append(Mistake(shown, problem, self._lines.get(at)))


def service_of(url: str) -> str:
    """Return the service of an address as it may be shown: what stands before ``://``."""
    found = _SCHEMA.match(url.strip())
    return found[1].lower() if found else ""


def _where(problem: tomllib.TOMLDecodeError) -> str:
    """Return where the file stops being TOML, without what stands there."""
    found = re.search(r"at (line \d+, column \d+|end of document)", str(problem))
    return f"see {found[1]}" if found else "see what was changed last"


def _lines(text: str) -> dict[str, int]:
    """Find the line of each key, below its table's name."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = _TABLE.fullmatch(line.split("#")[0].rstrip())
        if header:
            table = header[1]
            found.setdefault(table, number)
            continue
        entry = _KEY.match(line)
        if entry:
            key = next(name for name in entry.groups() if name is not None)
            found.setdefault(f"{table}.{key}" if table else key, number)
    return found
