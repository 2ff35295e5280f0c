import random
from dataclasses import replace
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.cards import KeyCard, MeetingCard
from devices.contract.credential import SignedCredential, read
from devices.contract.messages import Clock, ItemKind, Verdict
from devices.ids import uuid7
from hub.domain.guests import InvitationStatus
from hub.domain.keys import SigningKey
from hub.key_files import KeyFolder
from hub.ports import Store
from hub.usecases.acting import Acting
from hub.usecases.roll_keys import begin_key
from hub.usecases.sign_codes import Signed, revoke_and_sign, sign_codes, signed_by
from kiosk.checkin import Known, decide, scan
from kiosk.signature import is_signature
from tests.hub.build import T0, at, furnished, meeting
from tests.hub.usecases.test_serve_roster import told

LAUNCH = meeting(number=0xABCDEF012345)


@pytest.fixture
def ring(tmp_path: Path) -> KeyFolder:
    """Keep keys in a folder."""
    return KeyFolder(tmp_path / "keys")


def acting(codes_a_day: int | None = None) -> Acting:
    """Return somebody at the command line."""
    bits = random.Random().getrandbits
    return Acting(actor="test", at=T0, ids=uuid7, bits=bits, site_key=bytes(32), codes_a_day=codes_a_day)


def key_cards(store: Store) -> list[KeyCard]:
    """Return what kiosks are told of keys, by id."""
    cards = (codec.load_card(item.body, KeyCard) for item in told(store) if item.kind is ItemKind.KEY)
    return sorted(cards, key=lambda card: card.key_id)


def sign(store: Store, ring: KeyFolder, *, new_key: bool = False) -> Signed:
    """Sign the codes of the launch."""
    with store.write() as tx:
        tx.meetings.save(LAUNCH)
        tx.feed.touch([("meeting", LAUNCH.id)])
        return sign_codes(tx, LAUNCH, ring, acting(), new_key=new_key)


def codes(store: Store) -> list[str]:
    """Return the guests' current codes."""
    with store.read() as tx:
        return [one.invitation.code for one in tx.guests.of_meeting(LAUNCH.id)]


def test_a_kiosk_that_knows_only_the_key_lets_the_guest_in(store: Store, ring: KeyFolder) -> None:
    """It was cut off before the invitation went out: key and meeting are all it has (DESIGN 5)."""
    furnished(store)
    sign(store, ring)
    items = {item.kind: item.body for item in told(store) if item.kind in {ItemKind.KEY, ItemKind.MEETING}}
    known = Known(
        key=codec.load_card(items[ItemKind.KEY], KeyCard), meeting=codec.load_card(items[ItemKind.MEETING], MeetingCard)
    )
    for code in codes(store):
        assert decide(scan(code), known, at(60), Clock.SYNCED).verdict is Verdict.WELCOME
        assert decide(scan(code), known, at(-60), Clock.SYNCED).verdict is Verdict.TOO_EARLY
    forged = codes(store)[0][:-1] + ("0" if codes(store)[0][-1] != "0" else "1")
    assert not decide(scan(forged), known, at(60), Clock.SYNCED).verdict.admits


def test_signing_again_keeps_the_codes(store: Store, ring: KeyFolder) -> None:
    """Letters that were sent stay good; a guest who was added since gets a code too."""
    furnished(store)
    first = sign(store, ring)
    before = codes(store)
    assert len(first.renewed) == 3
    assert sign(store, ring) == Signed(first.key_id, frozenset())
    assert codes(store) == before


