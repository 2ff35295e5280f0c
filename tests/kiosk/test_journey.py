"""Touches taken to a real board, with a real outbox behind it: who is let in, what the hub is asked, what is shown."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.contract import codec
from devices.contract.cards import AnswerCard, BusinessCard, GroupCard, Member, SeatLabel, Words
from devices.contract.messages import CheckInEvent, ItemKind, Method, Progress, RequestKind, Verdict
from devices.ids import uuid7
from kiosk.board import ScreenBoard
from kiosk.database import Database
from kiosk.journey import CARD_OF_LAST_GUEST_MS
from kiosk.outbox import OutboxFull
from kiosk.reception import CannotKeep
from kiosk.screen import Kind, Order, Screen, idle, reading
from kiosk.steps.screens import Answers, Found, GroupIn, Told, Typing
from kiosk.steps.turns import Press
from tests.kiosk.cards import CARD, CODE, MEETING, FixedClock, guest_item, item, page
from tests.kiosk.touched import Touched
from tests.kiosk.web.step_samples import CANDIDATES

LOOKUP = "ab" * 16
Wait = Callable[[Callable[[], object]], None]
FAQ = AnswerCard(key="wifi", question=Words(zh="密码？", en="Wi-Fi?"), answer=Words(zh="没有", en="None"))
ROSTER = page(
    item(ItemKind.MEETING, "launch", 1, codec.dump_card(MEETING)),
    guest_item(2),
    item(ItemKind.ANSWER, "wifi", 3, codec.dump_card(FAQ)),
)
GROUP = GroupCard(
    key="delegation",
    meeting="launch",
    name=Words(zh="代表团", en="Delegation"),
    members=tuple(
        Member(
            lookup=f"{number:032x}",
            card=replace(CARD, invitation=uuid7(), seat=SeatLabel(zone="A", row="1", number=str(number))),
        )
        for number in range(1, 6)
    ),
)

JANE = BusinessCard(name="Jane Roe", phone="+1 555 0100")
VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Jane Roe\nTEL:+1 555 0100\nEND:VCARD"


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that the test moves."""
    return FixedClock()


@pytest.fixture
def kiosk(tmp_path: Path, clock: FixedClock) -> Iterator[Touched]:
    """Return a kiosk that knows one meeting, one guest and one answer."""
    database = Database(tmp_path / "kiosk.sqlite3")
    database.open()
    yield Touched(database, ScreenBoard(idle(), clock), clock, ROSTER)
    database.close()


def shown(kiosk: Touched) -> Screen:
    """Return the screen as it is."""
    return kiosk.board.current()[1]


def kept(kiosk: Touched) -> list[CheckInEvent]:
    """Return the check-ins that are on disk."""
    return [codec.decode(one.payload, CheckInEvent) for one in kiosk.outbox.waiting(50)]


def test_a_guest_without_a_code_is_found_by_name_and_greeted(kiosk: Touched) -> None:
    """Idle, type, find, is this you: three taps, and the usual greeting with the seat (G9)."""
    kiosk.hub.answers[RequestKind.FIND] = {"progress": Progress.ANSWERED, "found": CANDIDATES}
    kiosk.hub.answers[RequestKind.IDENTIFY] = {"progress": Progress.ANSWERED, "lookup": LOOKUP, "card": CARD}
    assert kiosk.touch("no_code")
    assert kiosk.touch("enter", "WJG")
    assert isinstance(shown(kiosk), Found)
    assert kiosk.touch("choose", "0")
    assert [one.text or one.lookup for one in kiosk.hub.asked] == ["WJG", CANDIDATES[0].lookup]
    screen = shown(kiosk)
    assert (screen.kind, screen.salutation, screen.seat) == (Kind.WELCOME, CARD.salutation, CARD.seat)
    (event,) = kept(kiosk)
    assert (event.method, event.lookup, event.verdict) == (Method.FOUND, LOOKUP, Verdict.WELCOME)


def test_a_typed_code_works_without_the_hub(kiosk: Touched) -> None:
    """It opens the roster's entry as a held one does; no drink is offered that nobody would bring."""
    kiosk.hub.there = False
    kiosk.touch("no_code")
    assert kiosk.touch("enter", CODE)
    assert shown(kiosk).kind is Kind.WELCOME
    assert shown(kiosk).order is None
    assert [event.method for event in kept(kiosk)] == [Method.TYPED]
    assert kiosk.hub.asked == []


def test_a_walk_in_is_greeted_or_told_who_comes_or_why_not(kiosk: Touched) -> None:
    """By the venue's policy, which the hub knows."""
    answers: list[tuple[dict[str, Any], Kind]] = [
        ({"progress": Progress.REFUSED, "reason": "no_walk_ins"}, Kind.TOLD),
        ({"progress": Progress.TAKEN}, Kind.TOLD),
        ({"progress": Progress.ANSWERED, "lookup": LOOKUP, "card": CARD}, Kind.WELCOME),
    ]
    for answer, kind in answers:
        kiosk.board.show(idle())
        kiosk.hub.answers = {RequestKind.FIND: {"progress": Progress.ANSWERED}, RequestKind.WALK_IN: answer}
        for touch in [
            ("no_code", ""),
            ("enter", "LI NA"),
            ("walk_in", ""),
            ("enter", "LI NA"),
            ("enter", "13800001234"),
        ]:
            assert kiosk.touch(*touch)
        assert shown(kiosk).kind is kind
    sent = kiosk.hub.asked[-1]
    assert (sent.text, sent.phone, sent.meeting) == ("LI NA", "13800001234", "launch")
    assert [event.method for event in kept(kiosk)] == [Method.WALK_IN]


