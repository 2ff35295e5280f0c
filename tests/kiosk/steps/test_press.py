"""What each button leads to, as a pure function of the screen, the touch and what the kiosk knows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.messages import RequestKind
from kiosk.screen import Kind, Order, Screen, idle, reading
from kiosk.steps.press import FINDABLE, HELPS, answers_for, open_meetings, press, todays
from kiosk.steps.screens import (
    Agenda,
    Answers,
    Asking,
    Choosing,
    Form,
    Group,
    Step,
    Told,
    Typing,
    card_step,
    group_step,
)
from kiosk.steps.turns import NOTHING, AdmitGroup, Around, Ask, How, Press, Receive, Turn
from tests.kiosk.cards import CODE
from tests.kiosk.web.samples import MENU, SCREENS
from tests.kiosk.web.step_samples import ANSWERS, CARD, DELEGATION, MORNING, SUMMIT, WORKSHOP

AROUND = Around(id="request-1", now=MORNING, meetings=(SUMMIT,), answers=ANSWERS)
GREETING = replace(SCREENS["welcome-zh"], order=Order.OFFERED, drinks=MENU)


def touch(screen: Screen | None, *touches: tuple[str, str] | str, around: Around = AROUND) -> Turn:
    """Touch one button after the other."""
    turn = Turn(screen)
    for one in touches:
        assert turn.screen is not None
        turn = press(turn.screen, Press(*((one,) if isinstance(one, str) else one)), around)
    return turn


def asked(turn: Turn) -> Ask:
    """Return what the hub is asked, while the screen says so."""
    assert isinstance(turn.effect, Ask)
    assert isinstance(turn.screen, Asking)
    assert turn.screen.request == turn.effect.id == "request-1"
    return turn.effect


def test_who_has_no_code_is_two_taps_and_a_name_from_being_looked_for() -> None:
    """Idle, letters, find: then one of a few masked names (G9: three taps and typing)."""
    turn = touch(idle(), "no_code", ("enter", "wang j"))
    assert asked(turn) == Ask(id="request-1", kind=RequestKind.FIND, text="WANG J")
    identify = touch(SCREENS["found-zh"], ("choose", "1"))
    assert asked(identify).kind is RequestKind.IDENTIFY
    assert asked(identify).lookup == f"{1:032x}"


def test_a_typed_code_is_a_check_in_at_once_with_or_without_the_hub() -> None:
    """Its guest is on the roster."""
    assert touch(idle(), "no_code", ("enter", CODE.lower())) == Turn(effect=Receive(CODE))


@pytest.mark.parametrize(
    ("text", "problem"),
    [("w", "too_short"), ("12", "four_digits"), (CODE[:-1], "wrong_code")],
)
def test_what_cannot_be_looked_for_gets_a_hint_and_stays_typed(text: str, problem: str) -> None:
    """Nobody begins anew."""
    turn = touch(idle(), "no_code", ("enter", text))
    assert turn.effect is None
    assert isinstance(turn.screen, Typing)
    assert (turn.screen.text, turn.screen.problem) == (text.upper(), problem)


def test_letters_are_kept_without_drawing_the_page_anew() -> None:
    """No key moves beneath a finger."""
    turn = touch(idle(), "no_code", ("type", "wj"))
    assert turn.how is How.KEEP
    assert isinstance(turn.screen, Typing)
    assert turn.screen.text == "WJ"


def test_a_walk_in_gives_name_and_phone_and_where_several_meetings_are_open_which() -> None:
    """With one meeting open nothing is asked that is known."""
    told = SCREENS["told-not_found-en"]
    one = touch(told, "walk_in", ("enter", "Li Na"), ("enter", "138 0000 1234"))
    assert asked(one) == Ask(
        id="request-1", kind=RequestKind.WALK_IN, text="LI NA", phone="13800001234", meeting="summit"
    )
    several = replace(AROUND, meetings=(SUMMIT, WORKSHOP))
    which = touch(told, "walk_in", ("enter", "Li Na"), ("enter", "138 0000 1234"), around=several)
    assert isinstance(which.screen, Choosing)
    assert asked(touch(which.screen, ("choose", "1"), around=several)).meeting == "workshop"
    none = touch(told, "walk_in", ("enter", "Li Na"), ("enter", "138 0000 1234"), around=replace(AROUND, meetings=()))
    assert asked(none).meeting == ""


@pytest.mark.parametrize(("typed", "problem"), [(("", ""), "too_short"), (("Li Na", "12"), "no_phone")])
def test_a_walk_in_without_a_name_or_a_number_is_asked_again(typed: tuple[str, str], problem: str) -> None:
    """Politely, at the field that lacks it."""
    turn = touch(SCREENS["told-not_found-en"], "walk_in", ("enter", typed[0]))
    if turn.screen is not None and isinstance(turn.screen, Typing) and turn.screen.form is Form.PHONE:
        turn = touch(turn.screen, ("enter", typed[1]))
    assert isinstance(turn.screen, Typing)
    assert turn.screen.problem == problem


def test_a_meeting_that_is_over_cancelled_or_not_open_yet_is_offered_only_where_none_is_open() -> None:
    """Who comes too early for the only meeting of the day may still say that they came."""
    later = replace(SUMMIT, key="later", doors_at=MORNING + timedelta(hours=2))
    over = replace(SUMMIT, key="over", ends_at=MORNING)
    cancelled = replace(SUMMIT, key="cancelled", cancelled=True)
    next_week = replace(later, key="next", doors_at=MORNING + timedelta(days=7))
    assert open_meetings((later, over, cancelled, next_week, SUMMIT), MORNING) == (SUMMIT,)
    assert open_meetings((later, over, cancelled, next_week), MORNING) == (later,)


@pytest.mark.parametrize("drink", [one.drink for one in MENU])
def test_a_drink_is_one_tap_and_names_the_guest(drink: str) -> None:
    """The greeting stays, with what becomes of it (G21)."""
    turn = touch(GREETING, ("drink", drink))
    assert turn.screen == replace(GREETING, order=Order.ASKED, request="request-1")
    assert turn.effect == Ask(id="request-1", kind=RequestKind.DRINK, note=drink, about="scan-1")
    assert turn.screen is not None
    assert touch(turn.screen, ("drink", drink)) == NOTHING


def test_no_drink_is_a_drink_nobody_is_asked_for() -> None:
    """Nor is anything asked where the hub was away."""
    assert touch(GREETING, ("drink", "none")) == Turn(replace(GREETING, order=Order.DECLINED))
    assert touch(GREETING, ("drink", "whisky")) == NOTHING
    assert touch(replace(GREETING, drinks=MENU[1:]), ("drink", MENU[0].drink)) == NOTHING
    assert touch(SCREENS["welcome-zh"], ("drink", "tea")) == NOTHING


def test_help_begins_with_just_calling_somebody_and_says_who_asks() -> None:
    """From a greeting the request names its guest, and the greeting comes back (R101)."""
    turn = touch(GREETING, "help")
    assert turn.how is How.OVER
    called = asked(touch(turn.screen, "call"))
    assert (called.kind, called.note, called.about) == (RequestKind.HELP, "", "scan-1")
    for note in HELPS:
        assert asked(touch(turn.screen, ("call", note))).note == note
    assert touch(turn.screen, ("call", "whatever")) == NOTHING


def test_who_comes_without_a_code_need_not_wait_for_the_greeting_before_to_end() -> None:
    """Help is there on every screen, and leads on to being found; what is asked then is not asked for that guest."""
    help_step = touch(GREETING, "help").screen
    typing = touch(help_step, "no_code").screen
    assert isinstance(typing, Typing)
    found = asked(touch(typing, ("enter", "wang")))
    assert (found.kind, found.about) == (RequestKind.FIND, "")


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_help_and_the_way_back_are_on_every_screen(name: str) -> None:
    """Nobody is stuck: help leads to help, and back never leads to a question."""
    screen = SCREENS[name]
    helped = press(screen, Press("help"), AROUND)
    assert helped == NOTHING if screen.kind is Kind.HELP else helped.screen is not None
    back = press(screen, Press("back"), AROUND)
    assert back.effect is None
    assert (back == NOTHING) is (screen.kind in {Kind.IDLE, Kind.READING})


@pytest.mark.parametrize("kind", [RequestKind.TOO_COLD, RequestKind.TOO_HOT])
def test_too_cold_and_too_hot_are_two_taps_from_idle_and_from_a_greeting(kind: RequestKind) -> None:
    """And name the guest who was greeted."""
    assert asked(touch(idle(), "services", kind.value)).about == ""
    assert asked(touch(GREETING, "services", kind.value)) == Ask(id="request-1", kind=kind, about="scan-1")


def test_the_agenda_is_todays_with_the_guests_own_meeting_first() -> None:
    """Live from the roster (R103, R147); what is over or cancelled is left out."""
    over = replace(SUMMIT, key="over", ends_at=MORNING)
    around = replace(AROUND, meetings=(SUMMIT, WORKSHOP, over))
    turn = touch(idle(), "services", "agenda", around=around)
    assert isinstance(turn.screen, Agenda)
    assert [meeting.key for meeting in turn.screen.meetings] == ["summit", "workshop"]
    assert [one.key for one in todays(around.meetings, MORNING, own=WORKSHOP.title)] == ["workshop", "summit"]
    greeted = replace(GREETING, meeting=WORKSHOP.title)
    own = touch(greeted, "services", "agenda", around=around).screen
    assert isinstance(own, Agenda)
    assert own.meetings[0] == WORKSHOP
    assert touch(turn.screen, ("page", "back")) == NOTHING
    last = touch(turn.screen, ("page", "next"), ("page", "next")).screen
    assert touch(last, ("page", "next")) == NOTHING


def test_what_is_kept_of_a_guest_is_read_behind_a_touch() -> None:
    """PIPL Art. 17, GDPR Art. 13, ETSI EN 303 645 6: among the services, which idle names; and back to them."""
    shown = touch(idle(), "services", "privacy").screen
    assert shown == Step(kind=Kind.PRIVACY, languages=("zh",))
    assert shown.asks, "it goes by itself, as every step"
    assert touch(shown, "back").screen == Step(kind=Kind.SERVICES, languages=("zh",))
    assert touch(idle(), "privacy").screen is None


def test_an_answer_is_three_taps_away_and_back_leads_to_the_questions() -> None:
    """Paged with buttons."""
    asks = touch(idle(), "services", "answers")
    assert isinstance(asks.screen, Answers)
    shown = touch(asks.screen, ("page", "next"), ("choose", "4")).screen
    assert isinstance(shown, Answers)
    assert shown.chosen == 4
    assert touch(shown, "back").screen == replace(shown, chosen=None)
    assert touch(shown, "back", "back").screen == Step(kind=Kind.SERVICES, languages=("zh",))
    assert touch(asks.screen, ("choose", "5")) == NOTHING


def test_a_group_is_all_ticked_and_one_tap_lets_everybody_in() -> None:
    """Who is absent is unticked, and ticked again; nobody ticked is nobody let in (G22)."""
    group = group_step(DELEGATION, "en")
    everyone = touch(group, "enter").effect
    assert everyone == AdmitGroup(DELEGATION, (0, 1, 2, 3, 4, 5), ("en",))
    without = touch(group, ("tick", "1"), ("tick", "3"), ("tick", "1"), "enter").effect
    assert isinstance(without, AdmitGroup)
    assert without.ticked == (0, 1, 2, 4, 5)
    nobody = touch(group, *[("tick", str(at)) for at in range(6)]).screen
    assert isinstance(nobody, Group)
    assert touch(nobody, "enter") == NOTHING
    assert touch(group, ("tick", "6")) == NOTHING


def test_a_business_card_is_sent_only_with_a_yes() -> None:
    """Without one nothing of it leaves the kiosk (R95)."""
    step = card_step(CARD, "zh", about="scan-1")
    yes = asked(touch(step, "yes"))
    assert (yes.kind, yes.card, yes.about) == (RequestKind.BUSINESS_CARD, CARD, "scan-1")
    no = touch(step, "no")
    assert no.effect is None
    assert isinstance(no.screen, Told)
    assert "王建国" not in repr(no.screen)


def test_what_was_typed_comes_back_with_the_guest() -> None:
    """Back from the names, back from the phone, again after nobody was found."""
    found = touch(SCREENS["found-zh"], "back").screen
    assert isinstance(found, Typing)
    phone = SCREENS["walk_in-phone-zh"]
    name = touch(phone, "back").screen
    assert isinstance(name, Typing)
    assert (name.form, name.text) == (Form.NAME, "LI NA")
    again = touch(SCREENS["told-type-en"], "no_code").screen
    assert isinstance(again, Typing)
    assert again.text == "WJG"


@pytest.mark.parametrize("kind", sorted(FINDABLE))
def test_who_holds_a_code_that_cannot_be_read_may_be_found_by_name_instead(kind: Kind) -> None:
    """The next step of such a refusal is not only to wait for a person."""
    assert isinstance(touch(SCREENS[f"{kind}-both-en"], "no_code").screen, Typing)
    assert touch(SCREENS["revoked-both-en"], "no_code") == NOTHING


def test_nothing_is_pressed_while_a_code_is_read() -> None:
    """But help."""
    for action in ("back", "no_code", "drink", "enter", "call", "choose"):
        assert touch(reading("scan-1"), action) == NOTHING


@given(
    st.sampled_from(sorted(SCREENS)),
    st.sampled_from(
        [
            "help",
            "back",
            "services",
            "no_code",
            "drink",
            "type",
            "enter",
            "choose",
            "none",
            "walk_in",
            "page",
            "tick",
            "call",
        ]
    ),
    st.one_of(st.text(max_size=30), st.integers(-5, 10**9).map(str), st.sampled_from(["next", "back", "²", "٣"])),
)
def test_no_touch_of_any_screen_breaks_anything(name: str, action: str, value: str) -> None:
    """A page out of step, or a hand at the address bar, changes nothing that it should not."""
    turn = press(SCREENS[name], Press(action, value), AROUND)
    assert isinstance(turn, Turn)


def test_a_meeting_s_own_answers_are_for_its_guests_alone() -> None:
    """Who has not been greeted reads what the house tells everybody (R147)."""
    everybody, summit = replace(ANSWERS[0], meeting=None), replace(ANSWERS[1], meeting=SUMMIT.key)
    assert answers_for((everybody, summit), (SUMMIT,), None) == (everybody,)
    assert answers_for((everybody, summit), (SUMMIT,), SUMMIT.title) == (everybody, summit)
    assert answers_for((everybody, summit), (), SUMMIT.title) == (everybody,)
