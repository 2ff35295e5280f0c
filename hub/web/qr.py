"""A QR symbol on a page, for a tablet's camera or a badge's scanner."""

import segno

QUIET_ZONE = 4
"""Modules of white around the symbol (ISO/IEC 18004)."""


def inline(text: str) -> str:
    """Return an SVG that stands in a page, as wide as the page says."""
    svg: str = segno.make(text, error="m", micro=False).svg_inline(
        border=QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None, light="#fff"
    )
    return svg
