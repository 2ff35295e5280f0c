"""A hub killed at any point between an answer and its cursor has lost nothing and does nothing twice (rule 1)."""

import multiprocessing
import signal
from datetime import timedelta

import pytest

from hub.domain.bookings import Firmness
from hub.store.sql import open_store
from tests.hub.build import T0
from tests.hub.killed_followers import GONE, MANY, NEW, book, door, follow_and_die
from tests.hub.usecases.following import Follower

KILLS = [(1, True), (2, False), (2, True), (3, False), (4, True), (5, False), (5, True)]
"""At which writing, and whether it was committed: the brake's, three parts', and the last with the cursor."""


@pytest.mark.parametrize(("writing", "committed"), KILLS)
def test_a_hub_killed_between_answer_and_cursor_goes_on_where_it_was(
    database_url: str,
    writing: int,
    committed: bool,  # noqa: FBT001 - a table
) -> None:
    """By SIGKILL, in a process of its own. The next start asks with the old cursor and ends as if nothing had been."""
    store = open_store(database_url)
    hub = Follower.over(store)
    door(hub, book(second=False), T0).turn()
    assert {one.title.zh for one in hub.meetings()} == {"渠道大会"}
    store.close()
    child = multiprocessing.get_context("spawn").Process(
        target=follow_and_die, args=(database_url, writing), kwargs={"committed": committed}
    )
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    store = hub.store = open_store(database_url)
    with store.read() as tx:
        assert tx.sync.pull("venue", "rooms").cursor == book(second=(writing, committed) == KILLS[-1]).all().cursor
    again = door(hub, book(second=True), T0 + timedelta(minutes=6))
    again.turn()
    meetings = hub.meetings()
    assert len(meetings) == MANY + 1
    assert {one.title.zh for one in meetings if not one.cancelled} == {
        "渠道大会",
        *(f"年会 {number}" for number in range(MANY) if str(number) != GONE),
    }
    assert [one.cancelled for one in meetings].count(True) == 1
    held = hub.firmness()
    assert set(held) == {NEW, *(str(number) for number in range(MANY) if str(number) != GONE)}
    assert set(held.values()) == {Firmness.DEFINITE}
    assert hub.asked() == []
    store.close()
