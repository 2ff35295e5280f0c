"""Marks by which a guest's data is found again in bytes, whatever file they lie in and however text was written."""

import re
from collections.abc import Iterable
from pathlib import Path

CANARY = re.compile(rb"cnry\d{5}[a-z]|139\d{5}777", re.IGNORECASE)


def found_in(data: bytes) -> set[bytes]:
    """Return the marks in some bytes, also where each character takes two (UTF-16)."""
    return set(CANARY.findall(data)) | set(CANARY.findall(data.replace(b"\0", b"")))


def found(paths: Iterable[Path]) -> dict[str, list[bytes]]:
    """Return the marks in the bytes of these files, and of all files below these folders."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    marks = {file.name: sorted(found_in(_read(file))) for file in files}
    return {name: some for name, some in marks.items() if some}


def _read(file: Path) -> bytes:
    """Return a file's bytes; none of one that a program has given its final name meanwhile, under which it is read."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
