"""The weekly page, as a supervisor reads it (S24)."""

from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from hub.domain.alerts import Alert, AlertKind, AlertState, Channel, Ring
from hub.domain.escalation import Priority
from hub.domain.staff import Duty
from hub.ports import Store
from tests.hub.web.scene import NOW, page


def rang(store: Store, times: int, before: timedelta = timedelta()) -> None:
    """Let somebody who is at work for an hour be called so often."""
    begun = NOW - timedelta(hours=1)
    with store.write() as tx:
        tx.duties.put(Duty(person="小李", since=begun))
        one = Alert(
            id="",
            person="小李",
            channel=Channel.TABLET,
            kind=AlertKind.OFFER,
            ring=Ring.LOUD,
            priority=Priority.HIGH,
            tag="t",
            created_at=begun - before,
            expires_at=NOW,
            state=AlertState.SENT,
            facts={"group": "help:kiosk-1"},
        )
        tx.alerts.put(
            replace(one, id=f"{before}{n}", created_at=one.created_at + timedelta(minutes=n)) for n in range(times)
        )


def test_what_is_too_much_is_marked_with_words_and_what_was_wanted(client: FlaskClient, house: Store) -> None:
    """Twenty calls in an hour; nobody saw one of them; all were urgent."""
    rang(house, 20)
    client.set_cookie("yingbin_language", "en")
    said = page(client.get("/staff/health"))
    row = said.partition('id="figure-an_hour"')[2].partition("</tr>")[0]
    assert "Poor:" in row
    assert "20.0" in row
    assert "≤ 6" in row
    assert "100%" in said.partition('id="figure-unshown"')[2].partition("</tr>")[0]
    assert "20 times" in said


def test_a_quiet_week_is_said_to_be_one_and_the_week_before_stands_beside_it(client: FlaskClient, house: Store) -> None:
    """In Chinese as in English."""
    rang(house, 3, before=timedelta(days=8))
    said = page(client.get("/staff/health"))
    assert "这一周没有响过" in said
    assert "告警健康" in said
