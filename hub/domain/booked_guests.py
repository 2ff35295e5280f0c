"""Which guests of a booking source's list can be invited, and what is wrong with the others. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from hub.domain.guests import Rsvp
from hub.domain.source_items import BadItem, Item, ItemGuest

LONGEST = {
    "key": 200,
    "name": 80,
    "title": 120,
    "company": 120,
    "phone": 40,
    "email": 254,
    "diet_note": 200,
    "drink": 40,
    "party": 60,
    "seat": 30,
}
"""Most characters of each text, as of an imported list: all fit a kiosk's screen or the messages to it."""

SHOWN = 5
"""So many are named when several cannot be invited."""


def coming(item: Item) -> dict[str, ItemGuest]:
    """Return who is to be invited, by key at the source: who has not declined, each once, with tidy texts."""
    usable = (
        one for one in map(_tidy, item.guests or ()) if not list(_problems(one)) and one.rsvp is not Rsvp.DECLINED
    )
    found: dict[str, ItemGuest] = {}
    for one in usable:
        found.setdefault(one.key, one)
    return found


def declined(item: Item) -> frozenset[str]:
    """Return the keys at the source of those who have declined, and stand there as nothing else."""
    return (
        frozenset(one.key for one in map(_tidy, item.guests or ()) if one.rsvp is Rsvp.DECLINED) - coming(item).keys()
    )


def unusable(item: Item) -> BadItem | None:
    """Return what is wrong with a list, whose other guests are invited all the same; None where nothing is."""
    said = [
        f"guest {one.key[:40] or number}: {problem}" for number, one in _numbered(item) for problem in _problems(one)
    ]
    keys = [one.key for _, one in _numbered(item)]
    said += [
        f"guest {key[:40]} stands there {keys.count(key)} times" for key in dict.fromkeys(keys) if keys.count(key) > 1
    ]
    if not said:
        return None
    more = f" and {len(said) - SHOWN} more" if len(said) > SHOWN else ""
    return BadItem(
        field="guests",
        problem=f"{'; '.join(said[:SHOWN])}{more}",
        remedy="correct these guests at the source; the others are invited",
        occurrence=item.occurrence,
        title=item.title.zh or item.title.en,
    )


def _numbered(item: Item) -> list[tuple[int, ItemGuest]]:
    return list(enumerate(map(_tidy, item.guests or ()), start=1))


def _problems(guest: ItemGuest) -> Iterator[str]:
    for name in ("key", "name"):
        if not getattr(guest, name):
            yield f"{name} is missing"
    for name, most in LONGEST.items():
        if len(getattr(guest, name)) > most:
            yield f"{name} has more than {most} characters"
    if guest.vip < 0:
        yield "vip is less than 0"


def _tidy(guest: ItemGuest) -> ItemGuest:
    """Write each text in one line, without control characters."""
    said = {name: _line(getattr(guest, name)) for name in LONGEST}
    return replace(guest, **said)  # type: ignore[arg-type] # all of these are texts


def _line(text: str) -> str:
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
