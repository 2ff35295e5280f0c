"""A kiosk believes of keys for signed codes only what the house has signed, and nothing older than it knows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.contract import codec
from devices.contract.cards import KeyCard
from devices.contract.messages import ItemKind, RosterItem
from kiosk.database import Database
from kiosk.roster import Roster
from tests.kiosk.cards import page

HOUSE, STRANGER, LEAKED = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3))


def public(key: Ed25519PrivateKey) -> str:
    """Return a key's public half in hex."""
    return key.public_key().public_bytes_raw().hex()


def said(by: Ed25519PrivateKey = HOUSE, **changes: Any) -> KeyCard:  # noqa: ANN401 - any field of the card
    """Return what somebody says of key 7."""
    plain = replace(KeyCard(key_id=7, meeting="launch", public_key=public(LEAKED), house_key=public(by)), **changes)
    return replace(plain, statement=by.sign(plain.stated()).hex())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give a kiosk's database."""
    made = Database(tmp_path / "kiosk.sqlite3")
    made.open()
    yield made
    made.close()


@pytest.fixture
def roster(database: Database) -> Roster:
    """Give an empty roster that has been told no house key."""
    return Roster(database)


def tell(roster: Roster, card: KeyCard, name: str = "7", *, gone: bool = False) -> KeyCard | None:
    """Tell a kiosk of a key as the hub does; return what it believes then."""
    at = roster.cursor()
    body = "" if gone else codec.dump_card(card)
    item = RosterItem(kind=ItemKind.KEY, key=name, seq=at + 1, gone=gone, body=body)
    assert roster.apply(page(item, cursor=at))
    return roster.key(int(name))


def test_what_the_house_has_signed_is_believed_and_its_newer_word_too(roster: Roster) -> None:
    """A key, and then its withdrawal."""
    assert tell(roster, said()) == said()
    assert tell(roster, said(withdrawn=True, version=2)) == said(withdrawn=True, version=2)


def test_an_older_word_is_refused_even_after_the_copy_was_fetched_anew(roster: Roster) -> None:
    """A message played again, or a database restored from before the leak, makes no withdrawn key good."""
    tell(roster, said())
    tell(roster, said(withdrawn=True, version=2))
    assert tell(roster, said()) is None
    roster.forget()
    assert tell(roster, said()) is None
    assert tell(roster, said(withdrawn=True, version=2)) is not None


def test_another_word_under_the_same_version_is_refused(roster: Roster) -> None:
    """Two keys under one id: the first that the house named holds."""
    tell(roster, said())
    assert tell(roster, said(public_key=public(STRANGER))) is None


@pytest.mark.parametrize(
    "card",
    [
        said(by=STRANGER),
        replace(said(by=STRANGER), house_key=public(HOUSE)),
        replace(said(), public_key=public(STRANGER)),
        replace(said(), meeting="another"),
        replace(said(), version=9),
        replace(said(), key_id=7, statement=""),
        replace(said(), statement="0" * 128),
    ],
    ids=["stranger", "stranger-as-house", "other-key", "other-meeting", "other-version", "unsigned", "zeros"],
)
def test_whoever_holds_the_broker_can_add_no_key(roster: Roster, card: KeyCard) -> None:
    """Once the house was heard nobody else is, with a signature of their own or a changed word of the house."""
    tell(roster, replace(said(), key_id=6, statement=HOUSE.sign(replace(said(), key_id=6).stated()).hex()), "6")
    assert tell(roster, card) is None


def test_what_is_said_of_one_key_counts_for_no_other(roster: Roster) -> None:
    """The entry's name and the signed id must be one."""
    assert tell(roster, said(), "8") is None


def test_by_the_settings_the_house_is_known_before_anybody_speaks(database: Database) -> None:
    """Then not even the first message counts that is another's."""
    strict = Roster(database, public(HOUSE))
    assert tell(strict, said(by=STRANGER)) is None
    assert tell(strict, said()) == said()


def test_an_older_hub_that_signs_nothing_is_believed_until_the_house_was_heard(roster: Roster) -> None:
    """Kiosks may be brought up to date before their hub."""
    unsigned = replace(said(), statement="", house_key="")
    assert tell(roster, unsigned) == unsigned
    assert tell(roster, said()) == said()
    assert tell(roster, unsigned) is None
