"""One cell: cleaned, or refused with what is wrong and what to do. Nothing in a cell is ever evaluated."""

import re
import unicodedata

from hub.domain.words import Words
from hub.domain.wrong_values import WrongValue

LONGEST_SHOWN = 40

_NOTHING = frozenset({"-", "–", "—", "－", "/", "\\", "无", "無", "n/a", "N/A"})
"""What people write into a cell to say that there is nothing."""

_FORMULA_SIGNS = frozenset("=+-@\t\r＝＋－＠")
"""A spreadsheet takes a text that begins so for a formula, full-width signs included (OWASP: CSV injection)."""

_SHEET_ERROR = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)")
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_PLAIN_PHONE = re.compile(r"\+[0-9(]")


_PLAIN = Words("请写普通文字", "write plain text")
_ANEW = Words("请重新输入", "type it anew")


class BadCell(WrongValue):
    """A cell that cannot be used."""


def clean(raw: str, longest: int, *, phone: bool = False) -> str:
    """Return the text of one cell, NFC and without blanks around it; empty where it says that there is nothing.

    ``longest`` counts characters. Only a ``phone`` may begin with a plus sign. Raises BadCell.
    """
    if not raw.isprintable():
        raw = _printable(raw)
    text = unicodedata.normalize("NFC", raw.strip())
    if not text or text in _NOTHING:
        return ""
    if text[0] in _FORMULA_SIGNS and not (phone and _PLAIN_PHONE.match(text)):
        raise BadCell(
            Words(
                f"以 {text[0]!r} 开头，像公式：{shown(text)}", f"begins with {text[0]!r} like a formula: {shown(text)}"
            ),
            _PLAIN,
        )
    if text[0] == "#" and _SHEET_ERROR.fullmatch(text):
        raise BadCell(
            Words(f"是表格软件的错误值 {text}", f"holds the spreadsheet's error {text}"),
            Words("请改正这一格", "correct the cell"),
        )
    if len(text) > longest:
        raise BadCell(
            Words(
                f"有 {len(text):,} 个字符，最多 {longest} 个：{shown(text)}",
                f"has {len(text):,} characters, at most {longest} fit: {shown(text)}",
            ),
            Words("请缩短", "shorten it"),
        )
    return text


def shown(text: str) -> str:
    """Quote the beginning of a text for a message; control characters come out as escapes."""
    quoted = ascii(text) if not text.isprintable() else repr(text)
    return quoted if len(quoted) <= LONGEST_SHOWN else f"{quoted[:LONGEST_SHOWN]}…"


def _printable(raw: str) -> str:
    """Drop what is harmless and invisible, refuse what could deceive a reader."""
    if raw[0] in _FORMULA_SIGNS:
        raise BadCell(Words(f"以控制字符开头：{shown(raw)}", f"begins with a control character: {shown(raw)}"), _PLAIN)
    text = _INVISIBLE.sub("", raw).strip()
    if "\n" in text or "\r" in text:
        raise BadCell(
            Words(f"含有换行：{shown(text)}", f"holds a line break: {shown(text)}"),
            Words(
                '请写成一行；也可能是前面少了一个引号（"）',
                'write it in one line; or a quotation mark (") is missing before it',
            ),
        )
    if _TURNS_TEXT.search(text):
        raise BadCell(
            Words(
                f"含有改变书写方向的字符：{shown(text)}",
                f"holds a sign that turns the writing direction: {shown(text)}",
            ),
            _ANEW,
        )
    found = next((sign for sign in text if unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"}), "")
    if found:
        sign = f"U+{ord(found):04X}"
        raise BadCell(
            Words(f"含有控制字符（{sign}）：{shown(text)}", f"holds a control character ({sign}): {shown(text)}"), _ANEW
        )
    return text
