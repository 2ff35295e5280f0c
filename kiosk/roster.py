"""What the hub last told this kiosk: meetings, ways, and guests whose fields only their own code opens."""

import logging
import sqlite3
from collections.abc import Sequence

from devices.contract import codec
from devices.contract.cards import AnswerCard, GroupCard, GuestCard, KeyCard, LeaseCard, MeetingCard, PlaceCard
from devices.contract.messages import ItemKind, RosterItem, RosterPage
from devices.sealing import unseal
from kiosk import statements
from kiosk.database import Database
from kiosk.roster_index import RosterIndex

_CURSOR = "roster_cursor"
_INCARNATION = "hub_incarnation"

_log = logging.getLogger(__name__)


class Roster:
    """A copy of the hub's list on this kiosk's disk: keyed hashes and sealed fields, so that a thief reads no name."""

    def __init__(self, database: Database, house_key: str = "") -> None:
        """Take the kiosk's database, and the public half of the house's key; empty: the first that is told holds."""
        self._database = database
        self._house_key = house_key
        self._memory = RosterIndex()
        self._indexed_in = -1  # the database's generation

    def cursor(self) -> int:
        """Return the position up to which the roster is complete; 0 for an empty one."""
        return int(self._fact(_CURSOR) or 0)

    def incarnation(self) -> str:
        """Return the id of the hub database this roster came from; empty before the first page."""
        return self._fact(_INCARNATION)

    def apply(self, page: RosterPage) -> bool:
        """Take one page over; False when it does not follow on from what is here (a repeat, or a gap).

        What is gone stays as an entry without a body, so that the copy can be compared with the hub's. Nothing waits
        for the disk: what a power cut undoes is asked for again.
        """
        if page.cursor != self.cursor():
            return False
        if (str(page.to), page.incarnation) == (self._fact(_CURSOR), self._fact(_INCARNATION)) and not page.items:
            return True
        index = self._index()
        with self._database.write(durable=False) as connection:
            entries = [(item.kind, item.key, item.seq, self._body_of(connection, item)) for item in page.items]
            connection.executemany(
                "INSERT INTO roster (kind, key, seq, body) VALUES (?, ?, ?, ?) ON CONFLICT (kind, key)"
                " DO UPDATE SET seq = excluded.seq, body = excluded.body",
                entries,
            )
            facts = [(_CURSOR, str(page.to)), (_INCARNATION, page.incarnation)]
            connection.executemany("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", facts)
        index.learn((kind, key, body) for kind, key, _, body in entries)
        return True

    def _body_of(self, connection: sqlite3.Connection, item: RosterItem) -> str:
        """Return what is kept of an item; of a key only what the house has signed, so that nobody between us adds one.

        One that is refused is as good as gone: codes under it open nothing.
        """
        if item.gone or item.kind is not ItemKind.KEY:
            return "" if item.gone else item.body
        try:
            statements.believe(connection, codec.load_card(item.body, KeyCard), item.key, self._house_key)
        except (statements.NotBelieved, codec.UnreadableMessage) as problem:
            _log.error("the key %s is not believed: %s", item.key, problem)
            return ""
        return item.body

    def fingerprint(self) -> str:
        """Return ``count-sum`` of the positions of all entries, gone ones too (decision 11)."""
        with self._database.read() as connection:
            count, total = connection.execute("SELECT count(*), coalesce(sum(seq), 0) FROM roster").fetchone()
        return f"{count}-{total}"

    def forget(self) -> None:
        """Start again from nothing: the hub came back with another database."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM roster")
            connection.execute("DELETE FROM facts WHERE name IN (?, ?)", (_CURSOR, _INCARNATION))
        self._indexed_in = -1

    def guest(self, lookup: str, code: str) -> GuestCard | None:
        """Open the fields of the guest whose code this is; None when the code is not on the list.

        Raises CannotOpen and UnreadableMessage when the stored fields are damaged.
        """
        body = self._sealed(ItemKind.GUEST, lookup)
        return codec.load_card(unseal(code, body), GuestCard) if body else None

    def group(self, lookup: str, code: str) -> GroupCard | None:
        """Open the list of the group whose code this is; None when no group has it.

        Raises CannotOpen and UnreadableMessage when the stored list is damaged.
        """
        body = self._sealed(ItemKind.GROUP, lookup)
        return codec.load_card(unseal(code, body), GroupCard) if body else None

    def meeting(self, key: str) -> MeetingCard | None:
        """Return one meeting as it stands now."""
        body = self._index().body(ItemKind.MEETING, key)
        return codec.load_card(body, MeetingCard) if body else None

    def meetings(self) -> Sequence[MeetingCard]:
        """Return all meetings the hub has told of."""
        return [codec.load_card(body, MeetingCard) for body in self._bodies(ItemKind.MEETING)]

    def answers(self) -> Sequence[AnswerCard]:
        """Return what guests often ask and the house's short answers, in the house's order (R147)."""
        cards = (codec.load_card(body, AnswerCard) for body in self._bodies(ItemKind.ANSWER))
        return sorted(cards, key=lambda card: (card.position, card.key))

    def places(self) -> dict[str, PlaceCard]:
        """Return the ways from this kiosk by the place they lead to."""
        cards = (codec.load_card(body, PlaceCard) for body in self._bodies(ItemKind.PLACE))
        return {card.place: card for card in cards}

    def key(self, key_id: int) -> KeyCard | None:
        """Return the public key with this id."""
        body = self._index().body(ItemKind.KEY, str(key_id))
        return codec.load_card(body, KeyCard) if body else None

    def lease(self, device: str, meeting: str) -> LeaseCard | None:
        """Return the seats of a meeting that this kiosk may give away while the hub is away."""
        body = self._body(ItemKind.LEASE, f"{device}/{meeting}")
        return codec.load_card(body, LeaseCard) if body else None

    def _index(self) -> RosterIndex:
        """Return what is kept in memory, read anew where the file was opened anew."""
        if self._indexed_in != self._database.generation:
            with self._database.read() as connection:
                fresh = RosterIndex()
                fresh.fill(connection)
                self._memory, self._indexed_in = fresh, self._database.generation
        return self._memory

    def _sealed(self, kind: ItemKind, lookup: str) -> str:
        return self._body(kind, lookup) if self._index().has_code(kind, lookup) else ""

    def _body(self, kind: ItemKind, key: str) -> str:
        with self._database.read() as connection:
            row = connection.execute("SELECT body FROM roster WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return row[0] if row else ""

    def _bodies(self, kind: ItemKind) -> list[str]:
        with self._database.read() as connection:
            return [
                row[0] for row in connection.execute("SELECT body FROM roster WHERE kind = ? AND body != ''", (kind,))
            ]

    def _fact(self, name: str) -> str:
        with self._database.read() as connection:
            row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""
