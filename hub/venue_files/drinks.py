"""[[drinks]]: what the house offers; [meetings.drinks]: how many portions of each there are for a meeting (R110)."""

from collections.abc import Collection, Mapping

from hub.domain.drinks import MOST_DRINKS, MOST_PORTIONS, NO_DRINK, Drink
from hub.venue_files.each_once import each_once
from hub.venue_files.short import short_words
from hub.venue_files.table import Table

_LONGEST_NAME = {"zh": 3, "en": 8}
_LONGEST_FOUR = {"zh": 11, "en": 20}
"""Letters that four names may have together: a kiosk offers four at once, in one row of its smallest screen."""

_LONGEST_KEY = 24


def read_menu(top: Table) -> tuple[Drink, ...] | None:
    """Read the menu; None where the file does not name it."""
    if not top.has("drinks"):
        return None
    menu = each_once(top.tables("drinks"), _drink, lambda one: one.key, "key")
    if len(menu) > MOST_DRINKS:
        top.wrong("drinks", f"are {len(menu)}, at most {MOST_DRINKS} can be known at kiosks", "leave some out")
    for language, most in _LONGEST_FOUR.items():
        four = sorted((len(getattr(one.name, language)) for one in menu), reverse=True)[:4]
        if sum(four) > most:
            problem = f"have names that are together too long in {language}: the longest four {sum(four)} letters"
            top.wrong("drinks", problem, f"shorten them to {most} letters in all: kiosks show four in a row")
    return menu


def read_portions(meeting: Table, menu: Collection[str]) -> Mapping[str, int] | None:
    """Read how many portions were prepared; None where the file does not say."""
    table = meeting.table("drinks")
    if table is None:
        return None
    found: dict[str, int] = {}
    for drink in table.names():
        portions = table.value(drink)
        if drink not in menu:
            table.wrong(drink, "is not on the menu", f"use one of {', '.join(sorted(menu))}, or add it to [[drinks]]")
        elif not isinstance(portions, int) or isinstance(portions, bool) or not 0 <= portions <= MOST_PORTIONS:
            table.wrong(drink, f"{portions!r} is no number of portions", "write how many there are, as 40")
        else:
            found[drink] = portions
    return found


def _drink(table: Table) -> Drink | None:
    key = table.key("key")
    if key == NO_DRINK or len(key) > _LONGEST_KEY:
        table.wrong("key", f"{key!r} cannot be a drink", f"use up to {_LONGEST_KEY} characters, and not {NO_DRINK!r}")
    name = short_words(table, "name", _LONGEST_NAME, "shorten it: it stands on a button")
    hot = table.flag("hot") is True
    table.close()
    return Drink(key=key, name=name, hot=hot) if key and name else None
