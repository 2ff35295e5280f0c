"""Clumsy and hostile hands at a real board: each touch has a clear outcome, and the next guest never sees a trace."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.cards import GroupCard, Member, Words
from devices.contract.messages import ItemKind, Progress, RequestKind
from devices.ids import uuid7
from kiosk.board import ScreenBoard
from kiosk.database import Database
from kiosk.screen import USUAL_DRINKS, Kind, Order, Screen, idle
from kiosk.steps.screens import Found, GroupIn, Step, Typing
from kiosk.steps.turns import Press
from tests.kiosk.cards import CARD, CODE, MEETING, FixedClock, guest_item, item, page
from tests.kiosk.touched import Touched
from tests.kiosk.web.step_samples import CANDIDATES

LOOKUP = "ab" * 16
VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Jane Roe\nTEL:+1 555 0100\nEND:VCARD"
STRANGE = (
    "\N{PARTY POPPER}\N{FAMILY}" * 20,
    "محمد عبد الرحمن",
    "יעל בן־דוד",
    "A\u0301\u0327" * 60,
    "王" * 200,
    "<b>王</b> & \"Co\" 'x'",
    "{salutation} %s {{ 7 * 7 }}",
)
"""Names that a guest list may hold: the import keeps out what turns text round, not what people are called."""

WORDS = (
    *("help", "back", "services", "no_code", "drink", "call", "too_cold", "too_hot", "agenda", "answers", "page"),
    *("choose", "tick", "enter", "type", "none", "walk_in", "yes", "no", "", "HELP", "\N{SNOWMAN}", "__class__"),
)
VALUES = (
    *("", "0", "1", "4", "-1", "9999", "99999", "٣", "next", "back", "tea", "none", "luggage", "seat", CODE, "LI NA"),
    *("13800001234", "W", "\x00", "\N{PILE OF POO}" * 50, "A" * 1000, "../../etc/passwd", "'; DROP TABLE events; --"),
)
NEXT = Screen(
    kind=Kind.WELCOME,
    languages=("en",),
    scan_id="next-guest",
    lasts_s=45.0,
    salutation=Words(zh="李女士", en="Ms Li"),
    order=Order.OFFERED,
    drinks=USUAL_DRINKS,
)


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Touched]:
    """Return a kiosk that knows one meeting and one guest, with a hub that answers everything."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    clock = FixedClock()
    roster = page(item(ItemKind.MEETING, "launch", 1, codec.dump_card(MEETING)), guest_item(2))
    made = Touched(database, ScreenBoard(idle(), clock), clock, roster)
    card: dict[str, Any] = {"progress": Progress.ANSWERED, "lookup": LOOKUP, "card": CARD}
    made.hub.answers = {
        RequestKind.FIND: {"progress": Progress.ANSWERED, "found": CANDIDATES},
        RequestKind.IDENTIFY: card,
        RequestKind.WALK_IN: card,
    }
    yield made
    database.close()


def shown(kiosk: Touched) -> Screen:
    """Return the screen as it is."""
    return kiosk.board.current()[1]


def go(kiosk: Touched, *touches: tuple[str, str]) -> None:
    """Touch one button after the other."""
    for action, value in touches:
        assert kiosk.touch(action, value), (action, shown(kiosk).kind)


FIND = (("no_code", ""), ("enter", "WJG"))
WALK_IN = (("enter", "LI NA"), ("enter", "13800001234"))
ASKS: dict[str, tuple[tuple[tuple[str, str], ...], tuple[str, str]]] = {
    "a call": ((("help", ""),), ("call", "")),
    "luggage": ((("help", ""),), ("call", "luggage")),
    "the cold": ((("services", ""),), ("too_cold", "")),
    "a search": (FIND[:1], FIND[1]),
    "this is me": (FIND, ("choose", "0")),
    "a drink": ((("no_code", ""), ("enter", CODE)), ("drink", "tea")),
    "a walk-in": ((*FIND, ("none", ""), ("walk_in", ""), WALK_IN[0]), WALK_IN[1]),
}
"""The touches that lead to a question to the hub, and the touch that asks it."""


@pytest.mark.parametrize(("way", "last"), ASKS.values(), ids=ASKS)
def test_whoever_taps_twice_asks_once(kiosk: Touched, way: tuple[tuple[str, str], ...], last: tuple[str, str]) -> None:
    """The second tap was meant for a screen that is gone; at most one guest is let in."""
    go(kiosk, *way)
    version, _ = kiosk.board.current()
    asked, waiting = len(kiosk.hub.asked), len(kiosk.outbox.waiting(50))
    taps: list[bool] = []
    fingers = [Thread(target=lambda: taps.append(kiosk.journey.press(version, Press(*last)))) for _ in range(8)]
    for finger in fingers:
        finger.start()
    for finger in fingers:
        finger.join()
    assert sorted(taps) == [False] * 7 + [True]
    assert len(kiosk.hub.asked) == asked + 1
    assert len(kiosk.outbox.waiting(50)) <= waiting + 1


@pytest.mark.parametrize(("way", "last"), ASKS.values(), ids=ASKS)
def test_an_answer_that_comes_during_the_next_guest_s_greeting_changes_nothing_of_it(
    kiosk: Touched, way: tuple[tuple[str, str], ...], last: tuple[str, str]
) -> None:
    """Neither the screen nor what lies beneath it; nobody is let in who has gone."""
    go(kiosk, *way)
    before = len(kiosk.outbox.waiting(50))
    kiosk.hub.meanwhile = lambda: kiosk.board.show(NEXT)
    kiosk.touch(*last)
    assert shown(kiosk) == NEXT
    assert len(kiosk.outbox.waiting(50)) == before
    kiosk.board.leave()
    assert shown(kiosk) == idle()


