from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from hub.domain.timers import Timer
from hub.ports import Store, StoreUnavailable, Transaction
from hub.usecases.acting import Deciding
from hub.usecases.pass_time import FIRST_PAUSE, LONGEST_PAUSE, fire_next
from tests.hub.build import at

ASK = Timer(rule="ask", subject="task-1", due_at=at(60))


@dataclass
class Rules:
    """What fired, and whether it fails."""

    fired: list[tuple[str, timedelta]] = field(default_factory=list)
    problem: Exception | None = None

    def ask(self, tx: Transaction, timer: Timer, who: Deciding) -> None:
        """Write something, then fail or note who was asked and how late."""
        tx.records.audit("clock", "asked", timer.subject, who.at)
        if self.problem:
            raise self.problem
        self.fired.append((timer.subject, who.at - timer.due_at))

    def at(self, store: Store, now: datetime) -> bool:
        """Let one timer fire at this moment, if any is due."""
        ids = count()
        who = Deciding(actor="clock", at=now, ids=lambda: f"id-{next(ids)}")
        return fire_next(store, who, {"ask": self.ask}) is not None


def test_a_timer_fires_once_and_sees_how_late_it_is(store: Store) -> None:
    """After an outage of an hour there is one call, not sixty."""
    rules = Rules()
    with store.write() as tx:
        tx.timers.put([ASK])
    assert not rules.at(store, at(59))
    assert rules.at(store, at(3660))
    assert not rules.at(store, at(9999))
    assert rules.fired == [("task-1", timedelta(hours=1))]


def test_a_rule_that_fails_leaves_nothing_behind_and_is_tried_again_ever_more_seldom(store: Store) -> None:
    """And the others' timers go on in the meantime."""
    rules = Rules(problem=ValueError("no"))
    with store.write() as tx:
        tx.timers.put([ASK])
    assert rules.at(store, at(60))
    assert not rules.at(store, at(60) + FIRST_PAUSE - timedelta(seconds=1))
    with store.read() as tx:
        (waiting,) = tx.timers.of_rule("ask")
    assert waiting == replace(ASK, due_at=at(60) + FIRST_PAUSE, tries=1)
    rules.problem = None
    with store.write() as tx:
        tx.timers.put([replace(ASK, subject="other", due_at=at(61))])
    assert rules.at(store, at(62))
    assert rules.at(store, at(99))
    assert [subject for subject, _ in rules.fired] == ["other", "task-1"]


def test_a_rule_that_never_works_is_tried_every_ten_minutes_at_most(store: Store) -> None:
    """Its pauses do not grow without end."""
    rules = Rules(problem=ValueError("no"))
    with store.write() as tx:
        tx.timers.put([replace(ASK, tries=1_000)])
    assert rules.at(store, at(60))
    with store.read() as tx:
        assert tx.timers.of_rule("ask")[0].due_at == at(60) + LONGEST_PAUSE


def test_a_timer_whose_rule_nobody_knows_stays(store: Store) -> None:
    """A newer program has set it; it is not lost."""
    with store.write() as tx:
        tx.timers.put([replace(ASK, rule="of tomorrow")])
    assert Rules().at(store, at(60))
    with store.read() as tx:
        assert tx.timers.of_rule("of tomorrow")[0].tries == 1


def test_a_database_that_goes_away_undoes_all_of_it(store: Store) -> None:
    """The timer fires when the database is back."""
    rules = Rules(problem=StoreUnavailable("gone"))
    with store.write() as tx:
        tx.timers.put([ASK])
    with pytest.raises(StoreUnavailable):
        rules.at(store, at(60))
    rules.problem = None
    assert rules.at(store, at(61))
    assert rules.fired == [("task-1", timedelta(seconds=1))]
