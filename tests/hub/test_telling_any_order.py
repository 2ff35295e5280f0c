"""Whatever happens in between, in whatever order, the source is told in the end what became of the meeting."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from hub.booking_ports import SourceAway
from hub.domain.source_items import Outcome
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases.no_shows import release, undo_no_show
from tests.hub.build import at
from tests.hub.usecases.following import DAY, item
from tests.hub.usecases.telling import Killed, Ledger, Teller

START = 2 * DAY
GUESTS = (11, 12, 13, 14)


def shake(chance: random.Random, hub: Teller, inside: set[int]) -> None:
    """Let something happen: at a door, at the desk of the source, to the network, to the process."""

    def come() -> None:
        guest = chance.choice(GUESTS)
        if guest not in inside:
            hub.arrive(guest)
            inside.add(guest)

    def leave() -> None:
        if inside:
            hub.leave(inside.pop())

    def rename() -> None:
        one = hub.ledger.kept["1"].items[0]
        hub.ledger.say("1", replace(one, title=Words(f"渠道大会 {chance.randrange(9)}", "")))

    def network() -> None:
        hub.ledger.refusals = [SourceAway("no route to host")] * chance.randint(1, 2)

    def die() -> None:
        hub.ledger.dies = 1

    things: list[Callable[[], None]] = [come, come, leave, rename, network, die, hub.restart]
    chance.choice(things)()


@pytest.mark.parametrize("cuts", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_the_same_is_told_in_the_end(seed: int, cuts: bool, sqlite_store: Store) -> None:  # noqa: FBT001 - it is
    """Each operation counts once, though it is tried several times, and nobody's title is lost."""
    chance = random.Random(seed)
    hub = Teller(sqlite_store, Ledger(cuts=cuts))
    hub.ledger.say("1", item("a"))
    hub.turn()
    hub.invite(*GUESTS)
    inside: set[int] = set()
    hub.at(START + 5)
    for step in range(60):
        shake(chance, hub, inside)
        if step % 20 == 10 and not inside:
            give_up_and_back(hub)
        try:
            hub.turn(chance.randint(2, 100))
        except Killed:
            hub.restart()
    title = hub.ledger.kept["1"].items[0].title
    hub.ledger.refusals, hub.ledger.dies = [], 0
    for seconds in range(7200, 9000, 300):
        hub.at(START + seconds)
    told = hub.ledger.outcomes["1", ""]
    assert (told.expected, told.attended) == (4, len(inside))
    assert told.released_at is None
    assert (told.ended_at is not None) == bool(inside)
    assert len(hub.ledger.ops) == len(set(hub.ledger.ops))
    assert hub.ledger.kept["1"].items[0].title == title == hub.hub.meeting().title
    assert hub.ledger.kept["1"].items[0].ends_at == at(START + 7200) == hub.hub.meeting().ends_at
    assert told == Outcome(
        expected=4,
        attended=len(inside),
        first_check_in_at=told.first_check_in_at,
        started_at=at(START) if inside else None,
        ended_at=at(START + 7200) if inside else None,
    )


def give_up_and_back(hub: Teller) -> None:
    """Let a person give the room up, the source hear of it, and the person think better of it."""
    meeting = hub.hub.meeting().id
    with hub.hub.store.write() as tx:
        release(tx, meeting, hub.hub.who())
    try:
        hub.turn(6)
    except Killed:
        hub.restart()
    with hub.hub.store.write() as tx:
        assert undo_no_show(tx, meeting, hub.hub.who())
