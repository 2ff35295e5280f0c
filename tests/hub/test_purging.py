from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.retention import Retention
from hub.ports import Store
from hub.purging import Purger
from hub.usecases import purge_personal
from tests.hub.build import T0, at, furnished, task

MONTH = timedelta(days=30)
END = at(10_800)


class _Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        """Begin at an instant."""
        self.moment = now

    def now(self) -> datetime:
        """Return the instant."""
        return self.moment

    def monotonic_ms(self) -> int:
        """Return some count."""
        return 0


class _Alone:
    """Whether this process is the one that purges."""

    def __init__(self, mine: bool) -> None:  # noqa: FBT001 - what it says
        """Say so, or not."""
        self.mine = mine
        self.given_back = 0

    def is_mine(self) -> bool:
        """Say it."""
        return self.mine

    def give_back(self) -> None:
        """Count it."""
        self.given_back += 1


def _purger(store: Store, now: datetime, *, mine: bool = True) -> tuple[Purger, _Clock, _Alone]:
    clock, alone = _Clock(now), _Alone(mine)
    ids = iter(range(1, 1_000))
    return Purger(store, Retention(hour=3), clock=clock, ids=lambda: f"id-{next(ids)}", alone=alone), clock, alone


def _names(store: Store) -> list[str]:
    with store.read() as tx:
        return [one.guest.name[:1] for one in tx.guests.of_meeting("m-launch")]


def _purged(store: Store) -> list[str]:
    with store.read() as tx:
        return [one.subject for one in tx.audit_chain.after(0, 999) if one.action == "privacy.purge"]


def test_a_night_is_one_piece_after_the_other_and_one_line_in_the_audit_log(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each piece small, so that a guest at a door waits for one at most; the log has numbers alone."""
    monkeypatch.setattr(purge_personal, "AT_ONCE", 4)
    purger, _, alone = _purger(furnished(store, 10), END + MONTH + timedelta(hours=1))
    turns = 0
    while purger.turn():
        turns += 1
    assert turns > 4
    assert _names(store) == ["#"] * 10
    (subject,) = _purged(store)
    assert _counts(subject) == {"credentials": 10, "guests": 10, "segments": 2}
    assert alone.given_back == 1
    assert purger.turn() == 0


def _counts(subject: str) -> dict[str, int]:
    return {table: int(count) for table, _, count in (part.partition(":") for part in subject.split())}


def test_it_is_done_as_a_hub_starts_and_then_each_night_at_its_hour(store: Store) -> None:
    """A hub that was off at night catches up; by day nothing is looked for again."""
    purger, clock, _ = _purger(furnished(store), END + MONTH - timedelta(days=1))
    assert purger.turn() == 0
    assert _names(store) == ["王"] * 3
    for moment in (
        END + MONTH - timedelta(hours=2),
        END + MONTH - timedelta(minutes=30),
        END + MONTH + timedelta(hours=9),
    ):
        clock.moment = moment
        assert purger.turn() == 0
        assert _names(store) == ["王"] * 3, "by day nothing is looked for"
    clock.moment = datetime(2027, 1, 1, 3, tzinfo=UTC)
    while purger.turn():
        pass
    assert _names(store) == ["#"] * 3


def test_a_process_that_is_not_the_one_leaves_it_alone(store: Store) -> None:
    """Several processes on PostgreSQL: one purges."""
    purger, _, alone = _purger(furnished(store), END + 2 * MONTH, mine=False)
    assert purger.turn() == 0
    assert _names(store) == ["王"] * 3
    alone.mine = True
    assert purger.turn() == 1


def test_a_hub_that_was_stopped_in_between_goes_on_where_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left to do is what is not done: nothing else is remembered."""
    monkeypatch.setattr(purge_personal, "AT_ONCE", 4)
    first, _, _ = _purger(furnished(store, 10), END + 2 * MONTH)
    first.turn()
    second, _, _ = _purger(store, END + 2 * MONTH)
    while second.turn():
        pass
    assert _names(store) == ["#"] * 10


def test_tasks_left_open_long_ago_are_given_up(store: Store) -> None:
    """They would call people about somebody whom nobody knows any more."""
    with furnished(store).write() as tx:
        tx.tasks.raise_all([task()])
    purger, _, _ = _purger(store, T0 + 2 * MONTH)
    while purger.turn():
        pass
    with store.read() as tx:
        assert tx.tasks.open() == []
        found = tx.tasks.get("task-1")
    assert found is not None
    assert found.facts == {}


def test_what_a_hub_that_was_killed_has_cleared_leaves_the_files_as_it_starts_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the last piece and the files: nothing is left to clear, and the files are still written anew."""
    scrubbed: list[set[str]] = []
    plain = type(store).scrub

    def scrub(self: Store, tables: Iterable[str]) -> None:
        scrubbed.append({*tables})
        plain(self, tables)

    monkeypatch.setattr(type(store), "scrub", scrub)
    first, _, _ = _purger(furnished(store, 10), END + 2 * MONTH)
    while _names(store) != ["#"] * 10:
        first.turn()
    assert scrubbed == []
    second, _, _ = _purger(store, END + 2 * MONTH)
    while second.turn():
        pass
    (tables,) = scrubbed
    assert {"guests", "credentials"} <= tables
    third, _, _ = _purger(store, END + 2 * MONTH)
    assert third.turn() == 0
    assert len(scrubbed) == 1, "and once only"


def test_what_is_cleared_while_the_files_are_written_is_done_another_time(store: Store) -> None:
    """An erasure beside the night's work keeps its mark."""
    with furnished(store).write() as tx:
        tx.personal_data.erase("guest-1")
        left = tx.personal_data.left_behind()
    with store.write() as tx:
        tx.personal_data.erase("guest-2")
    with store.write() as tx:
        tx.personal_data.scrubbed(left)
        assert "guests" in tx.personal_data.left_behind()
        tx.personal_data.scrubbed(tx.personal_data.left_behind())
        assert tx.personal_data.left_behind() == {}
