import pytest

from hub.ports import Quarantined, Store
from hub.store import records
from tests.hub.build import at


def _item(number: int, detail: str = "", payload: bytes = b"") -> Quarantined:
    return Quarantined(
        id=f"q-{number}",
        received_at=at(number),
        device="kiosk-1",
        leaf="up/checkin",
        reason="not_json",
        detail=detail,
        field="card.name",
        payload=payload,
        last_at=at(number),
    )


def test_quarantined_input_comes_back_byte_by_byte_newest_first(store: Store) -> None:
    """Kept whole for a person to look at, and no more of it than asked for."""
    items = [_item(number, payload=bytes([number, *range(256)])) for number in (1, 3, 2)]
    with store.write() as tx:
        for item in items:
            tx.records.quarantine(item)
    with store.read() as tx:
        assert tx.records.quarantined(2) == [items[1], items[2]]


def test_the_very_same_input_again_is_the_same_row_counted(store: Store) -> None:
    """A device that repeats itself must not fill the disk, and a person sees how often it did (I13)."""
    for number in (1, 2, 3):
        with store.write() as tx:
            tx.records.quarantine(_item(number, payload=b"same"))
            assert tx.records.quarantined_times(_item(9, payload=b"same")) == number
    with store.read() as tx:
        (kept,) = tx.records.quarantined(10)
        assert (kept.id, kept.times, kept.received_at, kept.last_at) == ("q-1", 3, at(1), at(3))
        assert tx.records.quarantined_times(_item(9, payload=b"other")) == 0


def test_the_quarantine_keeps_its_newest_rows_and_no_more_than_its_limit(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood of rubbish is bounded (I13), and what came last is what a technician needs."""
    monkeypatch.setattr(records, "MOST_QUARANTINED", 5)
    for number in range(1, 9):
        with store.write() as tx:
            tx.records.quarantine(_item(number, payload=bytes([number])))
    with store.read() as tx:
        assert [item.id for item in tx.records.quarantined(100)] == ["q-8", "q-7", "q-6", "q-5", "q-4"]


@pytest.mark.parametrize("hostile", ["NUL \x00 inside", "half a pair \ud83d", "\x00\udfff"])
def test_what_no_database_can_keep_as_text_is_kept_readable(store: Store, hostile: str) -> None:
    """The place for hostile input must take any; a raised error here would block the queue."""
    with store.write() as tx:
        tx.records.quarantine(_item(1, detail=hostile, payload=b"\x00\xff"))
    with store.read() as tx:
        (kept,) = tx.records.quarantined(10)
    assert kept.payload == b"\x00\xff"
    assert "\ufffd" in kept.detail
    assert len(kept.detail) == len(hostile)


def test_the_audit_log_keeps_who_did_what_when_in_order(store: Store) -> None:
    """I12; several rows of one transaction keep their order."""
    with store.write() as tx:
        tx.records.audit("Li", "guest.added", "inv-1", at(1))
        tx.records.audit("Li", "guest.changed", "inv-1", at(1))
    with store.read() as tx:
        rows = tx.audit_chain.after(0, 9)
    assert [(row.actor, row.action, row.subject, row.at) for row in rows] == [
        ("Li", "guest.added", "inv-1", at(1)),
        ("Li", "guest.changed", "inv-1", at(1)),
    ]


def test_the_audit_log_is_asked_about_one_thing(store: Store) -> None:
    """The newest first, since an instant, no more than wanted."""
    with store.write() as tx:
        for second, (actor, subject) in enumerate((("Li", "a"), ("Li", "a"), ("Wu", "b"), ("Wu", "a"), ("Li", "a"))):
            tx.records.audit(actor, f"step.{second}", subject, at(second))
    with store.read() as tx:
        found = tx.records.audited("a", at(1), 2)
        assert [(one.actor, one.action, one.at) for one in found] == [("Li", "step.4", at(4)), ("Wu", "step.3", at(3))]
        assert len(tx.records.audited("a", at(1), 9)) == 3
