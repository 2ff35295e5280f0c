from dataclasses import replace

from devices.ids import uuid7
from hub.domain.task_kinds import TaskKind
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


def test_a_delivery_that_the_broker_repeats_is_not_what_its_sender_says_again(store: Store) -> None:
    """A hub that was killed before it could acknowledge gets the same once more: no reason to call anybody."""
    sent = Unusable(device="kiosk-1", leaf="up/checkin", reason="not_json", detail="no", payload=b"rubbish")
    for again in (True, False, True, True, True):
        with store.write() as tx:
            quarantine(tx, replace(sent, again=again), now=T0, ids=uuid7, insistent=True)
    with store.read() as tx:
        assert [item.times for item in tx.records.quarantined(9)] == [2]
        assert list(tx.tasks.open()) == []
    with store.write() as tx:
        quarantine(tx, sent, now=T0, ids=uuid7, insistent=True)
    with store.read() as tx:
        assert [task.kind for task in tx.tasks.open()] == [TaskKind.SUSPECT_EVENT]
