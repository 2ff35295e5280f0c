"""Reads a Mosquitto's configuration from the disk: its file, those it includes, and the files that it names."""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from hub.mosquitto.found import File
from hub.mosquitto.lines import Line, split_lines
from hub.mosquitto.settings import Configuration, understand

_DEEPEST = 10
"""Mosquitto itself gives up where files include each other deeper than this."""

_SHOWN = frozenset({"acl_file", "password_file"})
_NAMED = _SHOWN | {"cafile", "certfile", "crlfile", "keyfile", "plugin_opt_config_file"}
_LARGEST = 16 << 20


class CannotRead(Exception):
    """A configuration cannot be read whole; the text names the file."""

    code = "cannot_read"


def read_broker(path: Path) -> tuple[Configuration, Mapping[str, File]]:
    """Read a configuration, and what it names as far as that can be judged. Keys are not read. Raises CannotRead."""
    lines = list(_lines(path, 0))
    files = {
        line.value: _file(path.parent / line.value, shown=line.name in _SHOWN) for line in lines if line.name in _NAMED
    }
    return understand(lines), files


def _lines(path: Path, depth: int) -> Iterator[Line]:
    """Give the lines in the order in which Mosquitto reads them: an included folder by name, where it is named."""
    if depth > _DEEPEST:
        raise CannotRead(f"{path} is included again and again")
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
        for line in split_lines(str(path), text):
            if line.name != "include_dir":
                yield line
                continue
            for one in sorted(Path(line.value).iterdir()):
                if one.name.endswith(".conf"):
                    yield from _lines(one, depth + 1)
    except OSError as problem:
        raise CannotRead(f"{problem.filename or path} cannot be read: {problem.strerror}") from problem


def _file(path: Path, *, shown: bool) -> File:
    """Look at a file; its text only where that is ``shown``."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            return File(problem=f"{path} is no file")
        with path.open("rb") as opened:
            return File(opened.read(_LARGEST).decode(errors="replace") if shown else "", stat.S_IMODE(mode))
    except OSError as problem:
        return File(problem=f"{path}: {problem.strerror}")
