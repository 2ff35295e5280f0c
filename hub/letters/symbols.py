"""The QR symbol of a code, as kiosks read it best (reference: docs/credential.md): level Q, quiet zone of 4."""

import io
from dataclasses import dataclass

import segno

from devices.contract.credential import SIGNED_PREFIX

QUIET_ZONE = 4
"""Modules of white around the symbol (ISO/IEC 18004)."""
LEAST_MM = 35.0
"""Least printed width of the symbol itself, without its quiet zone."""
LEAST_MODULE_MM = 0.9
"""Least printed width of one module; longer codes make larger symbols, not finer ones."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One code as a picture: ``width_mm`` is its printed width with the quiet zone."""

    drawn: segno.QRCode
    modules: int
    width_mm: float

    def inline(self) -> str:
        """Return an SVG that stands in a page, as wide as the page says."""
        svg: str = self.drawn.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None, light="#fff")
        # Without it the rows of modules may be printed with hair lines between them.
        return svg.replace("<svg ", '<svg shape-rendering="crispEdges" ', 1)

    def drawing(self) -> bytes:
        """Return a stand-alone SVG of its printed size."""
        size = f'xmlns="http://www.w3.org/2000/svg" width="{self.width_mm}mm" height="{self.width_mm}mm"'
        return f"{self.inline().replace('<svg ', f'<svg {size} ', 1)}\n".encode()

    def picture(self, pixels: int) -> bytes:
        """Return a PNG with so many pixels a module."""
        out = io.BytesIO()
        self.drawn.save(out, kind="png", scale=pixels, border=QUIET_ZONE)
        return out.getvalue()


def symbol(code: str) -> Symbol:
    """Draw a code. Our short codes come out as 25 x 25 modules at level Q, our signed ones as 41 x 41 at level M."""
    encoding = None if code.isascii() else "utf-8"
    level = "m" if code.startswith(SIGNED_PREFIX) else "q"
    drawn = segno.make(code, error=level, boost_error=False, micro=False, encoding=encoding)
    modules = int(drawn.symbol_size(border=0)[0])
    module_mm = max(LEAST_MODULE_MM, LEAST_MM / modules)
    return Symbol(drawn, modules, round(module_mm * (modules + 2 * QUIET_ZONE), 2))


def readable(code: str) -> str:
    """Write a code for people: ours in groups of four, a venue's own as it is, a signed one not at all."""
    if code.startswith(SIGNED_PREFIX):
        return ""
    if len(code) == 24 and code.startswith("Y1"):  # noqa: PLR2004 - the short code of docs/credential.md
        return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
    return code
