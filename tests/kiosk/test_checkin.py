from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.cards import Arrival, KeyCard, Words
from devices.contract.credential import SignedCredential
from devices.contract.messages import Clock, CodeKind, Method, Verdict
from kiosk.checkin import Decision, Known, decide, scan
from tests.kiosk.cards import CARD, CODE, MEETING, MORNING

ARRIVED = Arrival(door=Words(zh="东门", en="East door"), at=MORNING - timedelta(minutes=5))
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEY = KeyCard(key_id=7, meeting="launch", public_key=PRIVATE.public_key().public_bytes_raw().hex())
KNOWN = Known(card=CARD, meeting=MEETING)
NOW = timedelta()


def signed(private: Ed25519PrivateKey = PRIVATE, **changes: Any) -> str:  # noqa: ANN401 - a credential's fields
    """Make the text of a signed code for the meeting."""
    plain = SignedCredential(
        key_id=7,
        meeting=1,
        invitation=99,
        zone=0,
        not_before=MORNING - timedelta(hours=1),
        expires=MORNING + timedelta(hours=1),
    )
    code = replace(plain, **changes)
    return replace(code, signature=private.sign(code.signed_bytes())).text()


def answer(text: str, known: Known = KNOWN, after: timedelta = NOW, clock: Clock = Clock.SYNCED) -> Decision:
    """Decide one text at the usual morning, or some time after it."""
    return decide(scan(text), known, MORNING + after, clock)


def test_an_invited_guest_is_welcome_with_seat_and_meeting() -> None:
    """The decision carries all the screen needs."""
    decision = answer(CODE)
    assert decision == Decision(verdict=Verdict.WELCOME, kind=CodeKind.SHORT, card=CARD, meeting=MEETING)


@pytest.mark.parametrize(
    "arrived", [replace(KNOWN, arrived=ARRIVED), replace(KNOWN, card=replace(CARD, arrived=ARRIVED))]
)
def test_a_guest_who_is_in_already_is_told_when_and_where(arrived: Known) -> None:
    """Whether this kiosk or the hub knows of it makes no difference."""
    decision = answer(CODE, arrived)
    assert decision.verdict is Verdict.ALREADY_IN
    assert decision.card is not None
    assert decision.card.arrived == ARRIVED


@pytest.mark.parametrize(
    ("known", "after", "verdict"),
    [
        (KNOWN, timedelta(hours=-2), Verdict.TOO_EARLY),
        (KNOWN, timedelta(hours=7), Verdict.TOO_LATE),
        (replace(KNOWN, card=replace(CARD, status="revoked")), NOW, Verdict.REVOKED),
        (replace(KNOWN, card=replace(CARD, status="replaced")), NOW, Verdict.REPLACED),
        (replace(KNOWN, meeting=replace(MEETING, cancelled=True)), NOW, Verdict.CANCELLED),
        (replace(KNOWN, meeting=None), NOW, Verdict.UNKNOWN),
    ],
)
def test_each_refusal_has_its_own_reason(known: Known, after: timedelta, verdict: Verdict) -> None:
    """The guest hears why, and what to do."""
    assert answer(CODE, known, after).verdict is verdict


@pytest.mark.parametrize("after", [timedelta(hours=-2), timedelta(hours=7), timedelta(days=-20_000)])
def test_a_clock_that_is_not_set_refuses_nobody_on_time_alone(after: timedelta) -> None:
    """A Pi that woke up in 1970 still lets guests in (fault 46)."""
    assert answer(CODE, KNOWN, after, Clock.UNSYNCED).verdict is Verdict.WELCOME


@pytest.mark.parametrize(
    ("text", "kind", "verdict"),
    [
        (CODE, CodeKind.SHORT, Verdict.UNKNOWN),
        (CODE[:-1] + "0", CodeKind.SHORT, Verdict.DAMAGED),
        ("https://example.com", CodeKind.FOREIGN, Verdict.FOREIGN),
        ("", CodeKind.FOREIGN, Verdict.FOREIGN),
        ("Y2ABC", CodeKind.SIGNED, Verdict.DAMAGED),
    ],
)
def test_a_code_that_nobody_here_knows_is_told_apart(text: str, kind: CodeKind, verdict: Verdict) -> None:
    """Not ours, ours but damaged, and ours but not on the list are three different answers."""
    decision = answer(text, Known())
    assert (decision.kind, decision.verdict) == (kind, verdict)


def test_a_code_the_venue_already_used_opens_the_door_once_it_is_imported() -> None:
    """Any text may be a guest's code if the house says so."""
    assert answer("pretix-secret-abcdefgh").verdict is Verdict.WELCOME


def test_a_code_typed_in_groups_is_the_same_code() -> None:
    """A camera that fails keeps nobody out."""
    assert scan(f"{CODE[:4]} {CODE[4:]}".lower(), Method.TYPED).code == CODE


def test_a_signed_code_is_good_without_any_entry() -> None:
    """A door that was offline since before the invitation went out lets the guest in."""
    decision = answer(signed(), Known(key=KEY, meeting=MEETING))
    assert decision.verdict is Verdict.WELCOME
    assert decision.signed is not None
    assert (decision.signed.meeting, decision.signed.invitation) == ("1", "63")


@pytest.mark.parametrize(
    ("text", "known", "verdict"),
    [
        (signed(), Known(), Verdict.UNKNOWN),
        (signed(), Known(key=KEY), Verdict.UNKNOWN),
        (signed(), Known(key=KEY, meeting=replace(MEETING, key="other")), Verdict.UNKNOWN),
        (signed(), Known(key=replace(KEY, withdrawn=True), meeting=MEETING), Verdict.REVOKED),
        (signed(Ed25519PrivateKey.generate()), Known(key=KEY, meeting=MEETING), Verdict.BAD_SIGNATURE),
        (signed(not_before=MORNING + timedelta(minutes=5)), Known(key=KEY, meeting=MEETING), Verdict.TOO_EARLY),
        (signed(expires=MORNING - timedelta(minutes=5)), Known(key=KEY, meeting=MEETING), Verdict.EXPIRED),
        (signed(), Known(key=KEY, meeting=MEETING, arrived=ARRIVED), Verdict.ALREADY_IN),
        (signed(), Known(key=KEY, meeting=replace(MEETING, cancelled=True)), Verdict.CANCELLED),
    ],
)
def test_a_signed_code_is_refused_for_what_is_wrong_with_it(text: str, known: Known, verdict: Verdict) -> None:
    """Forged, withdrawn, early, late, used and foreign are told apart."""
    assert answer(text, known).verdict is verdict


@given(st.integers(0, 133), st.integers(0, 44))
def test_no_change_to_a_signed_code_is_accepted(place: int, symbol: int) -> None:
    """Whatever symbol is changed, the door stays shut."""
    text = signed()
    forged = text[:place] + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"[symbol] + text[place + 1 :]
    if forged != text:
        assert answer(forged, Known(key=KEY, meeting=MEETING)).verdict is not Verdict.WELCOME


@given(st.text(max_size=700))
def test_any_text_gets_an_answer(text: str) -> None:
    """Control characters, other scripts and half codes: the next guest is served."""
    assert not answer(text, Known()).verdict.admits
