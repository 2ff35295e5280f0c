"""Sent, shown and accepted are facts of each device; for the next channel any device of the person counts (S18)."""

import pytest

from hub.domain.alerts import Channel, Receipt
from hub.domain.receipts import NAMELESS
from hub.domain.staff import Tablet
from hub.domain.task_kinds import TaskKind
from hub.ports import Store
from hub.usecases.answer_alert import answer_alert, note_receipt, note_taken
from hub.usecases.call_outside import keep_sent, take_due
from hub.usecases.hear_tablet import keep_here
from hub.usecases.page_alerts import take_pages
from hub.usecases.work_task import accept_task
from tests.hub.build import T0, at
from tests.hub.on_duty import asked, deciding, on_duty, somebody, tablet_alerts
from tests.hub.usecases.test_attend_tasks import raised


@pytest.fixture
def two_tablets(store: Store) -> Store:
    """Give a house in which 小李 is asked at two tablets and a pager."""
    with store.write() as tx:
        on_duty(tx, somebody("小李", pager="pager-1"))
        for key, person in (("t3", "小李"), ("t7", "小李"), ("t9", "")):
            tx.duties.put_tablet(Tablet(id=key, name=f"平板 {key}", joined_at=T0, person=person), f"token {key}")
    raised(store, TaskKind.HELP)
    asked(store, 0)
    return store


def devices(store: Store) -> dict[str, tuple[bool, str]]:
    """Return for each device of a person whether it has shown their alert, and what was answered there."""
    with store.read() as tx:
        alerts = [one.id for channel in Channel for one in tx.alerts.of_person("小李", channel, T0)]
        return {one.device: (one.shown_at is not None, one.answer) for one in tx.alerts.receipts(alerts)}


def test_an_alert_is_sent_to_each_tablet_of_the_person_and_no_other(two_tablets: Store) -> None:
    """And to the pager once that is published."""
    assert devices(two_tablets) == {"t3": (False, ""), "t7": (False, "")}
    with two_tablets.write() as tx:
        take_pages(tx, at(1), 10, {"pager-1"})
    assert set(devices(two_tablets)) == {"t3", "t7", "pager-1"}


def test_each_device_shows_for_itself_and_the_first_time_counts(two_tablets: Store) -> None:
    """Whoever looks sees which tablet has not."""
    (alert,) = tablet_alerts(two_tablets, "小李")
    for seconds in (1, 3):
        with two_tablets.write() as tx:
            note_receipt(tx, alert.id, Receipt.SHOWN, deciding(seconds, "小李"), "t3")
    assert devices(two_tablets) == {"t3": (True, ""), "t7": (False, "")}
    with two_tablets.read() as tx:
        found = tx.alerts.receipt(alert.id, "t3")
    assert found is not None
    assert found.shown_at == at(1)


@pytest.mark.parametrize(("device", "reason"), [("t3", ["shown"]), ("", [])])
def test_any_device_that_showed_it_keeps_the_next_channel_quiet(
    two_tablets: Store, device: str, reason: list[str]
) -> None:
    """After five seconds without a receipt of any device a service outside is called (S18)."""
    (alert,) = tablet_alerts(two_tablets, "小李")
    if device:
        with two_tablets.write() as tx:
            note_receipt(tx, alert.id, Receipt.SHOWN, deciding(2, "小李"), device)
    with two_tablets.write() as tx:
        taken = take_due(tx, at(6), 10, lambda _: True)
    assert (list(taken.dropped), len(taken.calls)) == (reason, 0 if reason else 1)


def test_accepting_is_kept_where_it_was_done(two_tablets: Store) -> None:
    """On the alert at one tablet; in the list it is the same."""
    (alert,) = tablet_alerts(two_tablets, "小李")
    with two_tablets.write() as tx:
        answer_alert(tx, alert.id, Receipt.ACCEPT, deciding(2, "小李"), device="t7")
    assert devices(two_tablets) == {"t3": (False, ""), "t7": (True, "accept")}


def test_accepting_in_the_list_is_kept_too(two_tablets: Store) -> None:
    """Also at a browser that is no tablet of the house."""
    (alert,) = tablet_alerts(two_tablets, "小李")
    with two_tablets.write() as tx:
        accept_task(tx, alert.task, "小李", at(2))
        note_taken(tx, alert.task, deciding(2, "小李"), NAMELESS)
    assert devices(two_tablets)[NAMELESS] == (True, "accept")


def test_an_address_outside_is_sent_and_never_shows(two_tablets: Store) -> None:
    """What a service took is known by address."""
    with two_tablets.write() as tx:
        (call,) = take_due(tx, at(6), 10, lambda _: True).calls
        keep_sent(tx, call.alert.id, at(7), ["wecom", "mail"])
    found = devices(two_tablets)
    assert (found["wecom"], found["mail"]) == ((False, ""), (False, ""))


def test_old_receipts_go_with_their_alerts(two_tablets: Store) -> None:
    """Rows are bounded (I13)."""
    with two_tablets.write() as tx:
        tx.alerts.forget(at(100))
    with two_tablets.read() as tx:
        assert tx.alerts.receipts_since(T0) == []


def test_a_tablet_tells_its_battery_with_its_ping(two_tablets: Store) -> None:
    """Who has none, or no tablet, is heard of all the same."""
    with two_tablets.write() as tx:
        keep_here(tx, "小李", "t3", at(9), (18, False))
        keep_here(tx, "小李", "", at(10), (None, None))
    with two_tablets.read() as tx:
        tablet = next(one for one in tx.duties.tablets() if one.id == "t3")
        duty = tx.duties.get("小李")
    assert (tablet.battery, tablet.charging, tablet.seen_at, tablet.person) == (18, False, at(9), "小李")
    assert duty is not None
    assert duty.seen_at == at(10)
    assert (tablet.runs_low(20), tablet.runs_low(18)) == (True, False)
