"""A slip as a picture, in black and white, as wide as the printer prints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from PIL import Image, ImageDraw

from devices.printing import Picture
from kiosk.badges.fonts import Fonts
from kiosk.badges.slip import Slip
from kiosk.badges.typesetting import clean, fit
from kiosk.web.view import Part

_DESIGNED_FOR = 576
"""Dots across of the usual 80 mm printer; all sizes below are for it and grow or shrink with the width."""

_WHITE, _BLACK = 255, 0
_LINE_HEIGHT = 1.32
_SHADE = 128

_ARROW = ((0, 0.5), (0.46, 0.04), (0.46, 0.33), (1, 0.33), (1, 0.67), (0.46, 0.67), (0.46, 0.96))
"""An arrow to the left in a square of side 1, as corners."""

_TURNED: Mapping[str, Callable[[float, float], tuple[float, float]]] = MappingProxyType(
    {
        "left": lambda x, y: (x, y),
        "right": lambda x, y: (1 - x, y),
        "ahead": lambda x, y: (y, x),
        "back": lambda x, y: (y, 1 - x),
    }
)
"""Where an arrow is clearer than words alone; upstairs and downstairs are not to be taken for ahead and back."""


def draw_slip(slip: Slip, fonts: Fonts, width: int) -> Picture:
    """Draw a slip ``width`` dots wide. Whatever a name is made of, a picture comes of it."""
    sheet = _Sheet(fonts, width)
    sheet.space(10)
    sheet.text(slip.meeting, (32, 24), 3)
    sheet.rule()
    sheet.text(slip.name, (76, 34), 5, bold=True)
    sheet.text(slip.role, (32, 24), 3)
    sheet.rule()
    sheet.text(slip.intro, (32, 26), 2)
    if slip.seat:
        sheet.seat(slip.seat)
    sheet.text(slip.seat_line, (44, 30), 3, bold=True)
    sheet.text(slip.hand_outs, (32, 26), 2)
    if slip.way is not None:
        sheet.rule()
        sheet.text(slip.way_intro, (32, 26), 1)
        sheet.way(slip.way.icon, (f"{slip.way.meaning} · {slip.way.name}", slip.way.words))
    sheet.space(26)
    return sheet.picture()


@dataclass(slots=True)
class _Block:
    """One thing drawn, and how high it is."""

    height: int
    draw: Callable[[ImageDraw.ImageDraw, int], None]


class _Sheet:
    """Blocks one below the other, then painted on a strip as long as they need."""

    def __init__(self, fonts: Fonts, width: int) -> None:
        self._fonts = fonts
        self._width = width
        self._blocks: list[_Block] = []

    def space(self, dots: int) -> None:
        """Leave some white."""
        self._blocks.append(_Block(self._scaled(dots), lambda _pen, _top: None))

    def rule(self) -> None:
        """Draw a thin line between two parts."""
        around, thick = self._scaled(14), max(1, self._scaled(2))

        def draw(pen: ImageDraw.ImageDraw, top: int) -> None:
            pen.rectangle((0, top + around, self._width - 1, top + around + thick - 1), fill=_BLACK)

        self._blocks.append(_Block(2 * around + thick, draw))

    def text(self, text: str, sizes: tuple[int, int], most_lines: int, *, bold: bool = False) -> None:
        """Set a text in the middle, as large as fits between two sizes."""
        if clean(text):
            self._blocks.append(self._paragraph(text, sizes, most_lines, (0, self._width), bold=bold))

    def seat(self, parts: tuple[Part, ...]) -> None:
        """Set the parts of a seat on one line with their values large; too wide, one below the other."""
        values = [(clean(part.before), clean(part.value), clean(part.after)) for part in parts]
        size = self._scaled(104)
        while self._seat_width(values, size) > self._width and size > self._scaled(64):
            size = int(size * 0.94)
        if self._seat_width(values, size) <= self._width:
            self._blocks.append(self._seat_line(values, size))
            return
        for part in parts:
            self.text(part.text, (64, 34), 2, bold=True)

    def way(self, icon: str, words: tuple[str, ...]) -> None:
        """Draw the arrow, where there is one, and beside it how to walk."""
        side = self._scaled(104) if icon in _TURNED else 0
        edge = self._scaled(8)
        left = edge + side + self._scaled(24) if side else 0
        first, *rest = (line for line in words if clean(line))
        blocks = [self._paragraph(first, (38, 28), 3, (left, self._width), bold=True, centred=not side)]
        blocks += [self._paragraph(line, (32, 26), 4, (left, self._width), centred=not side) for line in rest]
        height = max(side, sum(block.height for block in blocks))

        def draw(pen: ImageDraw.ImageDraw, top: int) -> None:
            if side:
                lift = top + (height - side) // 2
                corners = [_TURNED[icon](x, y) for x, y in _ARROW]
                pen.polygon([(edge + x * side, lift + y * side) for x, y in corners], fill=_BLACK)
            at = top + (height - sum(block.height for block in blocks)) // 2
            for block in blocks:
                block.draw(pen, at)
                at += block.height

        self.space(6)
        self._blocks.append(_Block(height, draw))

    def picture(self) -> Picture:
        """Paint everything."""
        height = sum(block.height for block in self._blocks)
        image = Image.new("L", (self._width, height), _WHITE)
        pen = ImageDraw.Draw(image)
        top = 0
        for block in self._blocks:
            block.draw(pen, top)
            top += block.height
        dots = image.point(lambda shade: _BLACK if shade >= _SHADE else _WHITE, mode="1")  # 1 is black on paper
        return Picture(self._width, height, dots.tobytes())

    def _scaled(self, dots: int) -> int:
        return max(1, round(dots * self._width / _DESIGNED_FOR))

    def _paragraph(
        self,
        text: str,
        sizes: tuple[int, int],
        most_lines: int,
        between: tuple[int, int],
        *,
        bold: bool = False,
        centred: bool = True,
    ) -> _Block:
        face = self._fonts.face(bold=bold)
        left, right = between
        scaled = (self._scaled(sizes[0]), self._scaled(sizes[1]))
        lines = fit(text, right - left, scaled, most_lines, lambda part, size: face.at(size).getlength(part))
        font, step = face.at(lines.size), round(lines.size * _LINE_HEIGHT)

        def draw(pen: ImageDraw.ImageDraw, top: int) -> None:
            for number, line in enumerate(lines.texts):
                x = left + (right - left - font.getlength(line)) / 2 if centred else left
                pen.text((x, top + number * step + step / 2), line, font=font, fill=_BLACK, anchor="lm")

        return _Block(step * len(lines.texts), draw)

    def _seat_width(self, values: list[tuple[str, str, str]], size: int) -> float:
        return sum(self._run_width(run, size) for run in _runs(values))

    def _run_width(self, run: tuple[str, bool], size: int) -> float:
        text, large = run
        return float(self._fonts.face(bold=large).at(size if large else size * 2 // 5).getlength(text))

    def _seat_line(self, values: list[tuple[str, str, str]], size: int) -> _Block:
        step = round(size * 1.2)

        def draw(pen: ImageDraw.ImageDraw, top: int) -> None:
            x = (self._width - self._seat_width(values, size)) / 2
            for text, large in _runs(values):
                font = self._fonts.face(bold=large).at(size if large else size * 2 // 5)
                pen.text((x, top + size * 0.98), text, font=font, fill=_BLACK, anchor="ls")
                x += self._run_width((text, large), size)

        return _Block(step, draw)


def _runs(values: list[tuple[str, str, str]]) -> list[tuple[str, bool]]:
    """Return the texts of a seat from left to right, and whether each is large; two parts stand a space apart."""
    runs: list[tuple[str, bool]] = []
    for before, value, after in values:
        runs += [("  ", False)] if runs else []
        runs += [(f"{before} ", False)] if before else []
        runs += [(value, True)]
        runs += [(f" {after}", False)] if after else []
    return runs
