"""Mosquitto's password file: who could be somebody else, or whose password could be read or guessed from it."""

from collections.abc import Iterator

from hub.mosquitto.lines import Line

_STRONG = "$7$"
"""PBKDF2 with SHA-512. ``$6$`` is one round of SHA-512, which a graphics card tries a billion times a second."""


def weak_passwords(file: str, text: str) -> Iterator[tuple[Line, str]]:
    """Find each user whose line is no strong hash, and say what it is instead."""
    for number, raw in enumerate(text.splitlines(), start=1):
        name, _, kept = raw.strip().partition(":")
        if not name or name.startswith("#") or kept.startswith(_STRONG):
            continue
        line = Line(file, number, name)
        if kept.startswith("$6$"):
            yield line, f"the password of {name} is kept as a weak hash ($6$)"
        elif kept:
            yield line, f"the password of {name} stands there in the open"
        else:
            yield line, f"{name} has no password"