def test_a_key_rolls_over_and_letters_that_were_sent_stay_good(store: Store, ring: KeyFolder) -> None:
    """The new key signs from now on; a kiosk knows both, and lets in who has a code under either."""
    furnished(store)
    sign(store, ring)
    before = codes(store)
    with store.write() as tx:
        assert begin_key(tx, LAUNCH, ring, acting()).key_id == 2
    assert sign(store, ring) == Signed(2, frozenset())
    assert codes(store) == before
    with store.write() as tx:
        late = tx.guests.of_meeting(LAUNCH.id)[0].invitation.id
        tx.guests.replace_code(late, "OLD-PAPER", "f" * 32, T0)
    assert sign(store, ring).renewed == {late}
    keys = {card.key_id: card for card in key_cards(store)}
    assert [key.withdrawn for key in keys.values()] == [False, False]
    card = next(codec.load_card(item.body, MeetingCard) for item in told(store) if item.kind is ItemKind.MEETING)
    for code in codes(store):
        known = Known(key=keys[signed_by(code) or 0], meeting=card)
        assert decide(scan(code), known, at(60), Clock.SYNCED).verdict is Verdict.WELCOME
    assert {signed_by(code) for code in codes(store)} == {1, 2}


def test_one_key_is_revoked_and_nobody_elses_code_changes(store: Store, ring: KeyFolder) -> None:
    """Who has a code under it gets a new one, under the key that is still good."""
    test_a_key_rolls_over_and_letters_that_were_sent_stay_good(store, ring)
    before = codes(store)
    with store.write() as tx:
        revoked = revoke_and_sign(tx, tx.keys.all()[0], ring, acting())
    assert (revoked.key_id, len(revoked.renewed)) == (2, 2)
    assert {signed_by(code) for code in codes(store)} == {2}
    assert len(set(codes(store)) & set(before)) == 1
    assert [(card.withdrawn, card.version) for card in key_cards(store)] == [(True, 2), (False, 1)]


def test_the_house_vouches_for_every_key_also_for_those_from_before(store: Store, ring: KeyFolder) -> None:
    """A kiosk checks it with the house's own key; a key of an older program is signed by the next command."""
    furnished(store)
    with store.write() as tx:
        tx.meetings.save(LAUNCH)
        tx.keys.save(SigningKey(key_id=1, meeting=LAUNCH.id, public_key=ring.make(1)))
    assert sign(store, ring).key_id == 1
    for card in key_cards(store):
        assert card.house_key == ring.house()
        assert is_signature(card.statement, card.stated(), ring.house())
        assert not is_signature(card.statement, replace(card, withdrawn=True).stated(), ring.house())


def test_no_id_is_used_twice_even_by_a_database_that_forgot_it(store: Store, ring: KeyFolder) -> None:
    """Its file may be the one that leaked."""
    furnished(store)
    ring.make(7)
    assert sign(store, ring).key_id == 8


def test_after_a_leak_every_code_is_new_and_the_old_key_is_refused(store: Store, ring: KeyFolder) -> None:
    """Roll-over in one step: kiosks hear of the withdrawal and of the new key."""
    furnished(store)
    sign(store, ring)
    old = codes(store)
    assert len(sign(store, ring, new_key=True).renewed) == 3
    keys = [codec.load_card(item.body, KeyCard) for item in told(store) if item.kind is ItemKind.KEY]
    assert {key.key_id: key.withdrawn for key in keys} == {1: True, 2: False}
    withdrawn = next(key for key in keys if key.withdrawn)
    card = next(codec.load_card(item.body, MeetingCard) for item in told(store) if item.kind is ItemKind.MEETING)
    verdict = decide(scan(old[0]), Known(key=withdrawn, meeting=card), at(60), Clock.SYNCED).verdict
    assert verdict is Verdict.REVOKED
    new = [read(code) for code in codes(store)]
    assert all(isinstance(code, SignedCredential) and code.key_id == 2 for code in new)


def test_a_withdrawn_guest_gets_no_code(store: Store, ring: KeyFolder) -> None:
    """Signing does not restore anybody."""
    furnished(store)
    with store.write() as tx:
        tx.guests.set_status("inv-1", InvitationStatus.REVOKED, T0)
    assert sign(store, ring).renewed == {"inv-2", "inv-3"}
