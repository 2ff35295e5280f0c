"""[[playbooks]]: what is done about each kind of incident; the program's, and a house's own (R127)."""

import re
import tomllib
from datetime import timedelta
from pathlib import Path

from hub.domain.errors import InvalidInput
from hub.domain.playbooks import MOST_STEPS, IncidentKind, Playbook, PlaybookStep
from hub.domain.task_kinds import Role
from hub.venue_files.each_once import each_once
from hub.venue_files.lines import Lines
from hub.venue_files.short import short_words
from hub.venue_files.table import Report, Table

STANDARD = Path(__file__).with_name("playbooks.toml")

_LONGEST_WORDS = {"zh": 60, "en": 120}
_LONGEST_PHONE = 40
_LONGEST_TARGET_S = 24 * 3600
_PHONE = re.compile(r"[+0-9][0-9 ()-]*(转[0-9]+)?")
_REMEDY = "shorten it: somebody reads it while running"


def standard_playbooks(path: Path = STANDARD) -> tuple[Playbook, ...]:
    """Read the playbooks that come with the program. Raises InvalidInput where the installation is spoilt."""
    try:
        text = path.read_text(encoding="utf-8")
        top = Table(tomllib.loads(text), "", report := Report(Lines(text)))
    except (OSError, ValueError) as problem:
        raise InvalidInput("playbooks", f"{path.name} cannot be read: {problem}", "install the program again") from None
    found = read_playbooks(top) or ()
    top.close()
    if report.findings:
        first = report.findings[0]
        raise InvalidInput(first.at, f"line {first.line}: {first.problem}", first.remedy)
    return found


def read_playbooks(top: Table) -> tuple[Playbook, ...] | None:
    """Read all playbooks of a file, by kind; None where it names none."""
    if not top.has("playbooks"):
        return None
    found = each_once(top.tables("playbooks"), _playbook, lambda one: one.kind, "kind")
    return tuple(sorted(found, key=lambda one: one.kind.value))


def _playbook(table: Table) -> Playbook | None:
    kind = table.word("kind", IncidentKind)
    steps = each_once(table.tables("steps"), _step, lambda one: one.key, "key")
    if not table.has("kind"):
        table.wrong("kind", "is missing", f"use one of {', '.join(IncidentKind)}")
    if not 1 <= len(steps) <= MOST_STEPS:
        table.wrong("steps", f"are {len(steps)}", f"write 1 to {MOST_STEPS} [[playbooks.steps]] in their order")
    table.close()
    return Playbook(kind=kind, steps=steps) if kind and steps else None


def _step(table: Table) -> PlaybookStep | None:
    key, owner = table.key("key"), table.word("owner", Role)
    words = short_words(table, "words", _LONGEST_WORDS, _REMEDY)
    if not table.has("owner"):
        table.wrong("owner", "is missing", f"use one of {', '.join(Role)}")
    within, phone, human = _within(table), table.text("phone", longest=_LONGEST_PHONE), table.flag("human")
    if phone and not _PHONE.fullmatch(phone):
        table.wrong("phone", f"{phone!r} is no telephone number", "write digits, as 120 or +86 755 8888 1234")
    table.close()
    if not (key and owner and words and within):
        return None
    return PlaybookStep(key=key, words=words, owner=owner, within=within, phone=phone, human=human is not False)


def _within(table: Table) -> timedelta | None:
    value = table.value("within_s")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LONGEST_TARGET_S:
        problem = "is missing" if value is None else f"{value!r} is no number of seconds"
        table.wrong("within_s", problem, f"write 1 to {_LONGEST_TARGET_S}, counted from the report")
        return None
    return timedelta(seconds=value)
