"""Files that open in a spreadsheet: CSV with the mark by which Excel knows UTF-8, and no cell that is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

_NUMBER = re.compile(r"[+]?[0-9 ()./-]*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_BOM = "\ufeff"


def file(name: str, lines: Iterable[Iterable[Sequence[object]]]) -> Response:
    """Answer with a file; its lines come in parts, which are sent one by one."""
    answer = Response(_written(lines), mimetype="text/csv")
    safe = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    answer.headers["Content-Disposition"] = f'attachment; filename="{safe}.csv"'
    return answer


def plain(text: str) -> str:
    """Keep a spreadsheet from taking what a stranger wrote for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _written(lines: Iterable[Iterable[Sequence[object]]]) -> Iterator[str]:
    begin = _BOM
    for part in lines:
        out = io.StringIO()
        csv.writer(out).writerows(part)
        yield begin + out.getvalue()
        begin = ""
