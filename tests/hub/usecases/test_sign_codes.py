import random
from pathlib import Path

import pytest

from devices.contract import codec
from devices.contract.cards import KeyCard, MeetingCard
from devices.contract.credential import SignedCredential, read
from devices.contract.messages import Clock, ItemKind, Verdict
from devices.ids import uuid7
from hub.domain.guests import InvitationStatus
from hub.key_files import KeyFolder
from hub.ports import Store
from hub.usecases.acting import Acting
from hub.usecases.sign_codes import Signed, sign_codes
from kiosk.checkin import Known, decide, scan
from tests.hub.build import T0, at, furnished, meeting
from tests.hub.usecases.test_serve_roster import told

LAUNCH = meeting(number=0xABCDEF012345)


@pytest.fixture
def ring(tmp_path: Path) -> KeyFolder:
    """Keep keys in a folder."""
    return KeyFolder(tmp_path / "keys")


def sign(store: Store, ring: KeyFolder, *, new_key: bool = False) -> Signed:
    """Sign the codes of the launch."""
    acting = Acting(actor="test", at=T0, ids=uuid7, bits=random.Random().getrandbits, site_key=bytes(32))
    with store.write() as tx:
        tx.meetings.save(LAUNCH)
        tx.feed.touch([("meeting", LAUNCH.id)])
        return sign_codes(tx, LAUNCH, ring, acting, new_key=new_key)


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
