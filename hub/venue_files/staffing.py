"""Who does what only one person does for one of [[meetings]]: its technician (R116) and its minutes-taker (R121)."""

from collections.abc import Collection

from hub.domain.roster import MOST_IMPORTANT, Staffing
from hub.venue_files.table import Table

FIELDS = ("importance", "minutes", "minutes_taker", "technician")


def read_staffing(table: Table, people: Collection[str]) -> Staffing | None:
    """Read it; None where the file says nothing of it. ``people`` are the keys of all who are known."""
    if not any(table.has(name) for name in FIELDS):
        return None
    importance = table.value("importance")
    if importance is None:
        importance = 0
    elif not isinstance(importance, int) or isinstance(importance, bool) or not 0 <= importance <= MOST_IMPORTANT:
        table.wrong("importance", f"{importance!r} is no importance", f"write 1 to {MOST_IMPORTANT}, as 4")
        importance = 0
    return Staffing(
        importance=importance,
        minutes=bool(table.flag("minutes")),
        minutes_taker=_person(table, "minutes_taker", people),
        technician=_person(table, "technician", people),
    )


def _person(table: Table, name: str, people: Collection[str]) -> str:
    key = table.text(name) if table.has(name) else ""
    if key and key not in people:
        table.wrong(name, f"there is nobody with the key {key!r}", "add them to [[staff]], or correct it")
    return key
