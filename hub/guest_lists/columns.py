"""Which column of a guest list is which: headers in Chinese and English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from hub.domain.errors import InvalidInput

C = TypeVar("C", bound=StrEnum)


class Column(StrEnum):
    """What a list may say of a guest. The value is the header we write ourselves."""

    NAME = "name"
    FAMILY = "family name"
    GIVEN = "given name"
    SALUTATION = "salutation"
    GENDER = "gender"
    TITLE = "title"
    COMPANY = "company"
    LANGUAGE = "language"
    PHONE = "phone"
    EMAIL = "email"
    DIET = "diet"
    DRINK = "drink"
    ACCESS = "access"
    PARTY = "party"
    VIP = "vip"
    HOST = "host"
    SEAT = "seat"
    CODE = "code"
    ID = "id"


HEADERS: dict[Column, str] = {
    Column.NAME: "姓名 名字 嘉宾姓名 来宾姓名 客人姓名 参会人 參會人 嘉宾 来宾 name fullname guest guestname attendee "
    "attendeename",
    Column.FAMILY: "姓 姓氏 familyname lastname surname",
    Column.GIVEN: "名 givenname firstname forename",
    Column.SALUTATION: "称呼 稱呼 尊称 尊稱 敬称 salutation honorific greeting prefix",
    Column.GENDER: "性别 性別 gender sex",
    Column.TITLE: "职务 職務 职位 職位 头衔 頭銜 职称 職稱 title jobtitle position",
    Column.COMPANY: "单位 單位 公司 公司名称 单位名称 工作单位 机构 機構 company organisation organization employer",
    Column.LANGUAGE: "语言 語言 语种 語種 language lang locale",
    Column.PHONE: "手机 手機 手机号 手机号码 电话 電話 联系电话 phone mobile mobilephone telephone tel phonenumber",
    Column.EMAIL: "邮箱 郵箱 电子邮箱 电子邮件 電子郵件 email mail emailaddress",
    Column.DIET: "忌口 饮食 飲食 饮食要求 饮食禁忌 饮食需求 餐食 用餐 diet dietary dietaryneeds dietaryrequirements "
    "dietaryrestrictions meal",
    Column.DRINK: "饮品 飲品 饮料 飲料 茶饮 茶水 喝什么 饮品偏好 口味 drink drinks beverage drinkpreference "
    "preferreddrink",
    Column.ACCESS: "无障碍 無障礙 无障礙 无障碍需求 轮椅 輪椅 access accessneeds accessibility wheelchair stepfree "
    "stepfreeaccess",
    Column.PARTY: "同行 同行人 同行组 团组 團組 分组 party group",
    Column.VIP: "vip 贵宾 貴賓 是否vip 是否贵宾 重要嘉宾",
    Column.HOST: "接待人 接待 对接人 對接人 陪同 陪同人 host hostedby accountmanager",
    Column.SEAT: "座位 座位号 座位號 席位 座次 seat seatnumber",
    Column.CODE: "码 碼 二维码 邀请码 邀請碼 签到码 code qr qrcode ticketcode barcode secret",
    Column.ID: "编号 編號 嘉宾编号 id guestid ref reference",
}
"""Every header we know. A mere row number (序号, no.) is left out on purpose: it changes when a list is sorted."""


def by_header(headers: Mapping[C, str]) -> dict[str, C]:
    """Return the column of each header, from the headers of each column."""
    return {word: column for column, words in headers.items() for word in words.split()}


_COLUMN_OF = by_header(HEADERS)
_REMARK = re.compile(r"[(\[（【].*?[)\]）】]")
_NOISE = re.compile(r"[\W_]+")
SHOWN = 12
"""How many headers a message quotes."""


@dataclass(frozen=True, slots=True)
class Header(Generic[C]):
    """Where each column stands, and what the list itself calls it. ``unused`` names columns that mean nothing here."""

    at: dict[C, int]
    labels: dict[C, str]
    unused: tuple[str, ...]
    width: int

    def label(self, column: C) -> str:
        """Return what the list calls a column, or our own word for one it has not."""
        return self.labels.get(column, column.value)


def plain(text: str) -> str:
    """Return a header as it is recognised: case, spaces, stars and remarks in brackets do not matter."""
    return _NOISE.sub("", _REMARK.sub("", unicodedata.normalize("NFKC", text))).casefold()


def column_of(text: str) -> Column | None:
    """Recognise one header of a guest list."""
    return _COLUMN_OF.get(plain(text))


def names_guests(cells: Sequence[str]) -> bool:
    """Say whether a row is the header of a guest list: it has a column with the guests' names."""
    return any(column_of(cell) in {Column.NAME, Column.FAMILY} for cell in cells)


def header(cells: Sequence[str]) -> Header[Column]:
    """Read the header row of a guest list. Raises InvalidInput when two columns mean the same."""
    return read_header(cells, _COLUMN_OF)


def read_header(cells: Sequence[str], known: Mapping[str, C]) -> Header[C]:
    """Read a header row by the columns that are ``known``. Raises InvalidInput when two mean the same."""
    at: dict[C, int] = {}
    labels: dict[C, str] = {}
    unused = []
    for position, cell in enumerate(cells):
        label = cell.strip()
        column = known.get(plain(label))
        if column is None:
            unused += [label[: SHOWN * 2]] if label else []
            continue
        if column in at:
            raise InvalidInput(
                "columns", f"{labels[column]!r} and {label!r} both mean {column.value}", "keep one of the two columns"
            )
        at[column], labels[column] = position, label
    return Header(at, labels, tuple(unused), len(cells))


def no_header(cells: Sequence[str]) -> InvalidInput:
    """Say what the first row holds and what is needed, when no header was found."""
    there = ", ".join(repr(cell.strip()[:24]) for cell in cells if cell.strip()) or "nothing"
    others = "、".join(words.split()[0] for words in list(HEADERS.values())[3:])
    return InvalidInput(
        "columns",
        f"there is no column with the guests' names; the first line holds {there[:300]}",
        f"needed: 姓名 or name; known besides: {others} (or in English: "
        + ", ".join(column.value for column in list(Column)[3:])
        + ")",
    )
