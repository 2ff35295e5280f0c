"""Files that only the hub's own user reads, written whole or not at all."""

import os
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner opens, or close one that exists."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all, and on the disk before this returns."""
    make_private_folder(path.parent)
    unfinished = path.with_name(f".{path.name}.new")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    listing = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(listing)  # the new name too: with a lost lookup key every stored hash would be worthless
    finally:
        os.close(listing)
