import pytest
from sqlalchemy import select

from hub.ports import Quarantined, Store
from hub.store import tables
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
    )


def test_quarantined_input_comes_back_byte_by_byte_newest_first(store: Store) -> None:
    """Kept whole for a person to look at, and no more of it than asked for."""
    items = [_item(number, payload=bytes(range(256))) for number in (1, 3, 2)]
    with store.write() as tx:
        for item in items:
            tx.records.quarantine(item)
    with store.read() as tx:
        assert tx.records.quarantined(2) == [items[1], items[2]]


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
    engine = store._database.writer  # type: ignore[attr-defined]  # nothing reads the audit log yet
    with engine.connect() as connection:
        rows = connection.execute(select(tables.audit).order_by(tables.audit.c.id)).all()
    assert [tuple(row)[1:] for row in rows] == [
        ("Li", "guest.added", "inv-1", at(1)),
        ("Li", "guest.changed", "inv-1", at(1)),
    ]
