"""What the panel shows, as a small picture: asked of the compositor by ``grim``, so it is what a guest would see.

Chromium is not asked: its own picture is of the page, whatever the panel shows, and a kiosk's policies close it to
remote control (decision 23).
"""

import io
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

GRIM = "grim"
WIDTH, HEIGHT = 480, 853
"""Most pixels of a picture; it keeps its shape."""

_WITHIN_S = 5.0
_QUALITIES = (80, 65, 50, 35, 20)
_SMALLER = 0.8
_LEAST_WIDTH = 120
_NEEDED = ("WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")


class NoPicture(Exception):
    """The panel cannot be looked at; the words say why and what to do."""


def picture(group: int, most_bytes: int) -> bytes:
    """Return what the panel shows on which the browser of this process group is, as WebP. Raises NoPicture."""
    try:
        done = subprocess.run(  # noqa: S603 - Debian's program, no argument from outside
            [GRIM, "-t", "ppm", "-"],
            env={**os.environ, **session_of(group)},
            capture_output=True,
            timeout=_WITHIN_S,
            check=True,
        )
    except FileNotFoundError:
        raise NoPicture("grim is missing; type: sudo apt-get install grim") from None
    except subprocess.SubprocessError as problem:
        said = getattr(problem, "stderr", b"") or b""
        raise NoPicture(f"grim failed: {said.decode(errors='replace').strip() or problem}") from problem
    return shrink(done.stdout, most_bytes)


def session_of(group: int) -> Mapping[str, str]:
    """Return how to reach the compositor that the processes of this group draw on. Raises NoPicture."""
    for process in Path("/proc").iterdir():
        try:
            if not process.name.isdigit() or os.getpgid(int(process.name)) != group:
                continue
            told = (process / "environ").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has just ended, or is not ours
        found = dict(line.split("=", 1) for line in told if "=" in line)
        if all(name in found for name in _NEEDED):
            return {name: found[name] for name in _NEEDED}
    raise NoPicture("the browser is on no Wayland screen; cage and labwc give one, X does not")


def shrink(ppm: bytes, most_bytes: int) -> bytes:
    """Return a picture (PPM) as WebP of at most so many bytes, as good as they allow. Raises NoPicture."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - the keeper needs it for nothing else

    try:
        with Image.open(io.BytesIO(ppm)) as whole:
            small = whole.convert("RGB")
    except (UnidentifiedImageError, OSError) as problem:
        raise NoPicture(f"grim gave no picture: {problem}") from problem
    small.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    while small.width >= _LEAST_WIDTH:
        for quality in _QUALITIES:
            out = io.BytesIO()
            small.save(out, "WEBP", quality=quality, method=6)
            if out.tell() <= most_bytes:
                return out.getvalue()
        small = small.resize((int(small.width * _SMALLER), max(1, int(small.height * _SMALLER))))
    raise NoPicture(f"it does not fit into {most_bytes} bytes")
