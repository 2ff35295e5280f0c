"""Finding guests by what they type of their name: characters, pinyin, initials, or the last digits of the phone (G9).

Nobody is listed: two letters or four digits are the least, and of more than a handful none is shown.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from hub.domain.masks import digits_of
from hub.domain.salutations import has_han, surname

Readings = Callable[[str], frozenset[str]]
"""All the ways in which one Chinese character is read, without tones: 单 is dan, shan, chan."""

Syllables = tuple[frozenset[str], ...]
"""A name as it is spelt: the readings of each character, and each Latin word as it is."""

LEAST_LETTERS = 2
LEAST_DIGITS = 4
MOST_SHOWN = 5

_NUMBER = re.compile(r"[0-9+() -]+")
_WORDS = re.compile(r"[^\W_]+")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Findable:
    """An invitation that a search may find, by its current code's ``lookup``."""

    lookup: str
    invitation: str
    meeting: str
    name: str
    phone: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a search found: a few, nobody, or (``more``) too many to show any."""

    guests: tuple[Findable, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    guest: Findable
    characters: str
    syllables: Syllables
    starts: tuple[int, ...]
    digits: str


@dataclass(slots=True)
class NameIndex:
    """The names of the meetings at hand, so that a search looks at a few guests and not at all. For one thread."""

    readings: Readings
    _entries: dict[str, _Entry] = field(default_factory=dict)
    _buckets: dict[str, set[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many invitations can be found."""
        return len(self._entries)

    def put(self, guest: Findable) -> None:
        """Let an invitation be found, or take over how its guest is named now."""
        self.drop(guest.lookup)
        entry = self._entry(guest)
        self._entries[guest.lookup] = entry
        for key in _keys(entry):
            self._buckets.setdefault(key, set()).add(guest.lookup)

    def drop(self, lookup: str) -> None:
        """Let an invitation be found no more."""
        entry = self._entries.pop(lookup, None)
        for key in _keys(entry) if entry else ():
            self._buckets[key].discard(lookup)

    def keep_only(self, meetings: Collection[str]) -> None:
        """Forget the guests of all other meetings."""
        for lookup in [key for key, entry in self._entries.items() if entry.guest.meeting not in meetings]:
            self.drop(lookup)

    def get(self, lookups: Iterable[str]) -> tuple[Findable, ...]:
        """Return those of these invitations that can still be found."""
        return tuple(self._entries[one].guest for one in lookups if one in self._entries)

    def search(self, typed: str, meetings: Collection[str]) -> Found:
        """Find the guests of these meetings to whom what was typed can belong.

        Where there are too many, only those whose whole name it is are meant.
        """
        text = fold(typed)
        if _NUMBER.fullmatch(text):
            return self._by_digits(digits_of(text), meetings)
        words = _WORDS.findall(text)
        typed_letters = "".join(words)
        if len(typed_letters) < LEAST_LETTERS:
            return Found(more=True)
        if has_han(typed_letters):
            return _few(self._by_characters(typed_letters, meetings))
        near = self._near(typed_letters[0], meetings)
        hits = [entry for entry in near if any(_spells(typed_letters, entry.syllables[at:]) for at in entry.starts)]
        if len(hits) > MOST_SHOWN:
            whole = [entry for entry in hits if _is_whole(typed_letters, entry.syllables)]
            hits = whole or hits
        return _few(hits)

    def _by_digits(self, digits: str, meetings: Collection[str]) -> Found:
        if len(digits) < LEAST_DIGITS:
            return Found(more=True)
        return _few(one for one in self._near(digits[-LEAST_DIGITS:], meetings) if one.digits.endswith(digits))

    def _by_characters(self, typed: str, meetings: Collection[str]) -> list[_Entry]:
        """Find by characters; where nobody is written so, by how they are read: 張偉 is 张伟."""
        near = self._near(typed[0], meetings)
        hits = [entry for entry in near if typed in entry.characters]
        if hits:
            whole = [entry for entry in hits if entry.characters == typed]
            return whole if whole and len(hits) > MOST_SHOWN else hits
        sounds = tuple(self._read(character) for character in typed)
        initials = sorted({reading[0] for reading in sounds[0]})
        nearby = {entry.guest.lookup: entry for initial in initials for entry in self._near(initial, meetings)}
        return [entry for entry in nearby.values() if any(_sounds(sounds, entry.syllables[at:]) for at in entry.starts)]

    def _near(self, key: str, meetings: Collection[str]) -> Iterator[_Entry]:
        for lookup in sorted(self._buckets.get(key, ())):
            entry = self._entries[lookup]
            if entry.guest.meeting in meetings:
                yield entry

    def _entry(self, guest: Findable) -> _Entry:
        syllables: list[frozenset[str]] = []
        starts: list[int] = []
        characters = ""
        for word in _WORDS.findall(fold(guest.name)):
            starts.append(len(syllables))
            if not has_han(word):
                syllables.append(frozenset((word,)))
                continue
            family = surname(word)
            starts += [len(syllables) + len(family)] if len(family) < len(word) else []
            syllables += [self._read(character) for character in word]
            characters += word
        return _Entry(guest, characters, tuple(syllables), tuple(starts), digits_of(guest.phone))

    def _read(self, character: str) -> frozenset[str]:
        return (self.readings(character) if has_han(character) else frozenset()) or frozenset((character,))


def fold(text: str) -> str:
    """Make letters that mean the same look the same: case, accents, widths and ligatures."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).strip()


def _keys(entry: _Entry) -> Iterator[str]:
    """Yield under what an entry is looked up: first letters and characters, and the phone's last digits."""
    yield from {reading[0] for at in entry.starts for reading in entry.syllables[at]}
    yield from set(entry.characters)
    if len(entry.digits) >= LEAST_DIGITS:
        yield entry.digits[-LEAST_DIGITS:]


def _spells(typed: str, syllables: Syllables) -> bool:
    """Say whether what was typed is made of beginnings of these syllables, in order: wxm, wangxm, wangxiao."""
    reached = {0}
    for readings in syllables:
        reached = {at + more for at in reached for one in readings for more in range(1, _common(typed[at:], one) + 1)}
        if len(typed) in reached or not reached:
            break
    return len(typed) in reached


def _is_whole(typed: str, syllables: Syllables) -> bool:
    """Say whether what was typed is the whole name, every syllable written out."""
    reached = {0}
    for readings in syllables:
        reached = {at + len(one) for at in reached for one in readings if typed.startswith(one, at)}
    return len(typed) in reached


def _common(typed: str, reading: str) -> int:
    length = 0
    while length < min(len(typed), len(reading)) and typed[length] == reading[length]:
        length += 1
    return length


def _sounds(typed: Syllables, syllables: Syllables) -> bool:
    pairs = zip(typed, syllables, strict=False)
    return len(typed) <= len(syllables) and all(said & read for said, read in pairs)


def _few(hits: Iterable[_Entry]) -> Found:
    guests = tuple(entry.guest for entry in hits)
    return Found(more=True) if len(guests) > MOST_SHOWN else Found(guests)
