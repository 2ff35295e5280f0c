"""What staff outside the house are told of a task: what, where, by when; of a guest the family name at most. Pure.

It goes through other people's servers and stands on locked screens, so it is made of named facts only: the house's own
names of places and things, and the salutation where that is sure to be no more than family name and honorific. Nothing
that a guest or a colleague wrote goes out, and a part that holds a name or a number of a person is left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from devices.contract.alerts import GLANCE_COLUMNS
from devices.contract.limits import columns
from devices.texts import Texts
from hub.domain.alerts import AlertKind
from hub.domain.forms_of_address import HONORIFICS
from hub.domain.salutations import has_han, surname
from hub.domain.tasks import Task
from hub.letters.due_time import due_time
from hub.letters.fitting import fitted
from hub.letters.incident_words import what_happened

_PLACES = ("chair", "place", "door", "room")
_THINGS = ("thing", "what")
_OF_PEOPLE = ("name", "other", "phone", "greeter", "greeter_phone", "host", "owner")
"""Facts of which nothing may be seen outside."""

_SAID = frozenset({AlertKind.REMIND, AlertKind.LATE, AlertKind.RUSH, AlertKind.GIVEN})
"""Why a person is told, where it is not simply that they are asked."""

_LONGEST_HONORIFIC = 4
_LEAST_OF_A_PLACE = 6
"""Columns of a place's name that say something."""

_NUMBER = re.compile(r"(?:\d[\s().+-]*){7,}")
_BEFORE_NAMES = frozenset({one.en.rstrip(".").casefold() for one in HONORIFICS.values()}) | {"prof", "madam", "sir"}
_AFTER_NAMES = frozenset(one.zh for one in HONORIFICS.values())


@dataclass(frozen=True, slots=True)
class Outside:
    """A message for a telephone: the line on its locked screen, and what stands below."""

    glance: str
    detail: str


class OutsideWords:
    """Writes messages. ``pages`` has the words for tasks (``task.<kind>.label``), ``letters`` those of this file."""

    def __init__(self, pages: Texts, letters: Texts) -> None:
        """Keep the catalogues."""
        self._pages = pages
        self._letters = letters

    def write(self, task: Task, language: str, zone: ZoneInfo, kind: AlertKind = AlertKind.OFFER) -> Outside:
        """Write a task, and why it is told; its deadline is told as the house's clock shows it."""
        facts, say = task.facts, self._letters
        between = say("outside.between", language)
        label = self._pages(f"task.{task.kind}.label", language)
        incident = between.join(what_happened(task, self._pages, language))
        places = list(_fitting(facts, _PLACES, language))
        things = list(_fitting(facts, _THINGS, language))
        if incident:
            label, things = incident, [label, *things]
        if kind in _SAID:
            label = say(f"outside.{kind}", language, task=label)
        until = say("outside.until", language, time=due_time(task, zone, language))
        who = called(facts, language) or (say("outside.guest", language) if facts.get("name") else "")
        glance = _glance(label, who, next(iter(places), ""), next(iter(things), ""), until, between)
        more = [between.join(part for part in (who, *places, *things) if part and part not in glance)]
        step = f"task.{task.kind}.step"
        more += [self._pages(step, language)] if step in self._pages.by_language[language] else []
        more += [self._pages("incident.drill_words", language)] if facts.get("drill") else []
        return Outside(glance, "\n".join([*filter(None, more), say("outside.sign", language)]))

    def test(self, language: str) -> Outside:
        """Write a message that only says that the way works."""
        return self._plain("test", language)

    def digest(self, language: str, count: int) -> Outside:
        """Write that there is too much at once to ring for each."""
        return self._plain("digest", language, n=count)

    def _plain(self, key: str, language: str, **values: object) -> Outside:
        say = self._letters
        detail = f"{say(f'outside.{key}.detail', language)}\n{say('outside.sign', language)}"
        return Outside(say(f"outside.{key}.glance", language, **values), detail)


def called(facts: Mapping[str, str], language: str) -> str:
    """Return family name and honorific, empty where the salutation may be more, or less, than that."""
    name, said = facts.get("name", "").strip(), facts.get(f"salutation_{language}", "").strip()
    if not name or not said or any(letter.isdigit() for letter in said):
        return ""
    if has_han(name):
        return said if _is_family(name, said) else ""
    words = said.replace(",", " ").split()
    rest = [word for word in words if word.rstrip(".").casefold() not in _BEFORE_NAMES and word not in _AFTER_NAMES]
    parts = name.casefold().split()
    return said if len(rest) == 1 < len(words) and len(parts) > 1 and rest[0].casefold() in parts else ""


def _is_family(name: str, said: str) -> bool:
    """Say whether a Chinese guest's salutation is no more than the family name and an honorific, in either script."""
    if not has_han(said):
        words = said.split()
        first, last = words[0].rstrip(".").casefold(), words[-1]
        return len(words) == 2 and first in _BEFORE_NAMES and last.isalpha()  # noqa: PLR2004 - Ms Li
    family = surname(name)
    given = name[len(family) :]
    honorific = said.removeprefix(family)
    return bool(given) and said != honorific and given not in said and 0 < len(honorific) <= _LONGEST_HONORIFIC


def _fitting(facts: Mapping[str, str], names: tuple[str, ...], language: str) -> Iterator[str]:
    """Return the house's own names that hold nothing of a person."""
    private = [_squeezed(facts[name]) for name in _OF_PEOPLE if len(facts.get(name, "").strip()) > 1]
    for name in names:
        text = " ".join(facts.get(f"{name}_{language}", "").split())
        if text and not _NUMBER.search(text) and not any(one in _squeezed(text) for one in private):
            yield text


def _squeezed(text: str) -> str:
    return re.sub(r"[\s·•.-]", "", text).casefold()


def _glance(label: str, who: str, where: str, thing: str, until: str, between: str) -> str:
    """Set side by side what fits on the line: the thing goes first, then the end of the place, then the guest."""
    for names in ([who, where, thing], [who, where], [who, "…"], [where], ["…"], []):
        rest = between.join(part for part in (label, *names, until) if part)
        room = GLANCE_COLUMNS - columns(rest)
        if "…" in names and where and room >= _LEAST_OF_A_PLACE:
            return rest.replace("…", fitted(where, room + 1), 1)
        if "…" not in names and room >= 0:
            return rest
    rest = between.join(("", until))
    return fitted(label, GLANCE_COLUMNS - columns(rest)) + rest
