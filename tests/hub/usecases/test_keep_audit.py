from datetime import UTC, datetime, timedelta

from devices.contract.topics import HUB
from hub.domain.audit_chain import Break, Broken, Head
from hub.domain.meetings import Venue
from hub.domain.retention import Retention
from hub.domain.words import Words
from hub.ports import Store
from hub.usecases import keep_audit
from hub.usecases.acting import Deciding
from hub.usecases.keep_audit import KEEP_AUDIT, look_after_audit
from hub.usecases.pass_time import fire_next
from hub.usecases.verify_audit import verify_audit
from tests.hub.build import at

DAY = timedelta(days=1)
RETENTION = Retention(hour=3, audit=timedelta(days=100))
Noted = list[tuple[Head, datetime]]


def _nights(store: Store, until: datetime, noted: Noted) -> int:
    """Let time pass; returns how often the timer fired."""
    fired = 0

    def note(head: Head, moment: datetime) -> None:
        noted.append((head, moment))

    rules = {KEEP_AUDIT: lambda tx, _, who: keep_audit.keep_audit(tx, who, RETENTION, note)}
    while True:
        with store.read() as tx:
            due = min(one.due_at for one in tx.timers.of_rule(KEEP_AUDIT))
        if due > until:
            return fired
        fire_next(store, Deciding(actor=HUB, at=due, ids=lambda: "id"), rules)
        fired += 1


def test_every_night_at_the_house_s_hour_the_head_is_written_down(store: Store) -> None:
    """ASVS 16.4.3; three o'clock in Shanghai is 19:00 UTC."""
    noted: Noted = []
    with store.write() as tx:
        tx.meetings.save_venue(Venue(name=Words("馆", "House"), zone="Asia/Shanghai"))
        tx.records.audit("Li", "a", "x", at(0))
        look_after_audit(tx, at(0), RETENTION)
        look_after_audit(tx, at(9), RETENTION)
    assert _nights(store, at(0) + 3 * DAY, noted) == 3
    assert [moment for _, moment in noted] == [datetime(2026, 12, day, 19, tzinfo=UTC) for day in (1, 2, 3)]
    with store.read() as tx:
        assert {head for head, _ in noted} == {tx.audit_chain.head()}


def test_what_is_past_its_term_goes_in_pieces_and_the_log_still_verifies(store: Store, monkeypatch: object) -> None:
    """The log says how much went; the heads written down before are left aside with what they were of."""
    monkeypatch.setattr(keep_audit, "AT_ONCE", 3)  # type: ignore[attr-defined]  # pytest's
    noted: Noted = []
    with store.write() as tx:
        for number in range(7):
            tx.records.audit("Li", f"old.{number}", "x", at(number))
        look_after_audit(tx, at(0) + 100 * DAY, RETENTION)
    with store.write() as tx:
        tx.records.audit("Li", "young", "x", at(0) + 99 * DAY)
    assert _nights(store, at(0) + 101 * DAY, noted) == 4
    with store.read() as tx:
        assert [(one.number, one.action, one.subject) for one in tx.audit_chain.after(0, 9)] == [
            (8, "young", "x"),
            (9, "audit.sealed", "3 rows"),
            (10, "audit.sealed", "3 rows"),
            (11, "audit.sealed", "1 rows"),
        ]
        assert noted[-1][0].number == 11
        kept = [Head(2, "0" * 64), *(head for head, _ in noted)]
        assert verify_audit(tx, kept) == (noted[-1][0], None)
        assert [head.number for head in kept if head.sealed] == [3, 6, 7]
        forgotten = [one for one in kept if (one.number, one.sealed) != (7, True)]
        assert verify_audit(tx, forgotten)[1] == Broken(7, Break.REMOVED, 7), "nobody wrote down that row 7 would go"
