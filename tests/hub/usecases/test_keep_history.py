"""History is kept by a timer: minutes are rolled up as they end, and what is too old goes, piece by piece."""

from datetime import datetime, timedelta

import pytest

from devices.ids import uuid7
from hub.domain.field_devices import FieldDevice, Point
from hub.domain.history import Keep
from hub.domain.history_steps import EACH
from hub.domain.readings import Reading
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads
from hub.ports import Store
from hub.store import reading_upkeep
from hub.usecases.acting import Deciding
from hub.usecases.keep_history import KEEP_HISTORY, PAUSE, look_after_history
from hub.usecases.pass_time import fire_next
from hub.usecases.timer_rules import timer_rules
from tests.hub.build import T0

MINUTE = T0.replace(second=0, microsecond=0)
POINT = Point(id="node.t", device="node", key="t", component="sensor", name="T")
KEEP = Keep(readings=timedelta(days=1), minutes=timedelta(days=2), hours=timedelta(days=50))


@pytest.fixture
def kept(store: Store) -> Store:
    """Give a store that looks after its history, with one reading each second of ten minutes."""
    with store.write() as tx:
        tx.field_devices.save(FieldDevice(id="node", publisher="p", identity="i", name="n", announced_at=T0))
        tx.field_devices.save_points([POINT])
        tx.readings.add(
            [Reading(point=POINT.id, at=MINUTE + timedelta(seconds=second), value=1.0) for second in range(600)]
        )
        look_after_history(tx, MINUTE)
    return store


def pass_to(store: Store, now: datetime) -> int:
    """Fire what is due; returns how often."""
    rules = timer_rules(TaskTimes(), Leads(), KEEP)
    times = 0
    while (fired := fire_next(store, Deciding(actor="hub", at=now, ids=uuid7), rules)) is not None:
        assert fired.problem is None
        times += 1
    return times


def next_at(store: Store) -> datetime:
    """Return when the timer is due next."""
    with store.read() as tx:
        (timer,) = tx.timers.of_rule(KEEP_HISTORY)
    return timer.due_at


def spots(store: Store, step_s: int) -> list[int]:
    """Return how many values each step of the ten minutes holds."""
    with store.read() as tx:
        found = tx.readings.history(POINT.id, MINUTE, MINUTE + timedelta(minutes=10), step_s)
    return [spot.n for spot in found.spots]


def test_each_minute_is_rolled_up_once_it_is_over_and_the_timer_sets_itself_again(kept: Store) -> None:
    """A look a minute, a few seconds after its end."""
    assert pass_to(kept, MINUTE + timedelta(seconds=30)) == 1
    assert next_at(kept) == MINUTE + timedelta(seconds=66)
    assert pass_to(kept, MINUTE + timedelta(seconds=66)) == 2
    assert next_at(kept) == MINUTE + timedelta(seconds=126)
    assert pass_to(kept, MINUTE + timedelta(hours=2)) == 9 + 1 + 1
    assert spots(kept, 60) == [60] * 10


def test_old_readings_go_in_pieces_with_a_pause_and_their_minutes_tell_them(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart in the middle of it loses nothing: the timer is a row."""
    monkeypatch.setattr(reading_upkeep, "PIECE", 250)
    now = MINUTE + timedelta(days=1, hours=2)
    pass_to(kept, now)
    assert next_at(kept) == now + PAUSE
    assert len(spots(kept, EACH)) == 10  # what is left of the readings alone would tell less
    for _ in range(2):
        now += PAUSE
        pass_to(kept, now)
    now += PAUSE
    pass_to(kept, now)
    assert next_at(kept) == MINUTE + timedelta(days=1, hours=2, seconds=66)
    assert spots(kept, EACH) == [60] * 10


def test_minutes_and_hours_end_as_well(kept: Store) -> None:
    """Days and months later."""
    for days, left in ((4, [600]), (90, [])):
        now = MINUTE + timedelta(days=days)
        while next_at(kept) <= now:
            pass_to(kept, now)
            now += PAUSE
        assert spots(kept, 60) == left
