"""The font of slips: one with Chinese, in two weights, from the settings or as fontconfig finds it."""

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

_WANTED = "Noto Sans CJK SC"
_ENOUGH_S = 20.0
_TRIED = "迎宾"


class NoFont(Exception):
    """There is no font with Chinese on this machine; the text says what to install."""

    code = "no_font"


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file; a collection has several, numbered by ``index``."""

    path: Path
    index: int = 0

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """Return it in a size, in dots."""
        return _loaded(self, size)


@dataclass(frozen=True, slots=True)
class Fonts:
    """The two faces that slips are set in."""

    regular: Face
    bold: Face

    def face(self, *, bold: bool) -> Face:
        """Return one of the two."""
        return self.bold if bold else self.regular


def find_fonts(path: Path | None) -> Fonts:
    """Return the font in a file, for both weights, or what fontconfig names for Noto Sans CJK. Raises NoFont."""
    fonts = Fonts(Face(path), Face(path)) if path else Fonts(_matched(""), _matched(":bold"))
    for face in (fonts.regular, fonts.bold):
        _try(face)
    return fonts


def _matched(style: str) -> Face:
    """Ask fontconfig; it always names some font, so that the answer must be tried."""
    command = ["fc-match", "--format=%{file}\n%{index}", f"{_WANTED}{style}:lang=zh-cn"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_ENOUGH_S)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as problem:
        raise NoFont(f"fontconfig cannot be asked ({problem}); install fontconfig and fonts-noto-cjk") from problem
    file, _, index = answer.stdout.partition("\n")
    return Face(Path(file), int(index or 0) & 0xFFFF)


def _try(face: Face) -> None:
    try:
        font = face.at(32)
    except OSError as problem:
        raise NoFont(f"{face.path} cannot be used as a font: {problem}") from problem
    missing = bytes(font.getmask("\U0010fffd"))
    if any(bytes(font.getmask(character)) == missing for character in _TRIED):
        raise NoFont(f"{face.path} has no Chinese; install fonts-noto-cjk, or name a font in printer.font")


@cache
def _loaded(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face.path), size, face.index, layout_engine=ImageFont.Layout.BASIC)
