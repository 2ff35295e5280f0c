"""Texts in both languages, to and from their two columns, and guests as staff know them."""

from hub.domain.attendance import Attendee
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


def attendee(row: AnyRow, invitation: str) -> Attendee:
    """Return the guest of an invitation, from a row with the guest's columns and what the invitation says of VIPs."""
    return Attendee(
        invitation=invitation,
        name=row.name,
        salutation=words(row, "salutation"),
        title=row.title,
        company=row.company,
        vip=row.vip,
        vip_level=row.vip_level,
    )
