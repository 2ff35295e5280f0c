import pytest

from hub.domain.meetings import SetUpStyle
from hub.domain.seat_maps import SeatPlan, build
from hub.usecases.cards import seat_label


@pytest.mark.parametrize("style", list(SetUpStyle))
def test_a_kiosk_names_every_seat_as_the_seat_map_does(style: SetUpStyle) -> None:
    """Its events name the seat that its screen showed, and know it only as a guest reads it (decision 54)."""
    for seat in build(style, SeatPlan()):
        on_card = seat_label(seat)
        assert on_card is not None
        assert on_card.label == seat.label
