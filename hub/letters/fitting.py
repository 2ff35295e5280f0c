"""Texts that must fit on a narrow line, measured in columns: a Chinese character takes two. Pure."""

from devices.contract.limits import columns


def fitted(text: str, most: int) -> str:
    """Return a text that is at most so many columns wide, with a mark where it was cut."""
    if columns(text) <= most:
        return text
    while columns(text) >= most:
        text = text[:-1]
    return f"{text.rstrip()}…"
