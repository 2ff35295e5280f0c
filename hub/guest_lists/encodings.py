"""From the bytes of a text file to its text: UTF-8 with or without its mark, UTF-16 with its mark, GB18030."""

import codecs
import re

from hub.domain.errors import InvalidInput

KNOWN = 0.9
"""Share of the non-ASCII characters that must be in GB 2312 before bytes are taken for GB18030.

Nearly any bytes are valid GB18030, so valid is not enough: Big5 and Latin-1 read as such give rare characters.
"""
COMMON = 0.6
"""Share that must be in its first level, the 3,755 most common: Cyrillic reads as the rare ones of the second."""

_LAST_OF_FIRST_LEVEL = 0xD7
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def decode(data: bytes) -> str:
    """Return the text of a file. Raises InvalidInput when it is no text, or its encoding cannot be told."""
    text = _by_mark(data) or _utf_8(data) or _gb18030(data)
    found = _NOT_TEXT.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise InvalidInput(
            "file",
            f"is no text: there is a control character (U+{ord(found[0]):04X}) in line {line}",
            "give a CSV file or an XLSX workbook",
        )
    return text


def _by_mark(data: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError as problem:
                raise _unknown(f"begins as {name} but is broken at byte {problem.start + 1}") from problem
    return ""


def _utf_8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _gb18030(data: bytes) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise _unknown(f"is neither UTF-8 nor GB18030: byte {problem.start + 1}, line {line}") from problem
    levels = [_level(character) for character in text if character > "\x7f"]
    if len(levels) - levels.count(0) < KNOWN * len(levels) or levels.count(1) < COMMON * len(levels):
        raise _unknown("is neither UTF-8 nor plausible Chinese in GB18030")
    return text


def _level(character: str) -> int:
    """Return the level of a character in GB 2312, 0 when it is not in it; signs count as the first."""
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 0
    return 1 if lead <= _LAST_OF_FIRST_LEVEL else 2


def _unknown(problem: str) -> InvalidInput:
    return InvalidInput("encoding", problem, "save the file as UTF-8 (Excel: CSV UTF-8) and import it again")
