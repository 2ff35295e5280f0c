"""Moves a running kiosk's wall clock, and no other clock, with libfaketime (Debian package ``libfaketime``)."""

from pathlib import Path

LIBRARY = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


class FaketimeMissing(Exception):
    """There is no libfaketime on this machine."""


def faked_clock(file: Path) -> dict[str, str]:
    """Return the environment of a program whose wall clock ``file`` moves. Raises FaketimeMissing.

    The monotonic clocks stay real, as they do when a time service steps the clock of a Pi.
    """
    if not LIBRARY:
        raise FaketimeMissing("clock jumps need libfaketime: apt-get install libfaketime")
    jump(file, 0)
    return {
        "LD_PRELOAD": str(LIBRARY[0]),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_CACHE_DURATION": "1",
    }


def sweep(pid: int) -> None:
    """Remove what libfaketime leaves in shared memory when a process under it was killed."""
    for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
        (Path("/dev/shm") / name).unlink(missing_ok=True)  # noqa: S108 - where POSIX shared memory is on Linux


def jump(file: Path, seconds: int) -> None:
    """Put the clock so many seconds ahead of (or behind) real time; it holds within a second."""
    unfinished = file.with_suffix(".new")
    unfinished.write_text(f"{seconds:+d}\n")
    unfinished.replace(file)
