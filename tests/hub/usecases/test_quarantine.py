from devices.ids import uuid7
from hub.ports import Store
from hub.usecases.quarantine import KEPT_BYTES, Unusable, quarantine
from tests.hub.build import T0


def test_unusable_input_is_kept_with_its_reason_and_bounded(store: Store) -> None:
    """A person sees what came, from whom, and why it could not be used; a megabyte stays a beginning."""
    item = Unusable(
        device="kiosk-1", leaf="tele", reason="not_json", detail="x" * 9_000, field="a.b", payload=b"\xff\x00" * 50_000
    )
    with store.write() as tx:
        quarantine(tx, item, now=T0, ids=uuid7)
    with store.read() as tx:
        (kept,) = tx.records.quarantined(9)
    assert (kept.device, kept.leaf, kept.reason, kept.field, kept.received_at) == (
        "kiosk-1",
        "tele",
        "not_json",
        "a.b",
        T0,
    )
    assert kept.payload == (b"\xff\x00" * 50_000)[:KEPT_BYTES]
    assert len(kept.detail) == 500
