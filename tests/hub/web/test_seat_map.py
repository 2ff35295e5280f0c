"""The drawing tells a seat's kind by shape and its state by fill, and stays drawable for any hall."""

import pytest

from hub.domain.attendance import Attendee, Held
from hub.domain.meetings import SetUpStyle
from hub.domain.seat_maps import SeatPlan, build
from hub.domain.seats import Seat, SeatKind
from hub.domain.words import Words
from hub.web.seat_map import MARGIN, MOST, UNIT, Seating, draw_seats
from tests.hub.build import seat_map
from tests.hub.web.scene import EN, ZH

PLANS = {
    SetUpStyle.THEATRE: SeatPlan(zones=("A", "B"), rows=4, seats_per_row=6, vip_rows=1),
    SetUpStyle.CLASSROOM: SeatPlan(rows=3, seats_per_row=6),
    SetUpStyle.U_SHAPE: SeatPlan(),
    SetUpStyle.BOARDROOM: SeatPlan(),
    SetUpStyle.CABARET: SeatPlan(),
    SetUpStyle.BANQUET_ROUNDS: SeatPlan(),
}


def held(seat: str, *, occupied: bool = False, vip: bool = False) -> Held:
    """Return that Wang holds a seat."""
    who = Attendee(invitation="inv-1", name="王建国", salutation=Words("王总", "Mr Wang"), company="腾云", vip=vip)
    return Held(seat=seat, who=who, occupied=occupied)


def test_each_state_has_its_fill_and_each_kind_its_shape() -> None:
    """So that nobody needs to tell colours apart (R96)."""
    seats = seat_map(rows=1, numbers=4)
    seats[3] = Seat(**{name: getattr(seats[3], name) for name in seats[3].__slots__} | {"kind": SeatKind.VIP})
    found = Seating(seats, {"A-1-2": held("A-1-2"), "A-1-3": held("A-1-3", occupied=True, vip=True)})
    drawn = draw_seats(found, ZH)
    assert drawn is not None
    assert [(mark.shape, mark.fill) for mark in drawn.marks] == [
        ("plain", "empty"),
        ("plain", "kept"),
        ("vip", "taken"),
        ("vip", "empty"),
    ]
    assert dict(drawn.tally) == {"empty": 2, "leased": 0, "kept": 1, "taken": 1}


def test_a_seat_that_is_lent_to_a_door_says_to_which() -> None:
    """Staff do not send a guest there; a guest who sits there counts first."""
    leased = {"A-1-1": Words("东门", "East Gate"), "A-1-2": Words("东门", "East Gate")}
    found = Seating(seat_map(rows=1, numbers=3), {"A-1-2": held("A-1-2", occupied=True)}, leased)
    for tongue, door in ((ZH, "东门"), (EN, "East Gate")):
        drawn = draw_seats(found, tongue)
        assert drawn is not None
        assert [mark.fill for mark in drawn.marks] == ["leased", "taken", "empty"]
        assert [door in mark.words for mark in drawn.marks] == [True, False, False]


def test_a_seat_says_in_words_whose_it_is() -> None:
    """In either language, with all that the shape says."""
    seats = [Seat(**{name: getattr(seat_map()[0], name) for name in Seat.__slots__} | {"step_free": True})]
    for tongue, words in ((ZH, "王总 王建国 腾云 已入座 无障碍"), (EN, "Mr Wang 王建国 腾云 seated Step-free")):
        drawn = draw_seats(Seating(seats, {"A-1-1": held("A-1-1", occupied=True)}), tongue)
        assert drawn is not None
        assert drawn.marks[0].step_free
        for word in words.split():
            assert word in drawn.marks[0].words


@pytest.mark.parametrize("style", list(SetUpStyle))
def test_every_set_up_fits_its_picture_and_no_name_lies_on_a_chair(style: SetUpStyle) -> None:
    """All chairs and captions are inside; a caption is never where somebody sits."""
    drawn = draw_seats(Seating(build(style, PLANS[style]), {}), EN)
    assert drawn is not None
    for x, y in [(one.x, one.y) for one in drawn.marks] + [(one.x, one.y) for one in drawn.captions]:
        assert 0 <= x <= drawn.width
        assert 0 <= y <= drawn.height
    for caption in drawn.captions:
        nearest = min(((mark.x - caption.x) ** 2 + (mark.y - caption.y) ** 2) ** 0.5 for mark in drawn.marks)
        assert nearest > UNIT * 0.6, caption


def test_a_map_may_begin_anywhere() -> None:
    """A zone cut out of a large hall is drawn from its own corner."""
    drawn = draw_seats(Seating(seat_map(rows=2, numbers=2), {}), EN)
    assert drawn is not None
    assert min(mark.x for mark in drawn.marks) == MARGIN * UNIT
    assert drawn.size == "s"


def test_a_very_large_hall_is_drawn_zone_by_zone() -> None:
    """One is chosen; an unknown one is the first; the others can be reached."""
    seats = build(SetUpStyle.THEATRE, SeatPlan(zones=("A", "B", "C"), rows=26, seats_per_row=20))
    assert len(seats) > MOST
    first = draw_seats(Seating(seats, {}), EN)
    third = draw_seats(Seating(seats, {}), EN, "C")
    assert first is not None
    assert third is not None
    assert (first.zone, third.zone) == ("A", "C")
    assert first.zones == ("A", "B", "C")
    assert len(third.marks) == 520
    assert third.deep
    assert draw_seats(Seating(seats, {}), EN, "<script>") == first


def test_a_meeting_without_seats_has_no_map() -> None:
    """Free seating is no error."""
    assert draw_seats(Seating([], {}), EN) is None
