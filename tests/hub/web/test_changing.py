"""What people change at a browser, when somebody else changes the same at that moment."""

from collections.abc import Callable

import pytest

from hub.ports import Store, StoreContended, Transaction
from hub.web import WebParts, create_app
from hub.web.changing import TRIES, change_by
from tests.hub.build import T0


def failing(times: int, taken: list[str]) -> Callable[[Transaction, str], None]:
    """Return a step that writes, and that the database undoes so many times."""

    def step(tx: Transaction, by: str) -> None:
        taken.append(by)
        tx.feed.touch([("desk", "")])
        tx.records.audit(by, "test.step", str(len(taken)), T0)
        if len(taken) <= times:
            raise StoreContended("deadlock detected")

    return step


def test_a_step_that_the_database_undid_for_somebody_else_is_taken_again(parts: WebParts, house: Store) -> None:
    """Whoever tapped need not tap twice; nothing of the first tries is left."""
    taken: list[str] = []
    with house.read() as tx:
        head = tx.feed.head()
    with create_app(parts).test_request_context("/desk"):
        change_by("Lin", failing(TRIES - 1, taken))
    assert taken == ["Lin"] * TRIES
    with house.read() as tx:
        assert tx.feed.head() == head + 1


def test_a_database_that_undoes_it_again_and_again_is_said(parts: WebParts) -> None:
    """The page then says so, and the tap is kept."""
    with create_app(parts).test_request_context("/desk"), pytest.raises(StoreContended):
        change_by("Lin", failing(TRIES, []))
