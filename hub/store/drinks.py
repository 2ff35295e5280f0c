"""The drinks menu, the portions that were prepared, and what guests like."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, case, delete, select, true, update

from hub.domain.drinks import STANDARD_MENU, Drink, Prepared
from hub.domain.guests import InvitationStatus, Invited
from hub.store import tables as t
from hub.store.guests import INVITED, to_invited
from hub.store.rows import both, words
from hub.store.types import among
from hub.store.work import Upsert, Work

_MENU = select(t.drinks).order_by(t.drinks.c.position)
_NO_MENU = delete(t.drinks)
_PUT_DRINK = Upsert(t.drinks, "key")
_PREPARED = select(t.drinks_prepared).where(among(t.drinks_prepared.c.meeting, "meetings"))
_NOTHING = delete(t.drinks_prepared).where(t.drinks_prepared.c.meeting == bindparam("of_meeting"))
_PREPARE = Upsert(t.drinks_prepared, "meeting", "drink")
_MARK_OUT = (
    update(t.drinks_prepared)
    .where(t.drinks_prepared.c.meeting == bindparam("of_meeting"))
    .values(out=among(t.drinks_prepared.c.drink, "names"))
)
_i = t.invitations.c
_LIKES = INVITED.where(
    t.credentials.c.current == true(),
    t.credentials.c.status == InvitationStatus.VALID.value,
    t.guests.c.drink != "",
    among(_i.meeting, "meetings"),
).order_by(_i.vip.desc(), case((_i.vip_level > 0, _i.vip_level)).asc().nulls_last(), _i.position, _i.id)


class SqlDrinks:
    """Fills ``hub.drink_ports.DrinksKept``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def menu(self) -> Sequence[Drink]:
        """Return the menu in its order; the usual one where the house has none of its own."""
        found = [Drink(key=row.key, name=words(row, "name"), hot=row.hot) for row in self._work.rows(_MENU)]
        return tuple(found) or STANDARD_MENU

    def put_menu(self, menu: Sequence[Drink]) -> None:
        """Take this menu for the one before; an empty one is the usual."""
        self._work.run(_NO_MENU)
        rows = [
            {"key": one.key, "position": at, "hot": one.hot, **both("name", one.name)} for at, one in enumerate(menu)
        ]
        if rows:
            self._work.put(_PUT_DRINK, rows)

    def prepared(self, meetings: Collection[str]) -> Mapping[str, Mapping[str, Prepared]]:
        """Return how many portions were prepared, by meeting and drink; what nobody counts is missing."""
        found: dict[str, dict[str, Prepared]] = defaultdict(dict)
        for row in self._work.rows(_PREPARED, {"meetings": sorted(meetings)}) if meetings else ():
            found[row.meeting][row.drink] = Prepared(portions=row.portions, out=row.out)
        return found

    def prepare(self, meeting: str, portions: Mapping[str, int]) -> None:
        """Take these for all the portions that were prepared for a meeting; none of them is out."""
        self._work.send(_NOTHING, {"of_meeting": meeting})
        rows = [
            {"meeting": meeting, "drink": drink, "portions": number, "out": False} for drink, number in portions.items()
        ]
        if rows:
            self._work.put(_PREPARE, rows)

    def mark_out(self, meeting: str, drinks: Collection[str]) -> None:
        """Note which drinks of a meeting are out, of those that were prepared; all others are there."""
        self._work.run(_MARK_OUT, {"of_meeting": meeting, "names": sorted(drinks)})

    def likes(self, meetings: Collection[str]) -> Sequence[Invited]:
        """Return the guests of these meetings of whom a list says what they like to drink, VIPs first by level."""
        if not meetings:
            return ()
        return [to_invited(row) for row in self._work.rows(_LIKES, {"meetings": sorted(meetings)})]
