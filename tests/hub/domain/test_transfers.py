"""A pick-up's states: the whole table, and how it follows its task."""

from dataclasses import replace
from typing import Any

import pytest

from hub.domain.errors import NotOpen
from hub.domain.task_kinds import RULES, TaskKind
from hub.domain.transfers import PlaceKind, Transfer, TransferState, follow, step
from hub.domain.words import Words
from tests.hub.build import T0

PLANNED, UNDER_WAY, MET, DELIVERED, CANCELLED = TransferState
PICK_UP = Transfer(invitation="inv-1", kind=PlaceKind.AIRPORT, place=Words("T3", "T3"), eta=T0)
NEXT = {
    PLANNED: {UNDER_WAY, MET, DELIVERED, CANCELLED},
    UNDER_WAY: {MET, DELIVERED, CANCELLED},
    MET: {DELIVERED},
    DELIVERED: set(),
    CANCELLED: set(),
}


@pytest.mark.parametrize("to", list(TransferState))
@pytest.mark.parametrize("state", list(TransferState))
def test_a_pick_up_moves_forward_only(state: TransferState, to: TransferState) -> None:
    """Steps may be skipped, since nobody notes each; whoever was met is not cancelled any more."""
    one = replace(PICK_UP, state=state)
    if to in NEXT[state]:
        assert step(one, to).state is to
    else:
        with pytest.raises(NotOpen, match=state.replace("_", " ")):
            step(one, to)


@pytest.mark.parametrize(
    ("state", "task", "reached"),
    [
        (PLANNED, {}, PLANNED),
        (PLANNED, {"accepted": True}, UNDER_WAY),
        (UNDER_WAY, {"accepted": True, "ticked": ("met",)}, MET),
        (PLANNED, {"accepted": True, "ticked": ("met", "luggage")}, MET),
        (UNDER_WAY, {"accepted": True, "ticked": ("handed_over",)}, DELIVERED),
        (UNDER_WAY, {"done": True}, DELIVERED),
        (MET, {"accepted": True}, MET),
        (DELIVERED, {"accepted": True, "ticked": ("met",)}, DELIVERED),
        (CANCELLED, {"done": True}, CANCELLED),
    ],
)
def test_a_pick_up_follows_its_task_and_never_goes_back(
    state: TransferState, task: dict[str, Any], reached: TransferState
) -> None:
    """The greeter ticks what is done; nobody enters it twice (R89)."""
    assert follow(replace(PICK_UP, state=state), **({"accepted": False, "done": False} | task)).state is reached


def test_the_checklist_begins_with_the_meeting_and_ends_with_the_hand_over() -> None:
    """The words that the states follow are steps of the task."""
    steps = RULES[TaskKind.TRANSFER].steps
    assert (steps[0], steps[-1], len(steps)) == ("met", "handed_over", 5)
