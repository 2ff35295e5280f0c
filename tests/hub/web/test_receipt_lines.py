"""Which device has shown what: for a lead, for whoever tries theirs, and over the week (S18, S21, S24)."""

from flask import Flask
from flask.testing import FlaskClient

from devices.ids import uuid7
from hub.domain.alerts import Channel
from hub.domain.receipts import DeviceReceipt
from hub.ports import Store
from hub.usecases.acting import Deciding
from hub.usecases.attend_tasks import attend_due
from hub.usecases.call_outside import take_due
from hub.usecases.page_alerts import take_pages
from hub.web.parts import WebParts
from tests.hub.on_duty import somebody
from tests.hub.web.scene import NOW, OURS, PROGRAM, StillClock, on_duty, raise_help
from tests.hub.web.test_alerts import told
from tests.hub.web.test_sign_in import PINS, code_for, hire, sign_in


def tablet(app: Flask, house: Store, name: str) -> FlaskClient:
    """Return a tablet of the house at which 小李 has signed in."""
    client = app.test_client()
    client.post("/staff/join", data={"code": code_for(house, name)}, headers=OURS)
    assert sign_in(client, PINS["小李"]) == "/staff"
    return client


def shown(client: FlaskClient) -> None:
    """Let a tablet show what rings there."""
    for alert in told(client):
        assert client.post(f"/staff/alerts/{alert['id']}/shown", headers=PROGRAM).status_code == 200


def part(client: FlaskClient, path: str, language: str = "zh") -> str:
    """Return a page in a language."""
    client.set_cookie("yingbin_language", language)
    return client.get(path).get_data(as_text=True)


def test_a_lead_sees_which_tablet_has_shown_a_task_and_which_has_not(
    app: Flask, house: Store, clock: StillClock, parts: WebParts
) -> None:
    """To the second; five seconds later, not on the other one. Who accepts does so somewhere."""
    hire(house)
    third, seventh = tablet(app, house, "平板3"), tablet(app, house, "二号平板7")
    raise_help(house)
    attend_due(house, Deciding(actor="hub", at=clock.now(), ids=uuid7))
    clock.forward(1)
    shown(third)
    clock.forward(1)
    parts.watch.look()
    board = part(third, "/staff/board?part=teams")
    assert "平板3 09:20:01 已显示（小李）" in board
    assert "二号平板7 09:20:00 已发出（小李）" in board
    clock.forward(5)
    assert "二号平板7 未显示（小李）" in part(third, "/staff/board?part=teams")
    english = part(seventh, "/staff/board?part=teams", "en")
    assert "Shown on 平板3 at 09:20:01 (小李)" in english
    assert "Not shown on 二号平板7 (小李)" in english


def test_a_test_alert_says_for_each_device_what_became_of_it(
    app: Flask, house: Store, clock: StillClock, parts: WebParts
) -> None:
    """The tablet here, another one, the pager, outside: shown within how many milliseconds, or what to do (S21)."""
    hire(house)
    with house.write() as tx:
        tx.staff.put([somebody("小李", pager="pager-1")])
    here, other = tablet(app, house, "平板3"), tablet(app, house, "二号平板7")
    assert here.post("/staff/test", headers=PROGRAM).status_code == 200
    with house.write() as tx:
        take_pages(tx, clock.now(), 10, {"pager-1"})
    clock.forward(0.25)
    shown(here)
    said = part(here, "/staff?part=me")
    assert "这台平板：250 毫秒后显示" in said
    assert "二号平板7：等待显示" in said
    assert 'data-until="2' in said, "the page looks again when the five seconds are over"
    clock.forward(6)
    with house.write() as tx:
        take_due(tx, clock.now(), 10, lambda _: False)
    parts.watch.look()
    said = part(here, "/staff?part=me")
    assert "二号平板7：五秒内没有显示" in said
    assert "请点亮那台平板" in said
    assert "腕机 pager-1：五秒内没有显示" in said
    assert "请看腕机是否开机" in said
    clock.forward(6)
    assert "馆外：没有登记地址" in part(here, "/staff?part=me")
    english = part(other, "/staff?part=me", "en")
    assert "平板3: shown after 250 ms" in english
    assert "This tablet: not shown within five seconds" in english
    assert "Keep this page open and the screen on" in english


def test_the_board_points_out_a_battery_that_runs_low(app: Flask, house: Store, clock: StillClock) -> None:
    """Below 20 per cent, and not while it is charged; nonsense is no battery."""
    hire(house)
    client = tablet(app, house, "平板3")
    for battery, charging, words in (
        ("82", "no", "平板3 82%"),
        ("19", "no", "平板3 只剩 19%，请充电"),
        ("19", "yes", "平板3 19%，充电中"),
    ):
        clock.forward(1)
        assert (
            client.post(
                "/staff/alerts/here", data={"battery": battery, "charging": charging}, headers=PROGRAM
            ).status_code
            == 200
        )
        client.application.extensions["yingbin"].parts.watch.look()
        assert words in part(client, "/staff/board?part=people")
    for battery in ("101", "-1", "x" * 50, "٣"):
        clock.forward(6)
        assert client.post("/staff/alerts/here", data={"battery": battery}, headers=PROGRAM).status_code == 200
        assert "%" not in part(client, "/staff/board?part=people")


def test_the_weekly_page_says_which_tablet_does_not_show_alerts(app: Flask, house: Store, clock: StillClock) -> None:
    """The worst first, with what to look at."""
    hire(house)
    client = tablet(app, house, "平板3")
    tablet(app, house, "二号平板7")
    raise_help(house)
    attend_due(house, Deciding(actor="hub", at=clock.now(), ids=uuid7))
    shown(client)
    clock.forward(60)
    text = part(client, "/staff/health?part=figures")
    assert text.index("二号平板7") < text.index("平板3</bdi>", text.index("二号平板7") + 10)
    assert "1 · 100%" in text
    assert "请看电量、网络与页面是否打开" in text


def test_how_long_ago_a_tablet_showed_an_alert_counts_and_never_before_it_was_sent(
    client: FlaskClient, house: Store, clock: StillClock
) -> None:
    """The receipts of an alarm are spread over a moment, and say so."""
    on_duty(client)
    raise_help(house)
    attend_due(house, Deciding(actor="hub", at=clock.now(), ids=uuid7))
    (alert,) = told(client)
    clock.forward(0.4)
    path = f"/staff/alerts/{alert['id']}/shown"
    assert client.post(path, data={"ago": "300"}, headers=PROGRAM).status_code == 200
    with house.read() as tx:
        found: DeviceReceipt | None = tx.alerts.receipt(str(alert["id"]), "browser")
        (kept,) = tx.alerts.of_person("小李", Channel.TABLET, NOW)
    assert found is not None
    assert found.shown_at == kept.shown_at
    assert found.took is not None
    assert round(found.took.total_seconds(), 3) == 0.1
