"""The four lines of sixteen columns that a pager's small screen has; the firmware's ``alerts.h`` draws the same."""

from collections.abc import Sequence

from devices.contract.limits import columns

WIDTH = 16
TEXT_LINES = 3


def pages(*texts: str) -> list[list[str]]:
    """Cut texts into screens of three lines; each text begins a screen of its own, an empty one needs none."""
    found = []
    for text in texts:
        lines = wrap(text)
        found += [lines[at : at + TEXT_LINES] for at in range(0, len(lines), TEXT_LINES)]
    return [page + [""] * (TEXT_LINES - len(page)) for page in found] or [[""] * TEXT_LINES]


def wrap(text: str) -> list[str]:
    """Cut a text into lines wherever one is full; a line begins with no space."""
    lines, line = [], ""
    for sign in text:
        if columns(line + sign) > WIDTH:
            lines.append(line)
            line = ""
        if line or sign != " ":
            line += sign
    return [*lines, line] if line else lines


def footer(labels: Sequence[str], waiting: int, *, online: bool) -> str:
    """Write what the two buttons mean, with ``!`` without a network and the number of alerts if several wait."""
    left, right = labels[0] if labels else "OK", labels[-1] if len(labels) > 1 else ""
    middle = ("" if online else "!") + (str(waiting) if waiting > 1 else "")
    free = max(0, WIDTH - columns(left) - columns(middle) - columns(right))
    before = free // 2
    return (left + " " * before + middle + " " * (free - before) + right).rstrip()
