import pytest

from hub.domain.materials import NOTHING, Document, Given, HandOut, Materials
from hub.domain.meetings import Venue
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import T0, furnished

MATERIALS = Materials(
    notes=Words("请静音", "Silence, please"),
    documents=(Document(Words("手册", "Handbook"), "https://files.example.com/a.pdf"),),
    hand_outs=(HandOut("bag", Words("资料袋", "Bag"), 200), HandOut("pen", Words("笔", "Pen"), 0)),
)


def given(number: int, hand_out: str = "bag", invitation: str | None = None) -> Given:
    """Return a piece that was given."""
    return Given(id=f"g-{number}", meeting="m-launch", hand_out=hand_out, invitation=invitation, by="小李", at=T0)


def test_materials_come_back_whole_and_are_replaced_as_a_whole(store: Store) -> None:
    """A meeting without any has nothing."""
    with furnished(store).write() as tx:
        assert tx.materials.of_meeting("m-launch") == NOTHING
        tx.materials.save("m-launch", MATERIALS)
        assert tx.materials.of_meeting("m-launch") == MATERIALS
        tx.materials.save("m-launch", Materials(notes=MATERIALS.notes))
    with store.read() as tx:
        assert tx.materials.of_meeting("m-launch") == Materials(notes=MATERIALS.notes)


def test_a_guest_counts_once_for_each_hand_out_and_others_each_time(store: Store) -> None:
    """Held by the database, whoever asks twice at once."""
    with furnished(store).write() as tx:
        for one in (
            given(1, invitation="inv-1"),
            given(2, invitation="inv-1"),
            given(3, "pen", "inv-1"),
            given(4),
            given(5),
        ):
            tx.materials.give(one)
    with store.read() as tx:
        assert tx.materials.given("m-launch") == {"bag": 3, "pen": 1}
        assert tx.materials.given_to("inv-1") == {"bag", "pen"}
        assert tx.materials.given_to("inv-2") == frozenset()


def test_the_house_keeps_its_notes(store: Store) -> None:
    """With its names."""
    venue = Venue(name=Words("会场", "House"), zone="Asia/Shanghai", notes=Words("请勿吸烟", "No smoking"))
    with store.write() as tx:
        tx.meetings.save_venue(venue)
        assert tx.meetings.venue() == venue


@pytest.mark.parametrize("meeting", ["", "m-other"])
def test_a_meeting_that_is_not_there_has_nothing(store: Store, meeting: str) -> None:
    """And nothing given."""
    with store.read() as tx:
        assert tx.materials.of_meeting(meeting) == NOTHING
        assert tx.materials.given(meeting) == {}
