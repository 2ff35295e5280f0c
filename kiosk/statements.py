"""What a kiosk believes of keys for signed codes: what the house's own key has signed, and nothing older than known.

What it has believed outlives its copy of the roster, so that a hub with an older database, or somebody who plays an
older message again, makes no withdrawn key good.
"""

import sqlite3

from devices.contract.cards import KeyCard
from kiosk.signature import is_signature

_HOUSE = "house_key"


class NotBelieved(Exception):
    """What was said of a key must not be acted on; the text says why."""

    code = "not_believed"


def believe(connection: sqlite3.Connection, card: KeyCard, name: str, configured: str) -> None:
    """Remember what is said of a key, or raise NotBelieved.

    ``configured`` is the house's key by the settings; without one the first that a message names holds from then on.
    A house that has never signed anything is believed unsigned: its hub is older than this program.
    """
    if str(card.key_id) != name:
        raise NotBelieved(f"it speaks of key {card.key_id}")
    house = configured or _fact(connection, _HOUSE)
    if not house and not card.statement:
        return
    if not is_signature(card.statement, card.stated(), house or card.house_key):
        other = f": it names {card.house_key[:8]}… as the house's key, and ours is {house[:8]}…"
        raise NotBelieved("the house has not signed it" + (other if card.house_key != house else ""))
    said = f"{card.public_key} {int(card.withdrawn)}"
    version, _, known = _fact(connection, f"key/{name}").partition(" ")
    if known and (card.version < int(version) or (card.version == int(version) and said != known)):
        raise NotBelieved(f"version {card.version} of what is said of it, {version} is known")
    facts = [(f"key/{name}", f"{card.version} {said}")] + ([] if configured else [(_HOUSE, house or card.house_key)])
    connection.executemany("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", facts)


def _fact(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return row[0] if row else ""
