"""Which guests of a booking source's list can be invited, and what is wrong with the others. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hub.domain.guests import Rsvp
from hub.domain.source_items import BadItem, Item, ItemGuest
from hub.domain.words import Words

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

_ZH = {
    "key": "编号",
    "name": "姓名",
    "title": "职务",
    "company": "单位",
    "phone": "电话",
    "email": "邮箱",
    "diet_note": "饮食备注",
    "drink": "饮品",
    "party": "同行",
    "seat": "座位",
}

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
        Words(f"来宾 {one.key[:40] or number}：{problem.zh}", f"guest {one.key[:40] or number}: {problem.en}")
        for number, one in _numbered(item)
        for problem in _problems(one)
    ]
    said += [
        Words(f"来宾 {key[:40]} 出现了 {times} 次", f"guest {key[:40]} stands there {times} times")
        for key, times in Counter(one.key for _, one in _numbered(item)).items()
        if times > 1
    ]
    if not said:
        return None
    first, more = said[:SHOWN], len(said) - SHOWN
    return BadItem(
        field="guests",
        problem=Words(
            "；".join(one.zh for one in first) + (f"；另有 {more} 处" if more > 0 else ""),
            "; ".join(one.en for one in first) + (f" and {more} more" if more > 0 else ""),
        ),
        remedy=Words(
            "请在预订系统里改正这些来宾；其他来宾照常邀请",
            "correct these guests at the source; the others are invited",
        ),
        occurrence=item.occurrence,
        title=item.title.zh or item.title.en,
    )


def _numbered(item: Item) -> list[tuple[int, ItemGuest]]:
    return list(enumerate(map(_tidy, item.guests or ()), start=1))


def _problems(guest: ItemGuest) -> Iterator[Words]:
    for name in ("key", "name"):
        if not getattr(guest, name):
            yield Words(f"没有{_ZH[name]}", f"{name} is missing")
    for name, most in LONGEST.items():
        if len(getattr(guest, name)) > most:
            yield Words(f"{_ZH[name]}超过 {most} 个字符", f"{name} has more than {most} characters")
    if guest.vip < 0:
        yield Words("贵宾级别小于 0", "vip is less than 0")


def _tidy(guest: ItemGuest) -> ItemGuest:
    """Write each text in one line, without control characters."""
    said = {name: _line(getattr(guest, name)) for name in LONGEST}
    return replace(guest, **said)  # type: ignore[arg-type] # all of these are texts


def _line(text: str) -> str:
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
