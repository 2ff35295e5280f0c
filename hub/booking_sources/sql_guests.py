"""One row of a guest list in a database."""

from collections.abc import Mapping
from typing import Any

from hub.booking_sources.sql_values import BadValue, parts, text, truth, whole, word
from hub.domain.guests import Diet, Rsvp
from hub.domain.source_items import ItemGuest
from hub.domain.words import Language, Words

LONGEST = 200
"""Characters of any field of a guest."""


def guest_of(row: Mapping[str, Any]) -> ItemGuest:
    """Return a guest. Raises BadValue, which names nobody."""
    texts = {name: text(row.get(name)) for name in _TEXTS}
    if not texts["name"]:
        raise BadValue(
            Words("来宾没有姓名", "the guest has no name"),
            Words("请填写姓名，或删除这一行", "enter the name, or delete the row"),
        )
    long = [name for name, said in texts.items() if len(said) > LONGEST]
    if long:
        raise BadValue(
            Words(f"{long[0]} 超过 {LONGEST} 个字符", f"{long[0]} has more than {LONGEST} characters"),
            Words("请缩短", "shorten it"),
        )
    diets = parts(row.get("diets"))
    known = frozenset(Diet(one.casefold()) for one in diets if one.casefold() in set(Diet))
    others = [one for one in diets if one.casefold() not in set(Diet)]
    return ItemGuest(
        key=text(row["key"]),
        **texts | {"diet_note": "、".join([*others, *([texts["diet_note"]] if texts["diet_note"] else [])])},
        language=word(row.get("language"), Language),
        diets=known,
        step_free=truth(row.get("step_free")),
        vip=whole(row.get("vip")) or 0,
        rsvp=word(row.get("rsvp"), Rsvp) or Rsvp.NEEDS_ACTION,
    )


_TEXTS = ("name", "title", "company", "phone", "email", "diet_note", "drink", "party", "seat")
