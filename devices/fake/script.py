"""What a simulated guest does before a simulated camera: a script of holds, as objects or as a JSON-lines file."""

import json
import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import cv2

from devices.ports import DeviceError

Medium = Literal["letter", "phone"]
Trouble = Literal["none", "dark", "glare", "far"]
"""What keeps a hold from being read at all: a dark room and a dim screen, a lamp mirrored in it, or a guest far off."""

_LONGEST_MS = 7 * 24 * 3600 * 1000
_log = logging.getLogger(__name__)


class BadScript(DeviceError):
    """A line of a scene script that cannot be played; the text names file, line, field and what belongs there."""

    code = "bad_script"


@dataclass(frozen=True, slots=True)
class Hold:
    """An invitation held before the camera.

    ``image`` is a picture of the QR code; ``starts_ms`` counts from the camera's first frame; ``difficulty`` goes
    from 0 (a sharp, quiet, well-lit code) to 1 (small, tilted, shaken, dim, out of focus). ``trouble`` makes the hold
    one that nobody could read.
    """

    image: Path
    starts_ms: int
    lasts_ms: int
    medium: Medium
    difficulty: float
    trouble: Trouble = "none"

    @property
    def ends_ms(self) -> int:
        """Return when it is taken away, in milliseconds from the camera's first frame."""
        return self.starts_ms + self.lasts_ms


class Script(Protocol):
    """Holds to play; asked before every frame, so it may grow while it is played."""

    def holds(self) -> list[Hold]:
        """Return all holds known by now."""


@dataclass(frozen=True, slots=True)
class FixedScript:
    """A script that is known from the start."""

    known: tuple[Hold, ...]

    def holds(self) -> list[Hold]:
        """Return the holds as given."""
        return list(self.known)


def load_script(path: Path) -> FixedScript:
    """Read a whole JSON-lines script; images are relative to its folder.

    Raises BadScript, naming line and field, for anything that cannot be played.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadScript(f"{path}: cannot be read as UTF-8 text: {problem}") from problem
    lines = enumerate(text.splitlines(), start=1)
    return FixedScript(tuple(_read_line(path, number, line) for number, line in lines if line.strip()))


class FollowedScript:
    """A JSON-lines script that others append to while it is played.

    Only complete lines count (the last one may be half written), and a line that cannot be played is logged, kept in
    ``problems`` and passed over, so that it never stops the camera. A file that is not there yet is an empty script.
    """

    def __init__(self, path: Path) -> None:
        """Keep the path; nothing is opened before the first ``holds``."""
        self._path = path
        self._offset = 0
        self._line = 0
        self._holds: list[Hold] = []
        self.problems: list[str] = []

    def holds(self) -> list[Hold]:
        """Return all holds of the complete lines so far, reading only what is new."""
        for line in self._new_lines():
            self._line += 1
            if not line.strip():
                continue
            try:
                self._holds.append(_read_line(self._path, self._line, line.decode("utf-8", errors="replace")))
            except BadScript as problem:
                _log.warning("%s", problem)
                self.problems.append(str(problem))
        return self._holds

    def _new_lines(self) -> list[bytes]:
        try:
            if self._path.stat().st_size <= self._offset:
                return []
            with self._path.open("rb") as file:
                file.seek(self._offset)
                fresh = file.read()
        except OSError:
            return []
        complete = fresh[: fresh.rfind(b"\n") + 1]
        self._offset += len(complete)
        return complete.splitlines()


def _read_line(path: Path, number: int, line: str) -> Hold:
    where = f"{path}, line {number}"
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadScript(f"{where}: no JSON: {problem}") from problem
    if not isinstance(found, dict):
        raise BadScript(f"{where}: a JSON object belongs here")
    return Hold(
        image=_image(found, where, path.parent),
        starts_ms=int(_number(found, where, "starts_ms", (0, _LONGEST_MS))),
        lasts_ms=int(_number(found, where, "lasts_ms", (1, _LONGEST_MS))),
        medium=_medium(found, where),
        difficulty=_number(found, where, "difficulty", (0.0, 1.0)),
        trouble=_trouble(found, where),
    )


def _field(found: dict[str, Any], where: str, name: str) -> Any:  # noqa: ANN401 - any JSON value
    if name not in found:
        raise BadScript(f'{where}: the field "{name}" is missing')
    return found[name]


def _image(found: dict[str, Any], where: str, folder: Path) -> Path:
    name = _field(found, where, "image")
    if not isinstance(name, str) or not name or "\0" in name:
        raise BadScript(f'{where}: "image" must be the path of a picture')
    image = folder / name
    if not image.is_file():
        raise BadScript(f'{where}: "image": there is no file {image}')
    if not cv2.haveImageReader(str(image)):
        raise BadScript(f'{where}: "image": {image} is no picture')
    return image


def _number(found: dict[str, Any], where: str, name: str, bounds: tuple[float, float]) -> float:
    value = _field(found, where, name)
    least, most = bounds
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadScript(f'{where}: "{name}" must be a number')
    if not least <= value <= most:
        raise BadScript(f'{where}: "{name}" must be between {least:g} and {most:g}, not {value:g}')
    return float(value)


def _medium(found: dict[str, Any], where: str) -> Medium:
    value = _field(found, where, "medium")
    for known in get_args(Medium):
        if value == known:
            medium: Medium = known
            return medium
    raise BadScript(f'{where}: "medium" must be one of {", ".join(get_args(Medium))}')


def _trouble(found: dict[str, Any], where: str) -> Trouble:
    value = found.get("trouble", "none")
    for known in get_args(Trouble):
        if value == known:
            trouble: Trouble = known
            return trouble
    raise BadScript(f'{where}: "trouble" must be one of {", ".join(get_args(Trouble))}')