def test_a_group_is_let_in_with_one_event_each_and_the_seats_are_shown(kiosk: Touched) -> None:
    """Held up or typed; one is unticked (G22)."""
    kiosk.groups["GROUP"] = GROUP
    kiosk.board.show(reading("somebody-else"))
    assert not kiosk.journey.scanned(CODE)
    assert kiosk.journey.scanned("GROUP")
    assert kiosk.touch("tick", "1")
    assert kiosk.touch("enter")
    screen = shown(kiosk)
    assert isinstance(screen, GroupIn)
    assert [guest.seat.number for guest in screen.guests if guest.seat] == ["1", "3", "4", "5"]
    events = kept(kiosk)
    assert {event.method for event in events} == {Method.GROUP}
    assert len({event.id for event in events}) == len({event.lookup for event in events}) == 4


def test_a_group_guest_who_cannot_be_kept_is_not_told_that_they_are_in(
    kiosk: Touched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are; nothing is lost silently."""
    admit = kiosk.reception.admit

    def full(hashed: str, *args: Any) -> Any:  # noqa: ANN401 - the reception's own
        if hashed == GROUP.members[2].lookup:
            raise CannotKeep("full")
        return admit(hashed, *args)

    monkeypatch.setattr(kiosk.reception, "admit", full)
    kiosk.groups["GROUP"] = GROUP
    kiosk.journey.scanned("GROUP")
    kiosk.touch("enter")
    screen = shown(kiosk)
    assert isinstance(screen, GroupIn)
    assert [guest.ok for guest in screen.guests] == [True, True, False, True, True]


def test_nobody_is_welcomed_whose_check_in_is_not_on_disk(kiosk: Touched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk sends the guest to a person."""

    def full(*_: object) -> None:
        raise OutboxFull

    monkeypatch.setattr(kiosk.outbox, "record", full)
    kiosk.touch("no_code")
    kiosk.touch("enter", CODE)
    assert shown(kiosk).kind is Kind.OUT_OF_ORDER


def test_the_next_guests_code_replaces_any_step_and_the_old_answer_finds_nobody(kiosk: Touched) -> None:
    """Who was looked for is not shown, and is not let in, on a screen that is another guest's by now."""
    kiosk.hub.answers[RequestKind.IDENTIFY] = {"progress": Progress.ANSWERED, "lookup": LOOKUP, "card": CARD}
    kiosk.hub.answers[RequestKind.FIND] = {"progress": Progress.ANSWERED, "found": CANDIDATES}
    kiosk.touch("no_code")
    kiosk.touch("enter", "WJG")
    kiosk.hub.meanwhile = lambda: kiosk.board.show(reading("next-guest"))
    kiosk.touch("choose", "0")
    assert shown(kiosk).scan_id == "next-guest"
    assert kept(kiosk) == []


def test_a_touch_meant_for_a_screen_that_is_gone_does_nothing(kiosk: Touched) -> None:
    """Two fingers, or one that comes late."""
    version, _ = kiosk.board.current()
    assert kiosk.journey.press(version, Press("no_code"))
    assert not kiosk.journey.press(version, Press("services"))
    assert isinstance(shown(kiosk), Typing)


def test_a_guest_who_turns_the_language_or_asks_for_help_while_they_wait_keeps_their_answer(kiosk: Touched) -> None:
    """The step goes on, in the language chosen, shown or beneath the help."""
    kiosk.hub.answers[RequestKind.FIND] = {"progress": Progress.ANSWERED, "found": CANDIDATES}
    kiosk.hub.meanwhile = kiosk.board.switch_language
    kiosk.touch("no_code")
    kiosk.touch("enter", "WJG")
    assert isinstance(shown(kiosk), Found)
    assert shown(kiosk).language == "en"
    kiosk.touch("back")
    kiosk.hub.meanwhile = lambda: kiosk.touch("help")
    kiosk.touch("enter", "WJG")
    assert shown(kiosk).kind is Kind.HELP
    kiosk.touch("back")
    assert isinstance(shown(kiosk), Found)


def test_a_drink_is_noted_on_the_greeting_and_help_lets_it_come_back(kiosk: Touched) -> None:
    """The request names the scan; seat and way stay (G21)."""
    kiosk.touch("no_code")
    kiosk.touch("enter", CODE)
    greeting = shown(kiosk)
    assert greeting.order is Order.OFFERED
    assert kiosk.touch("drink", "tea")
    assert shown(kiosk).order is Order.TAKEN
    assert (kiosk.hub.asked[-1].note, kiosk.hub.asked[-1].about) == ("tea", greeting.scan_id)
    kiosk.touch("services")
    kiosk.touch("too_cold")
    assert (kiosk.hub.asked[-1].kind, kiosk.hub.asked[-1].about) == (RequestKind.TOO_COLD, greeting.scan_id)
    assert isinstance(shown(kiosk), Told)
    kiosk.touch("back")
    assert (shown(kiosk).kind, shown(kiosk).seat) == (Kind.WELCOME, CARD.seat)


def test_a_guest_sees_who_comes_as_soon_as_somebody_accepts(kiosk: Touched) -> None:
    """Afterwards, or while the screen was still on its way (G11)."""
    kiosk.touch("help")
    kiosk.touch("call", "luggage")
    assert (shown(kiosk).kind, shown(kiosk).staff) == (Kind.STAFF_COMING, "")
    kiosk.hears(kiosk.hub.asked[-1].id, by="Mei")
    assert shown(kiosk).staff == "Mei"
    kiosk.touch("help")
    kiosk.hub.meanwhile = lambda: kiosk.hears(kiosk.hub.asked[-1].id, by="Lan")
    kiosk.touch("call")
    assert shown(kiosk).staff == "Lan"
    kiosk.hears(uuid7(), by="Somebody for another door")
    assert shown(kiosk).staff == "Lan"


def test_a_vip_sees_who_is_on_the_way(kiosk: Touched) -> None:
    """Under the check-in event's own id (G7)."""
    kiosk.hub.answers[RequestKind.FIND] = {"progress": Progress.ANSWERED, "found": CANDIDATES}
    vip = {"progress": Progress.ANSWERED, "lookup": LOOKUP, "card": replace(CARD, vip=True)}
    kiosk.hub.answers[RequestKind.IDENTIFY] = vip
    kiosk.touch("no_code")
    kiosk.touch("enter", "WJG")
    kiosk.touch("choose", "0")
    assert shown(kiosk).kind is Kind.VIP
    kiosk.hears(shown(kiosk).scan_id, by="Mei")
    assert shown(kiosk).staff == "Mei"


def test_a_business_card_is_the_last_guests_for_a_minute(kiosk: Touched, clock: FixedClock) -> None:
    """Then it is nobody's; it is sent with a yes only (R95)."""
    kiosk.touch("no_code")
    kiosk.touch("enter", CODE)
    greeted = shown(kiosk).scan_id
    for wait_ms, about in ((CARD_OF_LAST_GUEST_MS, greeted), (1, None)):
        clock.ms += wait_ms
        assert kiosk.journey.scanned(VCARD)
        kiosk.touch("yes")
        assert (kiosk.hub.asked[-1].card, kiosk.hub.asked[-1].about) == (JANE, about)
    assert isinstance(shown(kiosk), Told)


def test_answers_come_from_the_roster(kiosk: Touched) -> None:
    """As the house wrote them (R147)."""
    kiosk.touch("services")
    kiosk.touch("answers")
    screen = shown(kiosk)
    assert isinstance(screen, Answers)
    assert screen.answers == (FAQ,)


def test_the_link_never_waits_for_a_guest(kiosk: Touched, wait_until: Wait) -> None:
    """While one guest waits for the hub, what the hub says is taken at once."""
    held = threading.Event()
    kiosk.hub.meanwhile = held.wait
    kiosk.touch("help")
    waiting = threading.Thread(target=kiosk.touch, args=("call",))
    waiting.start()
    wait_until(lambda: kiosk.hub.asked)
    kiosk.hears(uuid7(), by="Mei")
    assert shown(kiosk).kind is Kind.ASKING
    held.set()
    waiting.join()
    assert shown(kiosk).kind is Kind.STAFF_COMING


def test_who_accepted_before_the_screen_was_there_is_named_on_it(kiosk: Touched) -> None:
    """The host may be quicker than the greeting (G7)."""
    vip = Screen(kind=Kind.VIP, languages=("en",), scan_id=uuid7())
    kiosk.hears(vip.scan_id, by="Mei")
    kiosk.board.show(vip)
    assert shown(kiosk).staff == ""
    kiosk.journey.shown(vip.scan_id)
    assert shown(kiosk).staff == "Mei"


def test_the_button_beside_the_screen_calls_a_person_at_once_from_any_screen(kiosk: Touched) -> None:
    """One push, no choice of kinds; what a guest was reading comes back after it."""
    for beneath in (idle(), Screen(kind=Kind.WELCOME, languages=("en",), scan_id=uuid7())):
        kiosk.board.show(beneath)
        asked = len(kiosk.hub.asked)
        kiosk.journey.call()
        assert shown(kiosk).kind is Kind.STAFF_COMING
        (request,) = kiosk.hub.asked[asked:]
        assert (request.kind, request.note, request.about) == (RequestKind.HELP, None, beneath.scan_id or None)
        kiosk.board.leave()
        assert shown(kiosk).kind is beneath.kind
