"""The audit log as a chain: each row's hash is made over itself and the hash before it (ASVS 16.4.2, decision 64)."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

_BEFORE_ALL = "0" * 64
_SEALED = ":sealed"


@dataclass(frozen=True, slots=True)
class Head:
    """A place in the chain: the row's number, from 1, and its hash (SHA-256 in hex).

    ``sealed``: it was written down because all rows up to it were about to go, their term being over.
    """

    number: int = 0
    hash: str = _BEFORE_ALL
    sealed: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        """Write it as people keep it: ``number:hash``, and ``:sealed`` behind a seal."""
        return f"{self.number}:{self.hash}{_SEALED if self.sealed else ''}"


@dataclass(frozen=True, slots=True)
class Linked:
    """One row of the audit log with its hash."""

    number: int
    actor: str
    action: str
    subject: str
    at: datetime
    hash: str


class Break(StrEnum):
    """What is seen of a row that is not as it was written."""

    MISSING = "missing"
    CHANGED = "changed"
    CUT_OFF = "cut_off"
    ADDED = "added"
    REMADE = "remade"
    REMOVED = "removed"


_TOLD = {
    Break.MISSING: "it is missing",
    Break.CHANGED: "it is not what was written, or does not stand where it was written",
    Break.CUT_OFF: "it and all up to {until} are missing at the end",
    Break.ADDED: "rows were added behind the head that the database keeps",
    Break.REMADE: "its hash is not the one that was written down: the log was made anew",
    Break.REMOVED: "it and all up to {until} were removed, and nobody wrote down that their term was over",
}


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not as it was written, and what is seen of it; ``until``: the last one that is missing."""

    number: int
    kind: Break
    until: int = 0

    @property
    def problem(self) -> str:
        """Say what is seen, in English."""
        return _TOLD[self.kind].format(until=self.until)


def content(actor: str, action: str, subject: str, at: datetime) -> str:
    """Return the hash of what a row says; the same for the same instant in any zone."""
    told = [actor, action, subject, at.astimezone(UTC).isoformat(" ", "microseconds")]
    return hashlib.sha256(json.dumps(told).encode("ascii")).hexdigest()


def follow(before: Head, said: str) -> Head:
    """Return the next place of the chain, of a row whose content has the hash ``said``."""
    number = before.number + 1
    return Head(number, hashlib.sha256(f"{before.hash} {number} {said}".encode("ascii")).hexdigest())


def read_head(words: str) -> Head:
    """Read what ``str(Head)`` wrote. Raises ValueError."""
    told = words.strip().removesuffix(_SEALED)
    number, _, digest = told.partition(":")
    if (
        not number.isascii()
        or not number.isdigit()
        or len(digest) != len(_BEFORE_ALL)
        or set(digest) - set("0123456789abcdef")
    ):
        raise ValueError(f"a head is written number:hash, not {words.strip()[:100]!r}")
    return Head(int(number), digest, sealed=told != words.strip())


class Verifier:
    """Walks along the rows in the order of their numbers, a piece at a time, and keeps the first break.

    ``start`` is the last seal, or the beginning; ``kept`` are heads that were written down outside the database.
    Whoever may write there can seal young rows away: where ``kept`` goes back to before a seal, it must have that too.
    """

    def __init__(self, start: Head, kept: Iterable[Head] = ()) -> None:
        """Begin behind what was sealed."""
        self.at = start
        noted = tuple(kept)
        self.broken = _removed(start, noted)
        self._kept: Mapping[int, set[str]] = _by_number(one for one in noted if one.number >= start.number)
        self._compare()

    def walk(self, rows: Iterable[Linked]) -> None:
        """Take the next rows; after a break nothing more is looked at."""
        for row in rows:
            if self.broken:
                return
            then = follow(self.at, content(row.actor, row.action, row.subject, row.at))
            if row.number != then.number:
                self.broken = Broken(then.number, Break.MISSING)
            elif row.hash != then.hash:
                self.broken = Broken(row.number, Break.CHANGED)
            else:
                self.at = then
                self._compare()

    def end(self, head: Head) -> Broken | None:
        """Compare with the head that the database keeps, and with those kept outside; return the first break."""
        if self.broken:
            return self.broken
        later = [number for number in self._kept if number > self.at.number]
        if later or head.number > self.at.number:
            return Broken(self.at.number + 1, Break.CUT_OFF, max([head.number, *later]))
        if head != self.at:
            return Broken(self.at.number, Break.ADDED)
        return None

    def _compare(self) -> None:
        """Hold what is here against what was written down: a chain that was made anew has other hashes."""
        if self._kept.get(self.at.number, {self.at.hash}) != {self.at.hash}:
            self.broken = Broken(self.at.number, Break.REMADE)


def _removed(start: Head, kept: Sequence[Head]) -> Broken | None:
    """Say which rows were sealed away though it was not written down that they would be."""
    seals = [one for one in kept if one.sealed and one.number <= start.number]
    before = [one for one in kept if not one.sealed and 0 < one.number <= start.number]
    if not before or start in seals:
        return None
    return Broken(
        1 + max((one.number for one in seals if one.number < start.number), default=0), Break.REMOVED, start.number
    )


def _by_number(kept: Iterable[Head]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = {}
    for head in kept:
        found.setdefault(head.number, set()).add(head.hash)
    return found
