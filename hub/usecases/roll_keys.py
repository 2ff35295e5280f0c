"""Keys for signed codes begin, and are withdrawn; the house's own key vouches for what kiosks are told of them.

Every change raises the key's version by one: a kiosk that knows a later version believes no earlier one, whoever plays
it again, and so a withdrawn key stays withdrawn even where the hub's database is restored from before.
"""

from collections.abc import Sequence
from dataclasses import replace

from hub.code_ports import KeyRing
from hub.domain.errors import InvalidInput
from hub.domain.keys import SigningKey
from hub.domain.meetings import Meeting
from hub.ports import Transaction
from hub.usecases.acting import Acting
from hub.usecases.cards import key_card

HIGHEST_KEY = 65_535


def good_keys(tx: Transaction, meeting: str) -> Sequence[SigningKey]:
    """Return the keys under which a meeting's codes open, the oldest first."""
    return [key for key in tx.keys.all() if key.meeting == meeting and not key.withdrawn]


def begin_key(tx: Transaction, meeting: Meeting, ring: KeyRing, acting: Acting) -> SigningKey:
    """Make the key that signs a meeting's codes from now on; codes under its older keys hold. Raises InvalidInput.

    No id is used twice, not even one that a restored database has forgotten: its file may be the one that leaked.
    """
    key_id = 1 + max([key.key_id for key in tx.keys.all()] + [ring.highest()])
    if key_id > HIGHEST_KEY:
        raise InvalidInput("key", f"there are {HIGHEST_KEY} keys already", "begin a new database")
    made = SigningKey(key_id=key_id, meeting=meeting.id, public_key=ring.make(key_id))
    return _save(tx, made, "key.made", ring, acting)


def revoke_key(tx: Transaction, key: SigningKey, ring: KeyRing, acting: Acting) -> None:
    """Withdraw a key for ever: kiosks refuse every code under it from their next page of the roster on."""
    if not key.withdrawn:
        _save(tx, replace(key, withdrawn=True, version=key.version + 1), "key.withdrawn", ring, acting)


def roll_key(tx: Transaction, meeting: Meeting, ring: KeyRing, acting: Acting) -> SigningKey:
    """Make a meeting's next key, and vouch for all there are. Raises InvalidInput."""
    made = begin_key(tx, meeting, ring, acting)
    vouch_for_all(tx, ring, acting)
    return made


def vouch_for_all(tx: Transaction, ring: KeyRing, acting: Acting) -> None:
    """Sign what is said of keys that nobody has vouched for, or another house's key has (the file was lost)."""
    house = ring.house()
    for key in tx.keys.all():
        if key.house_key != house:
            _save(tx, key, "key.vouched", ring, acting)


def _save(tx: Transaction, key: SigningKey, action: str, ring: KeyRing, acting: Acting) -> SigningKey:
    named = replace(key, house_key=ring.house())
    vouched = replace(named, statement=ring.attest(key_card(named).stated()).hex())
    tx.keys.save(vouched)
    tx.records.audit(acting.actor, action, str(key.key_id), acting.at)
    tx.feed.touch([("key", str(key.key_id))])
    return vouched
