"""An incident goes its way by the table, and only so (R132, R133, R134)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.errors import InvalidInput, NotFound, NotOpen, Refused
from hub.domain.incidents import (
    MOVES,
    Impact,
    Incident,
    IncidentMove,
    IncidentState,
    evacuation,
    freezes,
    move,
    next_of,
    said,
    steps_of,
    tick,
    with_impact,
)
from hub.domain.playbooks import IncidentKind, Playbook, PlaybookStep
from hub.domain.task_kinds import Role
from hub.domain.words import Words
from tests.hub.build import T0, at

FIRE = Incident(
    id="i-1",
    kind=IncidentKind.FIRE,
    room="hall",
    place=Words("大厅", "Grand Hall"),
    reported_by="小李",
    reported_at=T0,
    told_at=T0,
)
BOOK = Playbook(
    kind=IncidentKind.FIRE,
    steps=(
        PlaybookStep(key="call", words=Words("打 119", "Call"), owner=Role.EMERGENCY, within=timedelta(seconds=60)),
        PlaybookStep(key="out", words=Words("疏散", "Out"), owner=Role.RECEPTIONIST, within=timedelta(seconds=120)),
        PlaybookStep(
            key="seen", words=Words("正常", "Well"), owner=Role.EMERGENCY, within=timedelta(seconds=90), human=False
        ),
    ),
)


def go(*moves: IncidentMove, incident: Incident = FIRE) -> Incident:
    """Take one move a minute."""
    for minute, one in enumerate(moves, 1):
        incident = move(incident, one, at(60 * minute))
    return incident


def test_the_whole_way_keeps_every_time() -> None:
    """Reported, responding, contained, resolved, reviewed, closed."""
    resolved = go(
        IncidentMove.RESPOND,
        IncidentMove.CONTAIN,
        IncidentMove.RESOLVE,
        incident=with_impact(FIRE, Impact.DELAY, 12),
    )
    assert (resolved.contained_at, resolved.resolved_at, resolved.ended_at) == (at(120), at(180), None)
    closed = move(
        replace(move(resolved, IncidentMove.REVIEW, at(240)), outcome="换了插座"), IncidentMove.CLOSE, at(300)
    )
    assert (closed.state, closed.ended_at, closed.amount) == (IncidentState.CLOSED, at(300), 12)
    again = move(closed, IncidentMove.REOPEN, at(400))
    assert (again.state, again.ended_at, again.reopened) == (IncidentState.REOPENED, None, 1)


@pytest.mark.parametrize("state", list(IncidentState))
@pytest.mark.parametrize("what", list(IncidentMove))
def test_what_the_table_does_not_list_is_refused(state: IncidentState, what: IncidentMove) -> None:
    """Every pair of a state and a move is either in the table or not open."""
    incident = replace(with_impact(FIRE, Impact.NONE, 0), state=state, outcome="well")
    target = MOVES[what].get(state)
    if target is None:
        with pytest.raises(NotOpen):
            move(incident, what, T0)
    else:
        assert move(incident, what, T0).state is target


def test_it_is_not_resolved_before_somebody_says_what_the_client_had_of_it() -> None:
    """R132; and not closed without an outcome (R66)."""
    with pytest.raises(Refused, match="client"):
        go(IncidentMove.RESPOND, IncidentMove.RESOLVE)
    reviewed = replace(with_impact(FIRE, Impact.NONE, 7), state=IncidentState.REVIEWED)
    assert reviewed.amount == 0
    with pytest.raises(Refused, match="how it ended"):
        move(reviewed, IncidentMove.CLOSE, T0)
    for impact, amount in ((Impact.DELAY, 0), (Impact.PEOPLE, -1), (Impact.PEOPLE, 100_001)):
        with pytest.raises(InvalidInput) as wrong:
            with_impact(FIRE, impact, amount)
        assert wrong.value.field == "amount"


def test_steps_have_their_targets_from_the_report_and_only_people_tick_some() -> None:
    """R134: the hub may tick what it sees done, and nothing else."""
    steps = steps_of(BOOK, T0)
    assert [(one.position, one.due_at) for one in steps] == [(1, at(60)), (2, at(120)), (3, at(90))]
    with pytest.raises(Refused, match="person"):
        tick(steps, 1, "hub", at(5), person=False)
    assert tick(steps, 3, "hub", at(5), person=False).done_by == "hub"
    with pytest.raises(NotFound):
        tick(steps, 4, "小李", at(5), person=True)
    called = tick(steps, 1, "小李", at(5), person=True)
    assert (called.done_at, called.done_by) == (at(5), "小李")
    now = (called, *steps[1:])
    following = next_of(now, Role.EMERGENCY)
    assert following is not None
    assert following.key == "seen"
    assert next_of(now, Role.LOGISTICS) is None
    assert tick(now, 1, "小陈", at(9), person=True).done_at is None  # a tick is taken back


def test_a_fire_stops_the_comfort_and_shows_the_way_out_but_a_drill_stops_nothing() -> None:
    """C.3.4: fire and earthquake go before everything; what is over does not, nor does a broken projector."""
    drill = replace(FIRE, id="i-2", drill=True, reported_at=at(-60))
    broken = replace(FIRE, id="i-3", kind=IncidentKind.EQUIPMENT_FAILURE)
    assert freezes([drill, FIRE])
    assert not freezes([drill, broken])
    assert evacuation([drill, FIRE, broken]) == FIRE  # what is real goes before an exercise
    assert evacuation([drill]) == drill
    assert evacuation([broken, replace(FIRE, state=IncidentState.RESOLVED)]) is None


def test_what_people_write_is_tidied_and_bounded() -> None:
    """A note of nothing, of a whole book, or of control characters is refused with its field."""
    assert said("  换了 \n 插座 ", "note", needed=True) == "换了 插座"
    assert said("", "note") == ""
    for text in ("", "x" * 501, "a\x07b"):
        with pytest.raises(InvalidInput) as wrong:
            said(text, "outcome", needed=True)
        assert wrong.value.field == "outcome"
