"""On which line of a TOML file each table and key stands. The parser does not say, and people need it."""

import re

_HEADER = re.compile(r"\s*\[(\[?)\s*([^\[\]#]+?)\s*\](\]?)\s*(?:#.*)?$")
_ENTRY = re.compile(r"\s*([A-Za-z0-9_\-]+|\"[^\"]*\")\s*(?:\.\s*[A-Za-z0-9_\-.]+\s*)?=")
_LONG_TEXT = re.compile(r"\"\"\"|'''")


class Lines:
    """Maps paths such as ``meetings[0].agenda[2].from`` to lines, counted from 1."""

    def __init__(self, text: str) -> None:
        """Keep the text; it is looked through at the first question."""
        self._text = text
        self._found: dict[str, int] = {}

    def of(self, path: str) -> int:
        """Return the line of a path or of the nearest table around it; 0 when nothing is found."""
        if not self._found:
            self._found = _find(self._text)
        while path:
            if path in self._found:
                return self._found[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return 0


def _find(text: str) -> dict[str, int]:
    found: dict[str, int] = {"": 0}
    last: dict[str, int] = {}
    table = ""
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        marks = len(_LONG_TEXT.findall(line))
        if inside:
            inside = marks % 2 == 0
            continue
        inside = marks % 2 == 1
        header = _HEADER.match(line)
        if header and not _ENTRY.match(line):
            table = _path(header[2], last, array=bool(header[1]))
            found.setdefault(table, number)
            continue
        entry = _ENTRY.match(line)
        if entry:
            name = entry[1].strip('"')
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


def _path(header: str, last: dict[str, int], *, array: bool) -> str:
    """Turn a header's dotted name into a path with the indexes of the arrays it lies in."""
    path = ""
    names = [name.strip().strip('"') for name in header.split(".")]
    for position, name in enumerate(names):
        path = f"{path}.{name}" if path else name
        if array and position == len(names) - 1:
            last[path] = last.get(path, -1) + 1
        if path in last:
            path = f"{path}[{last[path]}]"
    return path
