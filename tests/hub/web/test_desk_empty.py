"""Booked rooms that nobody has come to, on the desk's page: given up, kept, and given back by a person (C.3.5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hub.domain.no_show import NoShow, NoShowState
from hub.domain.words import Words
from hub.ports import Store
from hub.web.desk_empty import CHOICES
from hub.web.language import Tongue
from tests.hub.build import meeting
from tests.hub.usecases.following import SIDE
from tests.hub.web.scene import NOW, OURS, TONGUES, on_duty, page

ROW = NoShow(
    meeting="m-talks",
    state=NoShowState.ASKED,
    starts_at=NOW - timedelta(minutes=20),
    since=NOW - timedelta(minutes=50),
    looked_at=NOW,
    blind=timedelta(minutes=5),
    expected=12,
)


@pytest.fixture
def empty(house: Store) -> Store:
    """Give a house with a meeting that began twenty minutes ago, and of which nobody has come."""
    with house.write() as tx:
        tx.meetings.save_room(SIDE)
        talks = meeting("talks", title=Words("洽谈", "Talks"), room=SIDE.key, number=77, agenda=())
        began, ends = ROW.starts_at, NOW + timedelta(hours=1)
        tx.meetings.save(replace(talks, doors_at=began, starts_at=began, ends_at=ends))
        tx.no_shows.save(ROW)
    return house


def state(store: Store) -> NoShowState:
    """Return how far it is with the meeting."""
    with store.read() as tx:
        return tx.no_shows.get([ROW.meeting])[ROW.meeting].state


@pytest.mark.parametrize("tongue", TONGUES)
@pytest.mark.parametrize("stands", list(CHOICES))
def test_what_was_seen_is_said_with_what_can_be_done(
    client: FlaskClient, empty: Store, tongue: Tongue, stands: NoShowState
) -> None:
    """In words; nothing of it is left over."""
    with empty.write() as tx:
        tx.no_shows.save(replace(ROW, state=stands))
    client.set_cookie("yingbin_language", tongue.language)
    text = page(on_duty(client).get("/desk"))
    assert tongue.say(f"desk.empty.state.{stands}") in text
    assert tongue.say("desk.empty.seen", arrived=0, expected=12) in text
    assert tongue.say("desk.empty.blind", n=10) in text
    for way in ("release", "keep", "back"):
        assert (f'name="do" value="{way}"' in text) == (way in CHOICES[stands])


def test_a_person_gives_the_room_up_and_back_and_keeps_it(client: FlaskClient, empty: Store) -> None:
    """Each with one tap, under their name."""
    on_duty(client)
    for way, then in (
        ("release", NoShowState.RELEASED),
        ("back", NoShowState.CLEARED),
    ):
        assert client.post(f"/desk/empty/{ROW.meeting}", data={"do": way}, headers=OURS).status_code == 303
        assert state(empty) is then
    with empty.read() as tx:
        done = [one.action for one in tx.records.audited(ROW.meeting, NOW - timedelta(days=1), 9)]
    assert done == ["no_show.undone", "no_show.released"]
    with empty.write() as tx:
        tx.no_shows.save(ROW)
    client.post(f"/desk/empty/{ROW.meeting}", data={"do": "keep"}, headers=OURS)
    assert state(empty) is NoShowState.CLEARED
    assert "desk/empty/" not in page(client.get("/desk"))


def test_what_is_no_decision_is_refused(client: FlaskClient, empty: Store) -> None:
    """And a meeting that there is not."""
    on_duty(client)
    assert client.post(f"/desk/empty/{ROW.meeting}", data={"do": "sell"}, headers=OURS).status_code == 400
    assert client.post("/desk/empty/m-none", data={"do": "release"}, headers=OURS).status_code == 404
    assert state(empty) is NoShowState.ASKED
