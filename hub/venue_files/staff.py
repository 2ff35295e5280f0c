"""[[staff]]: the people of the house; [[shifts]]: when each is to be at work. Codes to sign in with are in no file."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from hub.domain.errors import InvalidInput
from hub.domain.local_time import BadMoment, in_utc
from hub.domain.staff import LONGEST_DUTY, Shift, Staff, no_two_alike
from hub.domain.task_kinds import Role
from hub.domain.words import Language
from hub.venue_files.each_once import each_once
from hub.venue_files.moments import read_day, read_time
from hub.venue_files.table import DEVICE, Table

_NAME = 40
_DAY = timedelta(days=1)


def read_staff(top: Table, zones: Collection[str]) -> tuple[Staff, ...] | None:
    """Read [[staff]]; None where the file gives no list. ``zones`` are the keys of rooms, floors and kiosks."""
    if not top.has("staff"):
        return None
    people = each_once(top.tables("staff"), lambda table: _person(table, zones), lambda one: one.key, "key")
    try:
        no_two_alike(people)
    except InvalidInput as wrong:
        top.wrong("staff", wrong.problem, wrong.remedy)
    return people


def read_shifts(
    top: Table, people: Collection[str], meetings: Collection[str], zone: ZoneInfo | None, moved: timedelta
) -> tuple[Shift, ...] | None:
    """Read [[shifts]] in the house's own time; None where the file gives none.

    ``people`` and ``meetings`` are the keys of all that are known.
    """
    if not top.has("shifts"):
        return None
    made = [
        replace(one, meeting=meeting, role=role)
        for table in top.tables("shifts")
        for meeting, role in [_for_what(table, meetings)]
        for one in _shifts(table, people, zone, moved)
    ]
    # Two entries for one person and beginning are one shift: the later entry says more of it.
    found = {(one.starts_at, one.staff): one for one in made}.values()
    return tuple(sorted(set(found), key=lambda one: (one.starts_at, one.staff)))


def _person(table: Table, zones: Collection[str]) -> Staff | None:
    key, name = table.key("key"), table.text("name", needed=True, longest=_NAME)
    roles = frozenset(_words(table, "roles", {role.value for role in Role}))
    if not roles and not table.has("roles"):
        table.wrong("roles", "is missing", f"name one or more of {', '.join(Role)}")
    leads = frozenset(_words(table, "leads", {role.value for role in Role}))
    here = frozenset(_words(table, "zones", zones))
    skills = frozenset(_words(table, "skills", None))
    pager = table.key("pager", DEVICE) if table.has("pager") else ""
    language = table.word("language", Language) or Language.ZH
    table.close()
    if not (key and name and roles):
        return None
    return Staff(
        key=key,
        name=name,
        roles=frozenset(map(Role, roles)),
        leads=frozenset(map(Role, leads)),
        zones=here,
        skills=skills,
        pager=pager,
        language=language,
    )


def _words(table: Table, name: str, known: Collection[str] | None) -> Iterator[str]:
    """Yield the texts of a list; each has to be known, where it is said what is."""
    value = table.value(name)
    if value is None:
        return
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        table.wrong(name, "is no list of texts", 'write ["…", "…"]')
        return
    for one in value:
        if known is not None and one not in known:
            use = ", ".join(sorted(known)[:20]) or "none: there is none yet"
            table.wrong(name, f"{one!r} is not known", f"use {use}")
        else:
            yield one


def _for_what(table: Table, meetings: Collection[str]) -> tuple[str, Role | None]:
    """Read for which meeting an entry is, and as what its people work; the whole house, and all that they do."""
    meeting = table.text("meeting") if table.has("meeting") else ""
    if meeting and meeting not in meetings:
        table.wrong("meeting", f"there is no meeting {meeting!r}", "add it to [[meetings]], or correct it")
    return meeting, table.word("role", Role)


def _shifts(table: Table, people: Collection[str], zone: ZoneInfo | None, moved: timedelta) -> Iterator[Shift]:
    """Yield the shifts of one entry: one day and time, for one or more people."""
    keys = list(_words(table, "staff", people))
    day = table.moment("date", read_day)
    if day is None and not table.has("date"):
        table.wrong("date", "is missing", "write it as 2026-12-30")
    starts = table.moment("from", lambda value: read_time(value, day)) if day else table.moment("from", _any)
    ends = table.moment("until", lambda value: read_time(value, day)) if day else table.moment("until", _any)
    for name in ("from", "until"):
        if not table.has(name):
            table.wrong(name, "is missing", 'write it as "09:30"')
    if not keys and not table.has("staff"):
        table.wrong("staff", "is missing", "name the keys of [[staff]]")
    table.close()
    if not (starts and ends and zone):
        return
    if ends <= starts:
        ends += _DAY  # a night shift
    try:
        first, last = (in_utc(one + moved, zone) for one in (starts, ends))
    except BadMoment as bad:
        table.wrong("from", bad.problem.en, bad.remedy.en)
        return
    if last - first > LONGEST_DUTY:
        table.wrong("until", "makes a shift longer than 16 hours", "divide it")
        return
    for key in keys:
        yield Shift(staff=key, starts_at=first, ends_at=last)


def _any(value: object) -> None:
    """Take whatever stands there: without a day it cannot be read, and that is said of the day."""
    del value
