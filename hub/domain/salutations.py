"""How we greet somebody: 王总, 欧阳女士, Ms Li (R144). Derived from what a guest list says, never guessed beyond it."""

import re

from hub.domain.forms_of_address import (
    COMPOUND_SURNAMES,
    HONORIFICS,
    NOT_THE_CHIEF,
    PINYIN_SURNAMES,
    TITLES,
    UNIVERSAL,
    Honorific,
)
from hub.domain.words import Words

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_CHINESE_NAME = re.compile(f"[{_HAN}·•]+")
_ANY_HAN = re.compile(f"[{_HAN}]")
_LONGEST_PLAIN_NAME = 3
HONORED_GUEST = "贵宾"
"""What a Chinese name is greeted with when nothing else is known."""


def has_han(text: str) -> bool:
    """Say whether a text is written with Chinese characters."""
    return _ANY_HAN.search(text) is not None


def salutation(name: str, *, said: str = "", title: str = "", gender: str = "", family: str = "") -> Words:
    """Greet somebody in both languages.

    ``said`` is the list's own salutation: whole (李总, Ms Li, ``李总 / Mr Li``) or only the honorific (女士, Dr). What
    it leaves open comes from ``title``, then ``gender``; in the end the full name stands alone. ``family`` is the
    family name where the list has it apart.
    """
    told = _honorific(said)
    whole = () if told else tuple(part.strip() for part in re.split(r"[/|／]", said) if part.strip())
    given_zh = next((part for part in whole if has_han(part)), "")
    given_en = next((part for part in whole if not has_han(part)), "")
    told = told or _inside(given_zh, given_en)
    return Words(
        zh=given_zh or _chinese(name, family, told, title, _honorific(gender)),
        en=given_en or _english(name, family, told or _titled(name, title) or _honorific(gender)),
    )


def surname(name: str) -> str:
    """Return the family name of a Chinese name, or the whole name where it cannot be told."""
    if not _CHINESE_NAME.fullmatch(name) or "·" in name or "•" in name:
        return name
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES:  # noqa: PLR2004 - a compound surname and a given name
        return name[:2]
    return name[0] if len(name) <= _LONGEST_PLAIN_NAME else name


def _honorific(word: str) -> Honorific | None:
    return HONORIFICS.get(word.strip().rstrip(".").casefold())


def _inside(given_zh: str, given_en: str) -> Honorific | None:
    """Find the honorific in a whole salutation: 李女士 and Ms Li both say that she is a lady."""
    first = given_en.split(" ", 1)[0]
    return _honorific(first) or next((one for one in HONORIFICS.values() if given_zh.endswith(one.zh)), None)


def _chinese(name: str, family: str, told: Honorific | None, title: str, gender: Honorific | None) -> str:
    by_title = "" if told else _title_suffix(title)
    suffix = (told.zh if told else "") or by_title or (gender.zh if gender else "")
    if not has_han(name):
        suffix = suffix if suffix in UNIVERSAL or not by_title else gender.zh if gender else ""
        called = _last_name(name, family) if suffix else name
        return f"{called} {suffix or HONORED_GUEST}"
    if not suffix:
        return f"{name}{HONORED_GUEST}"
    return (family or surname(name)) + suffix


def _title_suffix(title: str) -> str:
    plain = title.casefold()
    if any(plain.endswith(word) or plain.startswith(f"{word} ") for word in NOT_THE_CHIEF):
        return ""
    found = [(plain.find(word), -len(word), word) for word in TITLES if word in plain]
    return TITLES[min(found)[2]] if found else ""


def _english(name: str, family: str, honorific: Honorific | None) -> str:
    plain = _without_honorific(name)
    if honorific is None or not honorific.en or has_han(name):
        return plain
    return f"{honorific.en} {_last_name(plain, family)}"


def _titled(name: str, title: str) -> Honorific | None:
    """Read Dr or Prof. from the name itself or the title."""
    words = [*name.split(" ", 1)[:1], *title.replace(",", " ").split()]
    found = (_honorific(word) for word in words if not has_han(word))
    return next((one for one in found if one and one.en in {"Dr", "Prof."}), None)


def _without_honorific(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if rest and _honorific(first) else name


def _last_name(name: str, family: str) -> str:
    """Return the family name of a name in Latin letters; the whole name where the order is open (Wang Wei)."""
    if family:
        return family
    if "," in name:
        return name.partition(",")[0].strip()
    parts = _without_honorific(name).split()
    if not parts:
        return name
    if any(part.casefold() in PINYIN_SURNAMES for part in parts):
        return " ".join(parts)
    start = len(parts) - 1
    while start > 1 and parts[start - 1].islower():  # van der Berg
        start -= 1
    return " ".join(parts[start:])