@pytest.mark.parametrize(("way", "last"), ASKS.values(), ids=ASKS)
def test_taps_that_were_meant_for_older_screens_do_nothing_to_the_next_guest(
    kiosk: Touched, way: tuple[tuple[str, str], ...], last: tuple[str, str]
) -> None:
    """Every touch of the guest before comes again, late: no wish is sent in the next one's name."""
    versions = []
    for touch in (*way, last):
        versions.append(kiosk.board.current()[0])
        assert kiosk.touch(*touch)
    kiosk.board.show(NEXT)
    now, asked, waiting = kiosk.board.current(), len(kiosk.hub.asked), len(kiosk.outbox.waiting(50))
    for version in (*versions, now[0] + 1, 0, 10**14):
        for touch in (*way, last, ("help", ""), ("back", "")):
            assert not kiosk.journey.press(version, Press(*touch))
    assert kiosk.board.current() == now
    assert (len(kiosk.hub.asked), len(kiosk.outbox.waiting(50))) == (asked, waiting)


@pytest.mark.parametrize("seed", range(4))
def test_words_and_values_that_nobody_offered_lead_nowhere_strange(kiosk: Touched, seed: int) -> None:
    """A thousand presses of anything on anything: the board always holds a screen, and the next guest is greeted."""
    chance = random.Random(seed)
    for _ in range(1_000):
        kiosk.touch(chance.choice(WORDS), chance.choice(VALUES))
        if chance.random() < 0.05:
            kiosk.hub.there = not kiosk.hub.there
        if chance.random() < 0.02:
            kiosk.journey.scanned(VCARD)
        if isinstance(screen := shown(kiosk), Typing):
            assert len(screen.text) <= 60
            assert screen.text.isascii()
    for request in kiosk.hub.asked:
        assert len(codec.encode(request)) < 2_000
    kiosk.board.show(NEXT)
    assert shown(kiosk) == NEXT
    kiosk.board.leave()
    assert shown(kiosk) == idle()


def test_what_a_step_does_not_offer_is_not_asked_of_the_hub(kiosk: Touched) -> None:
    """No drink for whom nobody greeted, no search result that was not shown, no button of another step."""
    for touch in (("drink", "tea"), ("choose", "0"), ("enter", "WJG"), ("yes", ""), ("tick", "0"), ("too_cold", "")):
        assert not kiosk.touch(*touch)
    go(kiosk, *FIND)
    for value in (str(len(CANDIDATES)), "-1", "00000", "٠", "0x0", " 0"):
        assert not kiosk.touch("choose", value)
    assert [one.kind for one in kiosk.hub.asked] == [RequestKind.FIND]


@pytest.mark.parametrize("name", STRANGE)
def test_a_guest_of_any_name_is_found_and_greeted_by_it(kiosk: Touched, name: str) -> None:
    """Nothing is cut out of it or made of it; a name never becomes a text of the house's own."""
    said = Words(zh=name, en=name)
    card = replace(CARD, name=name, salutation=said)
    kiosk.hub.answers[RequestKind.IDENTIFY] = {"progress": Progress.ANSWERED, "lookup": LOOKUP, "card": card}
    masked = replace(CANDIDATES[0], name=f"{name[0]}**")
    kiosk.hub.answers[RequestKind.FIND] = {"progress": Progress.ANSWERED, "found": (masked,)}
    go(kiosk, *FIND)
    found = shown(kiosk)
    assert isinstance(found, Found)
    assert found.candidates == (masked,)
    go(kiosk, ("choose", "0"))
    assert (shown(kiosk).kind, shown(kiosk).salutation) == (Kind.WELCOME, said)
    kiosk.hears(kiosk.hub.asked[-1].id, by=name)
    assert shown(kiosk).salutation == said


def test_a_group_of_strange_names_is_ticked_by_place_not_by_name(kiosk: Touched) -> None:
    """Two of the same name are two guests."""
    names = (*STRANGE, STRANGE[0])
    members = tuple(
        Member(lookup=f"{at:032x}", card=replace(CARD, invitation=uuid7(), salutation=Words(zh=one, en=one)))
        for at, one in enumerate(names)
    )
    kiosk.groups["GROUP"] = GroupCard(
        key="delegation", meeting="launch", name=Words(zh=STRANGE[1], en=STRANGE[0]), members=members
    )
    assert kiosk.journey.scanned("GROUP")
    go(kiosk, ("tick", "0"), ("enter", ""))
    screen = shown(kiosk)
    assert isinstance(screen, GroupIn)
    assert [guest.salutation.zh for guest in screen.guests] == list(names[1:])


def test_a_step_always_ends_by_itself_whatever_was_typed(kiosk: Touched) -> None:
    """Who walks away in the middle leaves nothing: the full time after the last touch, then idle."""
    clock: Any = kiosk.identity.clock
    ways: list[Callable[[], object]] = [
        lambda: go(kiosk, ("no_code", ""), ("type", "WANG")),
        lambda: go(kiosk, *FIND),
        lambda: go(kiosk, ("help", "")),
        lambda: go(kiosk, ("services", ""), ("agenda", "")),
        lambda: kiosk.journey.scanned(VCARD),
    ]
    for way in ways:
        way()
        screen = shown(kiosk)
        assert isinstance(screen, Step)
        assert screen.time_s is not None
        clock.ms += int(screen.time_s * 1000)
        assert shown(kiosk) == idle()
