"""Mosquitto's access list: who may speak or listen where somebody else's topics are."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from devices.contract.topics import Leaf, topic
from hub.mosquitto.lines import Line, split_lines

_WAYS = ("read", "write", "readwrite", "deny")
_SOMEBODY = "somebody"
_ANOTHER = "another-device"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: for a ``user``, for those without a name (None), or a pattern for everybody."""

    line: Line
    user: str | None
    pattern: bool
    way: str
    filter: str


def read_rules(file: str, text: str) -> Iterator[Rule]:
    """Read an access list. A line without a way stands for reading and writing."""
    user: str | None = None
    for line in split_lines(file, text):
        if line.name == "user":
            user = line.value
        elif line.name in {"topic", "pattern"}:
            way, _, rest = line.value.partition(" ")
            way, rest = (way, rest) if way in _WAYS and rest else ("readwrite", line.value)
            yield Rule(line, user, line.name == "pattern", way, rest.strip())


def trespasses(rules: Iterable[Rule], site: str, processes: Collection[str]) -> Iterator[Rule]:
    """Find what lets others than the hub's ``processes`` at what a device says, or is told.

    Each rule is tried at the topics of a device of another name. A client chooses its own id, so ``%c`` holds for all.
    """
    known = list(rules)
    others = _topics_of_another(site)
    for rule in known:
        if rule.way == "deny" or (rule.user in processes and not rule.pattern):
            continue
        # Mosquitto puts what is denied first, but a pattern is looked at apart from the lines of users.
        denied = [] if rule.pattern else [one.filter for one in known if one.way == "deny" and one.user == rule.user]
        tried = _filled(rule)
        if any(matches(tried, name) and not any(matches(one, name) for one in denied) for name in others):
            yield rule


def _topics_of_another(site: str) -> tuple[str, ...]:
    return tuple(topic(site, _ANOTHER, leaf) for leaf in Leaf)


def _filled(rule: Rule) -> str:
    if not rule.pattern:
        return rule.filter
    return rule.filter.replace("%u", _SOMEBODY).replace("%c", "+")


def matches(given: str, name: str) -> bool:
    """Say whether a topic filter covers a topic (MQTT 5, 4.7)."""
    parts, levels = given.split("/"), name.split("/")
    for number, part in enumerate(parts):
        if part == "#":
            return True
        if number >= len(levels) or part not in {"+", levels[number]}:
            return False
    return len(parts) == len(levels)
