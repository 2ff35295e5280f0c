"""A supervisor keeps the list of people: adds one, changes what holds for them, lets one go, takes one back."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.domain.errors import InvalidInput, NotFound
from hub.domain.staff import Staff, signed_out
from hub.domain.task_kinds import Role
from hub.domain.words import Language
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.sessions import ACCESS
from hub.usecases.sign_in import end_duty
from hub.usecases.watch_roster import look_soon

LONGEST_NAME = 40
LONGEST_SKILL = 30
MOST_SKILLS = 20
_PAGER = re.compile("[a-z0-9-]{3,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a supervisor says of a person, as typed and chosen; the words are those of ``hub.domain.staff.Staff``."""

    name: str
    roles: frozenset[str]
    leads: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    skills: tuple[str, ...] = ()
    language: str = Language.ZH
    pager: str = ""


def add_person(tx: Transaction, said: Described, who: Deciding) -> Staff:
    """Add somebody. Who is listed first has to be a supervisor, else nobody could add the next. Raises InvalidInput."""
    everybody = tx.staff.all()
    made = replace(_read(tx, Staff(key=_free_key(everybody), name="", roles=frozenset()), said), by_hand=True)
    if not any(one.active for one in everybody) and Role.SUPERVISOR not in made.roles:
        raise InvalidInput("roles", "does not name supervisor", "list a supervisor first, who can add the others")
    return _keep(tx, made, "staff.add", who)


def change_person(tx: Transaction, key: str, said: Described, who: Deciding) -> Staff:
    """Change what holds for a person. Raises NotFound and InvalidInput; who is at work keeps their name."""
    before = find_person(tx, key)
    changed = _read(tx, before, said)
    if changed == before:
        return before
    if changed.name != before.name and tx.duties.get(before.name) is not None:
        raise InvalidInput("name", f"{before.name} is at work under it", "let them sign out first")
    _check_a_supervisor_stays(tx, changed)
    return _keep(tx, changed, "staff.change", who)


def retire_person(tx: Transaction, key: str, who: Deciding) -> Staff:
    """Let a person go: they are off at once, what they had goes to others, and no code of theirs signs in any more.

    Raises NotFound, and InvalidInput for the last supervisor.
    """
    gone = replace(find_person(tx, key), active=False)
    _check_a_supervisor_stays(tx, gone)
    kept = _keep(tx, gone, "staff.retire", who)
    for tablet in tx.duties.tablets():
        if tablet.person == gone.name:
            tx.duties.save_tablet(signed_out(tablet))
            tx.sessions.end_of(tablet=tablet.id)
    end_duty(tx, gone.name, who)
    return kept


def return_person(tx: Transaction, key: str, who: Deciding) -> Staff:
    """Take somebody back who had left. Raises NotFound."""
    return _keep(tx, replace(find_person(tx, key, active=False), active=True), "staff.return", who)


def find_person(tx: Transaction, key: str, *, active: bool = True) -> Staff:
    """Return a person by key. Raises NotFound."""
    found = next((one for one in tx.staff.all() if one.key == key and one.active is active), None)
    if found is None:
        raise NotFound(f"there is nobody with the key {key!r}")
    return found


def zones_known(tx: Transaction) -> dict[str, str]:
    """Return what a person's zones may be, with what each is: keys of rooms, floors and kiosks."""
    rooms = tx.meetings.rooms()
    found = {one.floor: "floor" for one in rooms if one.floor}
    return found | {one.key: "room" for one in rooms} | dict.fromkeys(sorted(tx.meetings.doors()), "door")


def _keep(tx: Transaction, one: Staff, action: str, who: Deciding) -> Staff:
    tx.staff.put([one])
    words = f"{one.key} {' '.join(sorted(one.roles))}"
    tx.records.audit(who.actor, action, words, who.at)
    tx.feed.touch([("duties", ""), (ACCESS, one.key)])
    look_soon(tx, who.at)
    return one


def _read(tx: Transaction, before: Staff, said: Described) -> Staff:
    name = " ".join(unicodedata.normalize("NFC", said.name).split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidInput("name", "is empty, too long or not readable", f"give 1 to {LONGEST_NAME} characters")
    roles, leads = (_roles(field, words) for field, words in (("roles", said.roles), ("leads", said.leads)))
    if not roles:
        raise InvalidInput("roles", "is empty", f"choose one or more of {', '.join(Role)}")
    strange = said.zones - zones_known(tx).keys() - before.zones
    if strange:
        raise InvalidInput("zones", f"{min(strange)!r} is no room, floor or door here", "choose one that is listed")
    skills = frozenset(filter(None, (" ".join(one.split()) for one in said.skills)))
    if len(skills) > MOST_SKILLS or any(len(one) > LONGEST_SKILL or not one.isprintable() for one in skills):
        problem, remedy = "are too many, or one is too long", f"give up to {MOST_SKILLS} of {LONGEST_SKILL} characters"
        raise InvalidInput("skills", problem, remedy)
    if said.language not in set(Language):
        raise InvalidInput("language", f"{said.language!r} is not known", f"use {', '.join(Language)}")
    if said.pager and not _PAGER.fullmatch(said.pager):
        raise InvalidInput("pager", "is no id of a pager", "give 3 to 32 small letters, digits and hyphens, or nothing")
    worn = next((one for one in tx.staff.all() if said.pager and one.pager == said.pager and one.active), None)
    if worn and worn.key != before.key:
        raise InvalidInput("pager", f"is worn by {worn.name}", "take it from them first")
    language = Language(said.language)
    return replace(
        before,
        name=name,
        roles=roles,
        leads=leads,
        zones=said.zones,
        skills=skills,
        language=language,
        pager=said.pager,
    )


def _roles(field: str, words: frozenset[str]) -> frozenset[Role]:
    for one in sorted(words - set(Role)):
        raise InvalidInput(field, f"{one!r} is no team", f"choose of {', '.join(Role)}")
    return frozenset(map(Role, words))


def _check_a_supervisor_stays(tx: Transaction, changed: Staff) -> None:
    others = [one for one in tx.staff.all() if one.active and one.key != changed.key]
    leading = [one for one in (*others, changed) if one.active and Role.SUPERVISOR in one.roles]
    if not leading:
        raise InvalidInput("roles", "leaves no supervisor", "make somebody else a supervisor first")


def _free_key(everybody: Sequence[Staff]) -> str:
    taken = {one.key for one in everybody}
    return next(key for number in range(1, len(taken) + 2) if (key := f"staff-{number}") not in taken)
