"""Texts in both languages, to and from their two columns."""

from hub.domain.words import Words
from hub.store.work import AnyRow


def both(name: str, text: Words | None) -> dict[str, str | None]:
    """Return the two columns' values."""
    return {f"{name}_zh": text.zh if text else None, f"{name}_en": text.en if text else None}


def words(row: AnyRow, name: str) -> Words:
    """Return the text of two columns."""
    return Words(getattr(row, f"{name}_zh"), getattr(row, f"{name}_en"))


def maybe_words(row: AnyRow, name: str) -> Words | None:
    """Return the text of two columns, None where there is none."""
    return None if getattr(row, f"{name}_zh") is None else words(row, name)
