"""The words people write into lists: yes and no, languages, diets, seats, in Chinese and English."""

import re

from hub.domain.guests import Diet
from hub.domain.transfers import PlaceKind
from hub.domain.words import Language, Words
from hub.guest_lists.cells import BadCell, shown


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words("yes y true 1 √ ✓ ✔ 是 有 对 vip 贵宾 貴賓 嘉宾 需要 要")
_NO = _words("no n false 0 × ✗ x 否 不 不是 没有 沒有 普通 不需要 不要 none")
_VIP_LEVEL = re.compile(r"(?:vip\s*)?([1-9一二三])\s*级?(?:贵宾|貴賓)?")
_HAN_LEVELS = {"一": 1, "二": 2, "三": 3}
_STEP_FREE = _words(
    "轮椅 輪椅 电梯 電梯 行动不便 行動不便 无台阶 拐杖 wheelchair lift elevator step-free stepfree ramp crutches"
)
_LANGUAGES = {
    **dict.fromkeys(
        _words("zh zh-cn zh-hans zh_cn cn chinese mandarin 中 中文 汉语 漢語 普通话 华语 简体中文"), Language.ZH
    ),
    **dict.fromkeys(_words("en en-gb en-us en_gb en_us english 英 英文 英语 英語"), Language.EN),
}
_DIETS = {
    **dict.fromkeys(("素食", "素", "吃素", "素食者", "蛋奶素", "vegetarian", "veggie", "veg"), Diet.VEGETARIAN),
    **dict.fromkeys(("纯素", "純素", "全素", "纯素食", "vegan", "plant based"), Diet.VEGAN),
    **dict.fromkeys(("清真", "清真餐", "halal", "muslim"), Diet.HALAL),
    **dict.fromkeys(
        ("无麸质", "無麩質", "无麸", "麸质过敏", "不含麸质", "gluten free", "no gluten", "coeliac", "celiac"),
        Diet.GLUTEN_FREE,
    ),
}
_PLACE_KINDS = {
    **dict.fromkeys(_words("机场 機場 接机 飞机 airport flight plane"), PlaceKind.AIRPORT),
    **dict.fromkeys(_words("车站 車站 火车站 高铁站 接站 火车 高铁 station train railway"), PlaceKind.STATION),
    **dict.fromkeys(_words("酒店 宾馆 賓館 饭店 hotel"), PlaceKind.HOTEL),
    **dict.fromkeys(_words("其他 其它 other"), PlaceKind.OTHER),
}
_ANYTHING = frozenset(
    ("不忌口", "不忌", "正常", "没有", "無忌口", "无忌口", "普通", "none", "no", "normal", "any", "anything")
)
_DIET_SIGNS = re.compile(r"[,，、;；/|+＋&]| and | 和 ")
_HYPHENS = re.compile(r"[-_\s]+")
_CHINESE_SEAT = re.compile(r"(\w+?)区第?(\d+)[排行]第?(\d+)[号座位]*")
_CHINESE_TABLE = re.compile(r"第?(\w+?)[号]?桌第?(\d+)[号座位]*")
_SEAT_DASHES = re.compile(r"\s*[-‐-―－_/]\s*")

_PHONE = re.compile(r"\+?[0-9(][0-9()\-\s.]*(?:(?:转|轉|ext\.?|x)\s*[0-9]{1,6})?", re.IGNORECASE)
_PHONE_DIGITS = range(5, 24)
_EMAIL = re.compile(r"[^\s@,;<>\"()]+@[^\s@,;<>\"()]+\.[^\s@,;<>\"().]{2,}")


def yes_or_no(text: str) -> bool:
    """Read a yes or a no; empty is no. Raises BadCell."""
    word = text.casefold()
    if word in _YES:
        return True
    if not word or word in _NO:
        return False
    raise BadCell(
        Words(f"{shown(text)} 既不是“是”也不是“否”", f"{shown(text)} is neither yes nor no"),
        Words("请写 是 或 否", "write 是 or 否 (yes or no)"),
    )


def vip(text: str) -> tuple[bool, int]:
    """Read whether somebody is a VIP and of which level: 1, VIP2 or 三级; 0 for one without. Raises BadCell."""
    found = _VIP_LEVEL.fullmatch(text.casefold())
    if found:
        return True, _HAN_LEVELS.get(found[1]) or int(found[1])
    try:
        return yes_or_no(text), 0
    except BadCell as other:
        remedy = Words(
            "请写 是 或 否，或写级别（1 为最高）", "write 是 or 否 (yes or no), or the level from 1, the highest"
        )
        raise BadCell(other.problem, remedy) from other


def step_free(text: str) -> bool:
    """Read whether the guest needs a way without steps (R19). Raises BadCell."""
    word = text.casefold()
    if word in _STEP_FREE:
        return True
    try:
        return yes_or_no(text)
    except BadCell as other:
        remedy = Words("请写 是、否 或 轮椅", "write 是 or 否 (yes or no), or 轮椅 (wheelchair)")
        raise BadCell(other.problem, remedy) from other


def language(text: str) -> Language:
    """Read a language of the house. Raises BadCell."""
    found = _LANGUAGES.get(text.casefold())
    if found is None:
        raise BadCell(
            Words(f"{shown(text)} 不是这里使用的语言", f"{shown(text)} is no language of the house"),
            Words("请写 中文 或 英文（zh、en）", "write zh or 中文, en or 英文"),
        )
    return found


def place_kind(text: str) -> PlaceKind:
    """Read where a guest is met. Raises BadCell."""
    found = _PLACE_KINDS.get(text.casefold())
    if found is None:
        raise BadCell(
            Words(f"{shown(text)} 不是接送地点的类型", f"{shown(text)} is no kind of place"),
            Words("请写 机场、车站、酒店 或 其他", "write 机场, 车站, 酒店 or 其他 (airport, station, hotel, other)"),
        )
    return found


def diets(text: str) -> tuple[frozenset[Diet], str]:
    """Read diets: those the kitchen counts, and the rest as a note (R18)."""
    tags, notes = set(), []
    for part in _DIET_SIGNS.split(text):
        said = part.strip()
        word = _HYPHENS.sub(" ", said.casefold())
        if word in _DIETS:
            tags.add(_DIETS[word])
        elif word and word not in _ANYTHING:
            notes.append(said)
    return frozenset(tags), "、".join(notes)


def seat(text: str) -> str:
    """Write a seat as the map does: A区3排5号 is A-3-5, T4桌2号 is T4-2."""
    for pattern in (_CHINESE_SEAT, _CHINESE_TABLE):
        found = pattern.fullmatch(text.replace(" ", ""))
        if found:
            return "-".join(found.groups())
    return _SEAT_DASHES.sub("-", text)


def phone(text: str) -> str:
    """Check a telephone number. Raises BadCell."""
    if text and not (_PHONE.fullmatch(text) and sum(sign.isdigit() for sign in text) in _PHONE_DIGITS):
        raise BadCell(
            Words(f"{shown(text)} 不是电话号码", f"{shown(text)} is no telephone number"),
            Words("请写数字，如 +86 138 0013 8000", "write digits, as +86 138 0013 8000"),
        )
    return text


def email(text: str) -> str:
    """Check an e-mail address by its shape. Raises BadCell."""
    if text and not _EMAIL.fullmatch(text):
        raise BadCell(
            Words(f"{shown(text)} 不是电子邮箱", f"{shown(text)} is no e-mail address"),
            Words("请写成 name@company.cn", "write it as name@company.cn"),
        )
    return text.casefold()
