"""One cell: cleaned, or refused with what is wrong and what to do. Nothing in a cell is ever evaluated."""

import re
import unicodedata

LONGEST_SHOWN = 40

_NOTHING = frozenset({"-", "–", "—", "－", "/", "\\", "无", "無", "n/a", "N/A"})
"""What people write into a cell to say that there is nothing."""

_FORMULA_SIGNS = frozenset("=+-@\t\r＝＋－＠")
"""A spreadsheet takes a text that begins so for a formula, full-width signs included (OWASP: CSV injection)."""

_SHEET_ERROR = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)")
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_PLAIN_PHONE = re.compile(r"\+[0-9(]")


class BadCell(ValueError):
    """A cell that cannot be used: what is wrong, and the remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        """Keep both parts for the table of findings."""
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


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
        raise BadCell(f"begins with {text[0]!r} like a formula: {shown(text)}", "write plain text")
    if text[0] == "#" and _SHEET_ERROR.fullmatch(text):
        raise BadCell(f"holds the spreadsheet's error {text}", "correct the cell")
    if len(text) > longest:
        raise BadCell(f"has {len(text):,} characters, at most {longest} fit: {shown(text)}", "shorten it")
    return text


def shown(text: str) -> str:
    """Quote the beginning of a text for a message; control characters come out as escapes."""
    quoted = ascii(text) if not text.isprintable() else repr(text)
    return quoted if len(quoted) <= LONGEST_SHOWN else f"{quoted[:LONGEST_SHOWN]}…"


def _printable(raw: str) -> str:
    """Drop what is harmless and invisible, refuse what could deceive a reader."""
    if raw[0] in _FORMULA_SIGNS:
        raise BadCell(f"begins with a control character: {shown(raw)}", "write plain text")
    text = _INVISIBLE.sub("", raw).strip()
    if "\n" in text or "\r" in text:
        raise BadCell(
            f"holds a line break: {shown(text)}", 'write it in one line; or a quotation mark (") is missing before it'
        )
    if _TURNS_TEXT.search(text):
        raise BadCell(f"holds a sign that turns the writing direction: {shown(text)}", "type it anew")
    found = next((sign for sign in text if unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"}), "")
    if found:
        raise BadCell(f"holds a control character (U+{ord(found):04X}): {shown(text)}", "type it anew")
    return text
