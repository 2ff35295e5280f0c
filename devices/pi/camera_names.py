"""Which camera is meant: by number, by path, or by a part of its name in ``/dev/v4l/by-id``.

A number changes when a camera is plugged in again; a name does not. So a name is the surest, and where no camera has
the number any more, the first USB camera in name order is taken: a kiosk has one.
"""

from collections.abc import Iterator
from pathlib import Path

BY_ID = Path("/dev/v4l/by-id")
_PICTURES = "-video-index0"
"""Ends the name of a camera's picture stream; its other streams carry no pictures."""


def places_of(source: str, by_id: Path = BY_ID) -> list[int | str]:
    """Return the numbers and paths to try, the likeliest first; empty when no camera has such a name."""
    if source.startswith("/"):
        return [_numbered(Path(source))]
    if not source.isdigit():
        return [_numbered(path) for path in _usb_cameras(by_id) if source.lower() in path.name.lower()]
    number = int(source)
    return list(dict.fromkeys([number, *(_numbered(path) for path in _usb_cameras(by_id))]))


def _usb_cameras(by_id: Path) -> Iterator[Path]:
    return iter(sorted(by_id.glob(f"*{_PICTURES}")))


def _numbered(path: Path) -> int | str:
    """Return the number of ``/dev/video3`` or of a link to it: OpenCV then asks Video4Linux and nobody else."""
    name = path.resolve().name
    digits = name.removeprefix("video")
    return int(digits) if name != digits and digits.isdigit() else str(path)
