"""What the hub's answers lead to."""

from dataclasses import replace
from typing import Any

import pytest

from devices.contract.messages import Method, Progress, RequestAnswer, RequestKind
from kiosk.screen import Kind, Order, accepted, staff_called
from kiosk.steps.heard import heard, ordered
from kiosk.steps.screens import Asking, Found, Said, Told, Typing
from kiosk.steps.turns import Admit, Turn
from tests.kiosk.cards import CARD
from tests.kiosk.web.samples import SCREENS
from tests.kiosk.web.step_samples import CANDIDATES

ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def asking(want: RequestKind, note: str = "") -> Asking:
    """Return the screen of a guest who waits."""
    return Asking(languages=("en",), request=ID, want=want, note=note, text="WJG")


def hears(want: RequestKind, note: str = "", **told: Any) -> Turn:  # noqa: ANN401 - an answer's fields
    """Let the hub answer."""
    return heard(asking(want, note), RequestAnswer(**{"id": ID, "progress": Progress.ANSWERED} | told))


def said(turn: Turn) -> Said:
    """Return what the guest is told."""
    assert isinstance(turn.screen, Told)
    return turn.screen.said


def test_a_search_leads_to_masked_names_or_to_typing_more_or_to_a_way_on() -> None:
    """Found, too many, none."""
    found = hears(RequestKind.FIND, found=CANDIDATES).screen
    assert isinstance(found, Found)
    assert found.candidates == CANDIDATES
    many = hears(RequestKind.FIND, more=True).screen
    assert isinstance(many, Typing)
    assert (many.text, many.problem) == ("WJG", "too_many")
    assert said(hears(RequestKind.FIND)) is Said.NOT_FOUND


@pytest.mark.parametrize(
    ("want", "method"), [(RequestKind.IDENTIFY, Method.FOUND), (RequestKind.WALK_IN, Method.WALK_IN)]
)
def test_a_card_lets_its_guest_in(want: RequestKind, method: Method) -> None:
    """As found, or as a walk-in; without a card a person comes."""
    assert hears(want, card=CARD, lookup="0" * 32).effect == Admit("0" * 32, CARD, method)
    taken = hears(want, progress=Progress.TAKEN).screen
    assert taken is not None
    assert taken.kind is Kind.STAFF_COMING or said(Turn(taken)) is Said.WALK_IN_TAKEN


@pytest.mark.parametrize("reason", ["not_found", "not_here", "no_walk_ins", "too_many_questions"])
def test_a_refusal_names_its_reason(reason: str) -> None:
    """Each has words of its own; a reason that a newer hub gives is told as the mildest."""
    assert said(hears(RequestKind.WALK_IN, progress=Progress.REFUSED, reason=reason)) == reason
    assert said(hears(RequestKind.FIND, progress=Progress.REFUSED, reason="new")) is Said.NOT_HERE
    assert said(hears(RequestKind.HELP, progress=Progress.REFUSED)) is Said.NOT_HERE


@pytest.mark.parametrize("want", [kind for kind in RequestKind if kind not in {RequestKind.ROSTER, RequestKind.DRINK}])
def test_a_silent_hub_is_never_taken_for_a_yes(want: RequestKind) -> None:
    """The guest is sent to a person, in words that fit what they wanted, with what they typed kept."""
    screen = heard(asking(want), None).screen
    assert screen is not None
    if want is RequestKind.HELP:
        assert screen.kind is Kind.STAFF_BUSY
    else:
        looked_up = want in {RequestKind.FIND, RequestKind.IDENTIFY}
        assert said(Turn(screen)) is (Said.HUB_AWAY if looked_up else Said.NOT_SENT)
        assert isinstance(screen, Told)
        assert screen.text == "WJG"


def test_a_fault_is_answered_with_an_apology_first() -> None:
    """R152; and the guest still learns who comes."""
    turn = hears(RequestKind.HELP, "equipment", progress=Progress.TAKEN)
    assert said(turn) is Said.EQUIPMENT
    assert turn.screen is not None
    coming = accepted(turn.screen, ID, "Mei")
    assert coming is not None
    assert coming.staff == "Mei"


def test_who_accepts_is_shown_to_the_guest_who_asked_and_to_nobody_else() -> None:
    """G11 and G7: the call's own id, or the event's whose VIP is met."""
    call = hears(RequestKind.HELP, progress=Progress.TAKEN).screen
    assert call == staff_called(reached=True, request=ID)
    assert call is not None
    assert accepted(call, ID, "Mei") == replace(call, staff="Mei", called=True)
    assert accepted(call, "another", "Mei") is None
    vip = SCREENS["vip-not-called-en"]
    assert accepted(vip, "scan-1", "Mei") == replace(vip, staff="Mei", called=True)
    assert accepted(SCREENS["welcome-en"], "scan-1", "Mei") is None
    assert accepted(SCREENS["idle-both-zh"], "", "Mei") is None


def test_an_acceptance_that_came_first_is_shown_at_once() -> None:
    """Somebody may be quicker than the screen."""
    assert hears(RequestKind.HELP, progress=Progress.ACCEPTED, by="Mei").screen == staff_called(
        reached=True, request=ID, staff="Mei"
    )


@pytest.mark.parametrize(
    ("answer", "order"),
    [
        (RequestAnswer(id=ID, progress=Progress.TAKEN), Order.TAKEN),
        (RequestAnswer(id=ID, progress=Progress.REFUSED), Order.FAILED),
        (None, Order.FAILED),
    ],
)
def test_a_greeting_says_what_became_of_the_drink(answer: RequestAnswer | None, order: Order) -> None:
    """Only the one on which it was chosen."""
    waits = replace(SCREENS["welcome-zh"], order=Order.ASKED, request=ID)
    assert ordered(waits, ID, answer) == replace(waits, order=order)
    assert ordered(waits, "another", answer) is None
    assert ordered(SCREENS["welcome-zh"], ID, answer) is None
